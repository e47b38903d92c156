# An honest look-alike.
def send(webhook_url, text):
    return post(webhook_url, text)
