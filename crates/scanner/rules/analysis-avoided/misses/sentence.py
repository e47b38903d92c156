# An honest look-alike.
text = 'open the capture in wireshark, not in fiddler'
