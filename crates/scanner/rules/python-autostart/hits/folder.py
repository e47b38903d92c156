# Defanged sample: nothing here is reached or run; defanged by hand.
import os
folder = os.path.join(os.environ['APPDATA'], 'Microsoft', r'Start Menu\Programs\Startup')
