import json
item = json.loads(request.data)
