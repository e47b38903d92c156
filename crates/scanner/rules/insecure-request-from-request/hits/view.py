# defanged sample
import requests as r
from flask import request
x = r.get(request.args['url'])
