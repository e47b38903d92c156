import pickle
item = pickle.load(cache)
