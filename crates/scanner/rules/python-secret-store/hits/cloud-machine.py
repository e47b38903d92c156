# Defanged sample: nothing here is reached or run; defanged by hand.
METADATA = '169.254.169.254'
