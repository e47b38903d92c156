n = int(input('number: '))
