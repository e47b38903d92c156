# defanged sample
access = 'user⁦ # is it⁩'
