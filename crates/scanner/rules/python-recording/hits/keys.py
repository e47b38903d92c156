# Defanged sample: nothing here is reached or run; defanged by hand.
from pynput import keyboard
with keyboard.Listener(on_press=note) as listener:
    listener.join()
