# An honest look-alike.
DOCS = 'https://discord.com/developers/docs/resources/webhook'
