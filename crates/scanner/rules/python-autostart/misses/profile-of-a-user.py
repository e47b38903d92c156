# An honest look-alike.
user.profile.save()
