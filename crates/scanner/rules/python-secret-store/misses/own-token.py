# An honest look-alike.
import os
token = os.environ['SAMPLE_TOKEN']
