# Defanged sample: nothing here is reached or run; defanged by hand.
from pathlib import Path
key = Path.home() / '.ssh' / 'id_rsa'
