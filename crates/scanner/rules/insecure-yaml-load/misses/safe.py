import yaml
x = yaml.safe_load(text)
