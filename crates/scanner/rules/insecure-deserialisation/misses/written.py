import pickle
pickle.dump(x, f)
