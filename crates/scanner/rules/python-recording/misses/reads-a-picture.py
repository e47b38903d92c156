# An honest look-alike.
from PIL import Image
image = Image.open('a.png')
