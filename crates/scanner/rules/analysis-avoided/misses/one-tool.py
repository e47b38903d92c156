# An honest look-alike.
TOOL = 'wireshark'
OTHER = 'tcpdump'
