# Defanged sample: nothing here is reached or run; defanged by hand.
import runpy
runpy.run_path('tool.py')
