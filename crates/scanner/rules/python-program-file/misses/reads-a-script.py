# An honest look-alike.
with open('tool.py') as file:
    text = file.read()
