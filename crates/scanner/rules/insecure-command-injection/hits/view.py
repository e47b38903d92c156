# defanged sample
import os
from flask import request
os.system('ping ' + request.args['host'])
