"""Two books of one account, shown as one. Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

_SAME = ("exchangeTradeId", "tradeId", "exchangeOrderId", "orderId")
"""What says that two rows are one fill or one order: the exchange's number before the broker's."""


def merged(primary: dict[str, Any], other: dict[str, Any], owned: Collection[str]) -> dict[str, Any]:
    """The primary's report with the rows of orders in ``owned`` (numbers as text) out of the other side's.

    A row that the primary shows already stays one row. Where the two APIs number the order differently, it is the
    owner's row: the bot knows the order by the number that it was given.
    """
    rows = list(primary["success"])
    for row in other["success"]:
        if str(row.get("orderId")) not in owned:
            continue
        at = _place_of(row, rows)
        if at is None:
            rows.append(row)
        elif str(rows[at].get("orderId")) != str(row["orderId"]):
            rows[at] = row
    return {**primary, "success": rows}


def shows_all(report: Any, owned: Collection[str]) -> bool:
    """Whether a report of the whole book shows all of these orders."""
    rows = report["success"] if is_book(report) else ()
    return set(owned) <= {str(row.get("orderId")) for row in rows}


def is_book(report: Any) -> bool:
    """Whether this is a report of a whole book: dicts in a list under ``success``."""
    rows = report.get("success") if isinstance(report, dict) else None
    return isinstance(rows, list) and all(isinstance(row, dict) for row in rows)


def shows(report: Any, order_id: str) -> bool:
    """Whether an order stands in a report of the whole book."""
    return is_book(report) and any(str(row.get("orderId")) == order_id for row in report["success"])


def numbers(answer: Any) -> list[str]:
    """The order numbers of an order answer; SOR answers with both exchanges, 0 for the unused (spec/v1.md 6)."""
    found = answer.get("Success") if isinstance(answer, dict) else None
    rows = found.values() if isinstance(found, dict) else ()
    return [
        str(row["orderId"]) for row in rows if isinstance(row, dict) and row.get("orderId") not in (None, "", 0, "0")
    ]


def _place_of(row: dict[str, Any], rows: list[dict[str, Any]]) -> int | None:
    key = next((name for name in _SAME if row.get(name) not in (None, "", 0, "0", "-")), None)
    same = (n for n, known in enumerate(rows) if key is not None and str(known.get(key)) == str(row[key]))
    return next(same, None)
