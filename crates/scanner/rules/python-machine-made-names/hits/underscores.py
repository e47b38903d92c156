# Defanged sample: nothing here is reached or run; defanged by hand.
______ = 1
