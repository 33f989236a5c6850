"""The comparison of two paths: requests byte by byte, answers field by field. Pure; every difference is explained."""

from ks_compat.comparison.requests import Difference, WireRequest, compare, fields_of
from ks_compat.comparison.tolerance import Tolerance
from ks_compat.comparison.values import Rules, TooLarge, ValueDifference, compare_values

__all__ = [
    "Difference",
    "Rules",
    "Tolerance",
    "TooLarge",
    "ValueDifference",
    "WireRequest",
    "compare",
    "compare_values",
    "fields_of",
]
