# Defanged sample: nothing here is reached or run; defanged by hand.
address = 'x/dilavni.daolyap//:sptth'[::-1]
