claims = jwt.decode(text, key, algorithms=['ES256'])
