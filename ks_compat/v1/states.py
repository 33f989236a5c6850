"""The states of an order: v2's words, the old API's codes and texts (spec/v2.md 6.5, spec/v1.md 6). Pure."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class State(NamedTuple):
    """The old API's code (``status``), ``statusInfo``, ``statusMessage`` and, in a history, ``exchangeStatus``."""

    code: str
    info: str
    message: str
    exchange: str


_PENDING = State("NEWF", "Confirmation Pending", "Confirmation pending from Exchange", "Order sent to Exchange")
_CHANGING = State("CHRF", "Change Pending", "Change pending from Exchange", "Change sent to Exchange")
_OPEN = State("OPN", "", "Open", "Order Confirmed")
_TRADED = State("TRAD", "Traded", "Completely Traded Order", "Order Traded")
_CANCELLED = State("CAN", "Cancelled", "Cancelled Order", "Order Cancelled")

STATES = {
    "put order req received": _PENDING,
    "validation pending": _PENDING,
    "open pending": State("OPF", "Open Pending", "Open pending from Exchange", "Order sent to Exchange"),
    "open": _OPEN,
    "trigger pending": State("SLO", "", "Stop Loss Open", "Order Confirmed"),
    "modify pending": _CHANGING,
    "modify validation pending": _CHANGING,
    "modified": _OPEN,
    "cancel pending": State("CNRF", "Cancel Pending", "Cancel pending from Exchange", "Cancel sent to Exchange"),
    "after market order req received": _PENDING,
    "modify after market order req received": _PENDING,
    "cancelled after market order": _CANCELLED,
    "complete": _TRADED,
    "traded": _TRADED,
    "rejected": State("REJ", "Rejected", "Rejected Order", "Order Rejected"),
    "cancelled": _CANCELLED,
}
"""Codes are those of public code and samples. REJ has no sample; it is the code that v1 users wrote for it."""


class _HasState(Protocol):
    @property
    def status(self) -> str: ...
    @property
    def rejection(self) -> str: ...


def state(row: _HasState) -> State:
    """The old state of a v2 order or history row. A word that is not listed is passed on as the code: never a guess."""
    return STATES.get(row.status) or State(row.status, "", row.status, row.status)


def status(row: _HasState) -> str:
    """``OPN``, ``TRAD``, ``CAN``, ``REJ``, ``SLO`` ..."""
    return state(row).code


def status_info(row: _HasState) -> str:
    """The old ``statusInfo``: of a rejected order the reason."""
    return row.rejection or state(row).info


def status_message(row: _HasState) -> str:
    """The old ``statusMessage``."""
    return state(row).message


def exchange_status(row: _HasState) -> str:
    """The old ``exchangeStatus`` of a history row."""
    return state(row).exchange
