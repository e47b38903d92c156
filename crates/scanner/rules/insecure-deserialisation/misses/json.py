import json
x = json.load(f)
