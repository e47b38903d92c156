# An honest look-alike.
def test_that_a_very_long_name_that_somebody_chose_is_still_a_name_that_can_be_read():
    pass
