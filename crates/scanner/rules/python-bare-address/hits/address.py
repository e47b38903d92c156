# Defanged sample: nothing here is reached or run; defanged by hand.
SERVER = 'http://192.0.2.7:8000/x'
