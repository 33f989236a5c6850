"""Order numbers: the old API had its own, 13 digits (`2210825000008`); v2 has 15. Both books show the same orders."""

import re

_OLD = re.compile(r"2([0-9]{6})([0-9]{6})")


def old_number(number: str) -> int:
    """Return the old number of an order of the book."""
    return int(f"2{number[:6]}{int(number[6:]):06d}")


def book_number(old: object) -> str:
    """Return the book's number of an old one, "" for what is none."""
    match = _OLD.fullmatch(str(old))
    return f"{match[1]}{int(match[2]):09d}" if match else ""
