# Defanged sample: nothing here is reached or run; defanged by hand.
ADDRESS = 'sample.m.pipedream.net'
