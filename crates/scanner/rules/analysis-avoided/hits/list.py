# Defanged sample: nothing here is reached or run; defanged by hand.
TOOLS = ['wireshark.exe', 'ollydbg.exe', 'x64dbg.exe']
