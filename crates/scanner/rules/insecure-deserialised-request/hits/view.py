# defanged sample
import pickle
from flask import request
item = pickle.loads(request.data)
