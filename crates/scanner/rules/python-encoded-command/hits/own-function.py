# Defanged sample: nothing here is reached or run; defanged by hand.
import subprocess
def decode_it(text):
    total = text
    return total

subprocess.run(decode_it('bWFrZSBhbGw='), shell=True)
