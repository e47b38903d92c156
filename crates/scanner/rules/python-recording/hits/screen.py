# Defanged sample: nothing here is reached or run; defanged by hand.
from PIL import ImageGrab
image = ImageGrab.grab()
