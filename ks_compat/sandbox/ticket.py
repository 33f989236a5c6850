"""What an order asks for: the fields of place and modify, checked (spec/v2.md 2.3, 2.4)."""

from dataclasses import dataclass, replace
from decimal import Decimal

from ks_compat.sandbox import jdata
from ks_compat.sandbox.jdata import Fields
from ks_compat.sandbox.master import Instrument, Master
from ks_compat.sandbox.wire import Refused, not_ok

PLACE_REQUIRED = ("am", "dq", "es", "mp", "pc", "pr", "pt", "qt", "rt", "tp", "ts", "tt")
# `ig` is null where an order has no tag; the rest are bracket order leftovers of older clients, ignored.
PLACE_NULLABLE = ("ig", "pf", "sot", "slt", "slv", "sov", "tlt", "tsv", "tk", "lat")

DOMAINS: dict[str, frozenset[str]] = {
    "am": frozenset({"YES", "NO"}),
    "pc": frozenset({"CNC", "NRML", "MIS", "MTF"}),
    "pt": frozenset({"L", "MKT", "SL", "SL-M"}),
    "rt": frozenset({"DAY", "IOC"}),
    "vd": frozenset({"DAY", "IOC"}),
    "tt": frozenset({"B", "S"}),
}
"""What a wire code may be, by the field names of place and modify."""
# Of a modification only these count; older clients send more, with nulls in it (spec/v2.md 2.4).
MODIFY_USED = ("pr", "pt", "qt", "tp", "dq", "vd", "rt")
MODIFY_NULLABLE = ("tk", "fq", "mp", "pc", "dd", "ts", "tt", "es", "os", "pf", "ig")

_NEEDS_PRICE = frozenset({"L", "SL"})
_NEEDS_TRIGGER = frozenset({"SL", "SL-M"})
_DERIVATIVE_PRODUCTS = frozenset({"NRML", "MIS"})


@dataclass(frozen=True)
class Ticket:
    """The terms of one order: wire codes as in spec/v2.md 2.3, prices in rupees, quantities in units."""

    instrument: Instrument
    transaction_type: str
    product: str
    price_type: str
    validity: str
    price: Decimal
    trigger_price: Decimal
    quantity: int
    disclosed_quantity: int
    after_market: bool
    tag: str
    order_source: str

    @property
    def is_buy(self) -> bool:
        """Whether the order buys."""
        return self.transaction_type == "B"

    @property
    def is_stop(self) -> bool:
        """Whether the order waits for its trigger price."""
        return self.price_type in _NEEDS_TRIGGER

    @property
    def is_market(self) -> bool:
        """Whether the order takes any price."""
        return self.price_type in {"MKT", "SL-M"}

    def objection(self) -> str:
        """Return why the risk check rejects the order after its acknowledgement, or "" (spec/v2.md 6.2 to 6.4)."""
        if self.instrument.is_derivative and self.product not in _DERIVATIVE_PRODUCTS:
            return f"RMS:Rule: Check product type, {self.product} is not allowed in derivatives"
        if self.quantity % self.instrument.lot_size:
            return (
                f"RMS:Rule: Check quantity, {self.quantity} is no multiple of the lot size {self.instrument.lot_size}"
            )
        for name, value in (("price", self.price), ("trigger price", self.trigger_price)):
            if value % self.instrument.tick_size:
                return f"RMS:Rule: Check {name}, {value} is no multiple of the tick size {self.instrument.tick_size}"
        return ""


def placed(master: Master, given: Fields) -> Ticket:
    """Read the ticket of a placement, or refuse it as spec/v2.md 2.2 lists."""
    _check_domains(given)
    instrument = master.tradable(given["es"], given["ts"])
    if instrument is None:
        raise not_ok(1007, "invalid symbol")
    ticket = Ticket(
        instrument=instrument,
        transaction_type=given["tt"],
        product=given["pc"],
        price_type=given["pt"],
        validity=given["rt"],
        price=jdata.price("price", given["pr"]),
        trigger_price=_trigger(given["tp"]),
        quantity=jdata.quantity(given["qt"]),
        disclosed_quantity=jdata.disclosed_quantity(given["dq"]),
        after_market=given["am"] == "YES",
        tag=given.get("ig", ""),
        order_source=given.get("os", "NEOTRADEAPI"),
    )
    return _complete(ticket)


def modified(ticket: Ticket, fields: Fields) -> Ticket:
    """Return the ticket with the fields a modification names; the others stay (spec/v2.md 2.4)."""
    given = {name: value for name, value in fields.items() if name in MODIFY_USED}
    _check_domains(given)
    changed = replace(
        ticket,
        price_type=given.get("pt", ticket.price_type),
        validity=given.get("vd", given.get("rt", ticket.validity)),
        price=jdata.price("price", given["pr"]) if "pr" in given else ticket.price,
        trigger_price=_trigger(given["tp"]) if "tp" in given else ticket.trigger_price,
        quantity=jdata.quantity(given["qt"]) if "qt" in given else ticket.quantity,
        disclosed_quantity=jdata.disclosed_quantity(given["dq"]) if "dq" in given else ticket.disclosed_quantity,
    )
    return _complete(changed)


def _check_domains(given: Fields) -> None:
    for name, domain in DOMAINS.items():
        if name in given and given[name] not in domain:
            raise jdata.invalid_request(name)


def _trigger(text: str) -> Decimal:
    if text == "":
        raise _missing("trigger price")
    return jdata.price("trigger price", text)


def _complete(ticket: Ticket) -> Ticket:
    if ticket.price_type in _NEEDS_PRICE and not ticket.price:
        raise _missing("price")
    if ticket.price_type in _NEEDS_TRIGGER and not ticket.trigger_price:
        raise _missing("trigger price")
    return ticket


def _missing(name: str) -> Refused:
    return not_ok(1009, f"please provide valid {name}")
