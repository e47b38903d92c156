# An honest look-alike.
import os
os.environ.get('SAMPLE_DEBUG')
