# An honest look-alike.
KEY = r'Software\Microsoft\Windows\CurrentVersion\Explorer'
