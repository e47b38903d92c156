# Defanged sample: nothing here is reached or run; defanged by hand.
def decode_it(text):
    total = text
    return total

exec(decode_it('cHJpbnQoMSk='))
