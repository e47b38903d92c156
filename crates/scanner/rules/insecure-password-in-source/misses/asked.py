db = connect(host='db', user='a', password=getpass())
