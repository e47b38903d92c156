# defanged sample
state = torch.load('model.pt', weights_only=False)
