"""The states of an order, and what they settle (spec/v2.md 6.5)."""

from __future__ import annotations

_FILLED = frozenset({"complete", "traded"})
_RESTING = frozenset(
    {"open", "trigger pending", "modified", "after market order req received", "modify after market order req received"}
)


def is_filled(status: str) -> bool:
    """Whether the whole order was traded."""
    return status.strip().lower() in _FILLED


def is_cancelled(status: str) -> bool:
    """Whether the order, or its rest, was cancelled, an after-market order included."""
    return status.strip().lower().startswith("cancelled")


def is_terminal(status: str) -> bool:
    """Whether the order has come to its end: filled, cancelled or rejected. Unknown words are no end."""
    return is_filled(status) or is_cancelled(status) or status.strip().lower().startswith("rejected")


def is_resting(status: str) -> bool:
    """Whether the order stands: at the exchange, or stored as an after-market order."""
    return status.strip().lower() in _RESTING
