# defanged sample
import pandas
x = pandas.read_pickle('x.pkl')
