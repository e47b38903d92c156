# Defanged sample: nothing here is reached or run; defanged by hand.
for a, b in zip(data, key):
    out += chr(ord(a) ^ ord(b))
