# An honest look-alike.
cursor.exec(statement)
app.exec_()
