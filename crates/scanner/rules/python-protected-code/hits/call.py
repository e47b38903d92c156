# Defanged sample: nothing here is reached or run; defanged by hand.
__pyarmor__(__name__, __file__, b'')
