# defanged sample
cursor.execute(f'SELECT * FROM t WHERE n = {n}')
