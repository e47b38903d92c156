# defanged sample
import pickle
x = pickle.load(f)
