# An honest look-alike.
limit = 3;                                                                                                                                                      # as in the table
