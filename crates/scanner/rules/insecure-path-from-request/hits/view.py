# defanged sample
from flask import request
text = open('docs/' + request.args['name']).read()
