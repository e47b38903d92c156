response.set_cookie('id', value, httponly=True, secure=True)
