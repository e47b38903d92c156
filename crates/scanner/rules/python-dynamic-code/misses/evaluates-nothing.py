# An honest look-alike.
def evaluate(model):
    return model.eval()
