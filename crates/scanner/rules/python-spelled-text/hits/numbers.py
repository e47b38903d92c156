# Defanged sample: nothing here is reached or run; defanged by hand.
text = ''.join(map(chr, [112, 114, 105, 110, 116]))
