# defanged sample
import requests
requests.get('https://a.example.invalid', verify=False)
