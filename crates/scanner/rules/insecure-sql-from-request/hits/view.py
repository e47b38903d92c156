# defanged sample
db.execute("SELECT * FROM t WHERE n = '%s'" % request.args['n'])
