# defanged sample
db = connect(host='db', user='a', password='sample-pass1')
