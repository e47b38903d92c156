# Defanged sample: nothing here is reached or run; defanged by hand.
run = eval('metsys.so'[::-1])
