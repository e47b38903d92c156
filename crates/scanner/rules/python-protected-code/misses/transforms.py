# An honest look-alike.
from pkg.transform import run
