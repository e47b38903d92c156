# An honest look-alike.
import shutil
tool = shutil.which('tool.exe')
