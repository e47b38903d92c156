# An honest look-alike.
session.cookies.update({'Cookies': 1})
