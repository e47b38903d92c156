# defanged sample
netsh advfirewall set allprofiles state off
