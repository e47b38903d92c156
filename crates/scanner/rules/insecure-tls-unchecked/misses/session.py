import requests
requests.get('https://a.example.invalid', verify='ca.pem')
