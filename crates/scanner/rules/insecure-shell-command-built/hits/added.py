# defanged sample
import os
os.system('rm ' + name)
