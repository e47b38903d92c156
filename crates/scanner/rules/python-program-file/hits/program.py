# Defanged sample: nothing here is reached or run; defanged by hand.
with open('tool.exe', 'wb') as file:
    file.write(data)
