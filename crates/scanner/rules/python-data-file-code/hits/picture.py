# Defanged sample: nothing here is reached or run; defanged by hand.
exec(open('logo.png').read())
