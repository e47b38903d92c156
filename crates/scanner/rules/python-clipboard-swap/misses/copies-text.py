# An honest look-alike.
import pyperclip
pyperclip.copy(text)
