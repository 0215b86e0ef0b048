"""How much two sequences have in common at their ends: slices compare fast."""

from typing import TypeVar

Text = TypeVar("Text", bytes, list[bytes])


def equal_start(a: Text, b: Text) -> int:
    """Count what is equal at the beginning, by halves."""
    low, high = 0, min(len(a), len(b))
    if not high or a[0] != b[0]:
        return 0
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def equal_end(a: Text, b: Text) -> int:
    """Count what is equal at the end, by halves."""
    low, high = 0, min(len(a), len(b))
    if not high or a[-1] != b[-1]:
        return 0
    while low < high:
        middle = (low + high + 1) // 2
        if a[len(a) - middle : len(a) - low] == b[len(b) - middle : len(b) - low]:
            low = middle
        else:
            high = middle - 1
    return low
