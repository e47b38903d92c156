# defanged sample
response.set_cookie('id', value, httponly=False)
