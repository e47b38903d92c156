# defanged sample
from flask import request
result = eval(request.args.get('q'))
