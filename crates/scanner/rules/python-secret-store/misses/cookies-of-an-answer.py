# An honest look-alike.
cookies = response.cookies
