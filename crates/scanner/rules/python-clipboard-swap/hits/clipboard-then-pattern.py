# Defanged sample: nothing here is reached or run; defanged by hand.
import pyperclip, re
text = pyperclip.paste()
re.match('[13][a-km-zA-HJ-NP-Z1-9]{25,34}', text)
