# Defanged sample: nothing here is reached or run; defanged by hand.
run = eval('\145\166\141\154')
