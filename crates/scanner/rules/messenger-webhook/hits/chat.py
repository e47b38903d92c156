# Defanged sample: nothing here is reached or run; defanged by hand.
HOOK = 'discord.com/api/webhooks/100000000000000000/not-a-token'
