# defanged sample
claims = jwt.decode(text, options={'verify_signature': False})
