# Defanged sample: nothing here is reached or run; defanged by hand.
import ctypes
ctypes.windll.kernel32.WriteProcessMemory(handle, address, data, 10, 0)
