# defanged sample
KEY = 'AKIASAMPLESAMPLESAMP'
