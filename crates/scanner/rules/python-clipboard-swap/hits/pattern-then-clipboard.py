# Defanged sample: nothing here is reached or run; defanged by hand.
import re, pyperclip
PATTERN = re.compile('0x[a-fA-F0-9]{40}')
if PATTERN.match(pyperclip.paste()):
    pyperclip.copy(OTHER)
