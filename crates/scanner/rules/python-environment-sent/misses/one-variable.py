# An honest look-alike.
import os, requests
requests.get(os.environ['SAMPLE_ADDRESS'])
