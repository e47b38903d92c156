# defanged sample
import yaml
x = yaml.load(text, Loader=yaml.Loader)
