# defanged sample
wevtutil cl Security
