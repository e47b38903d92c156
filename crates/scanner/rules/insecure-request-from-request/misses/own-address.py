import requests
x = requests.get(BASE + '/items')
