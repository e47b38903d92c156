if text.startswith('-----BEGIN PRIVATE KEY-----'):
    load(text)
