# An honest look-alike.
TABLE = [1,                                                                                          2]
