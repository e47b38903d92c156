# An honest look-alike.
with open('notes.txt', 'w') as file:
    file.write(text)
