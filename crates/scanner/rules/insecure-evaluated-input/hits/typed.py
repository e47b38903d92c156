# defanged sample
n = eval(input('number: '))
