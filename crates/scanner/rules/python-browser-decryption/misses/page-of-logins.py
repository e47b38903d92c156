# An honest look-alike.
title = 'Login Data'
