# Defanged sample: nothing here is reached or run; defanged by hand.
run = getattr(__builtins__, oct.__str__()[-3 << 0] + hex.__str__()[-1])
