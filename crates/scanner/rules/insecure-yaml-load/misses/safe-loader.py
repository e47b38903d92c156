import yaml
x = yaml.load(text, Loader=yaml.SafeLoader)
