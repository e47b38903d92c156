# An honest look-alike.
import ctypes
ctypes.CDLL('libm.so.6').sqrt(2)
