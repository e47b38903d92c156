# Defanged sample: nothing here is reached or run; defanged by hand.
from zlib import decompress as d
d(data)
