# An honest look-alike.
from flask import request
name = request.args['name']
