cursor.execute('SELECT * FROM t WHERE n = %s', (n,))
