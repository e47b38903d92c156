from clean_stats import median, spread


def test_median_of_an_even_number_is_the_mean_of_the_middle():
    assert median([4, 1, 3, 2]) == 2.5


def test_spread_ignores_the_order():
    assert spread([5, 3, 1, 4, 2]) == spread([1, 2, 3, 4, 5]) == 1.5
