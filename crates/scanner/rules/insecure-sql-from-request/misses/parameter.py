db.execute('SELECT * FROM t WHERE n = ?', (request.args['n'],))
