# defanged sample
import yaml
x = yaml.unsafe_load(text)
