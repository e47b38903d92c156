# defanged sample
from flask import request, render_template_string
render_template_string('Hello ' + request.args['n'])
