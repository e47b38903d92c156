"""Median and spread of a list of numbers."""

from collections.abc import Sequence

__all__ = ["median", "spread"]


def median(numbers: Sequence[float]) -> float:
    """The middle of the sorted numbers; the mean of the two middle ones where there is no single one."""
    if not numbers:
        raise ValueError("the median of no numbers is not defined")
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def spread(numbers: Sequence[float]) -> float:
    """Half of the distance between the medians of the upper and the lower half."""
    ordered = sorted(numbers)
    half = len(ordered) // 2
    if half == 0:
        raise ValueError("the spread of fewer than two numbers is not defined")
    return (median(ordered[-half:]) - median(ordered[:half])) / 2
