# defanged sample
from flask import request, redirect
return_ = redirect(request.args.get('next'))
