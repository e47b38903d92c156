# Defanged sample: nothing here is reached or run; defanged by hand.
import re
re.findall(r'[\w-]{24}\.[\w-]{6}\.[\w-]{27}', text)
