# Defanged sample: nothing here is reached or run; defanged by hand.
call('api.telegram.org/bot' + token + '/sendMessage')
