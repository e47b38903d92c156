# Defanged sample: nothing here is reached or run; defanged by hand.
def go(code):
    exec(code, {})
