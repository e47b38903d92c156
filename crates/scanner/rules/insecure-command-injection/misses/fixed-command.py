import os
os.system('ping localhost')
x = request.args['host']
