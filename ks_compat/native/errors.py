"""Every error of the native client, drawn once.

::

    NeoError
    ├── NotDone                   proven: what the call asked for did not happen
    │   ├── ConfigurationError    a setting is missing or malformed            .setting
    │   ├── NotLoggedIn           a step of the login is missing               .step
    │   ├── InvalidRequest        refused here, nothing was sent (a ValueError)
    │   ├── InstrumentRefused     an instrument could not be proven; nothing was sent
    │   ├── NotSent               no connection: the request did not leave
    │   └── OrderNotChanged       a modify or cancel without effect: the book shows the order's end  .order
    ├── NoAnswer                  the request left, no (whole) answer came back
    ├── OrderOutcomeUnknown       an order call left, its fate could not be found  .tag
    ├── OrderNotSettled           wait_for: the order was not there yet at the time limit  .order
    └── ApiError                  the server answered, and it is an error      .code .reason .status .body .advice
        ├── LoginRefused *        TOTP, MPIN, UCC, mobile number or access token refused
        ├── SessionExpired *      the trade token is unknown, expired or of the wrong kind
        ├── AddressNotAllowed *   the caller's IP is not registered for orders, or changed (100008, 1037)
        ├── RateLimited *         too many requests                            .retry_after
        ├── Refused *             a business refusal: the request was understood and declined
        ├── ServerFailed          HTTP 5xx
        └── AnswerNotUnderstood   not JSON, or not the shape that the endpoint has

    * also a NotDone

What an order call (place, modify, cancel, exit) raises is a ``NotDone``: **proven** not to stand, it may be sent again;
or ``OrderOutcomeUnknown``: it may stand, look before anything else. There is no third case.

An empty book is no error: the report is an empty list. What a code means, what mostly causes it and what to do next is
``.advice``, out of ``ks_compat.native.codes``; the text of the error ends with the next step.

No error text carries a token, MPIN, TOTP, mobile number or password (DESIGN.md, money rule 5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ks_compat.native import codes

if TYPE_CHECKING:
    from ks_compat.native.order_results import Order


class NeoError(Exception):
    """Whatever this client raises on purpose. ``call``: the method that it leaves, where there is a ``raise_as``."""

    call = ""

    def __reduce__(self) -> tuple[Any, ...]:
        # The constructors take more than ``args`` holds. A process pool that cannot rebuild an error breaks down, and
        # what it told of an order is lost.
        return _rebuilt, (type(self), self.args, self.__dict__)


class NotDone(NeoError):
    """Proven: what the call asked for did not happen. An order whose call raises this does not stand."""


class ConfigurationError(NotDone):
    """A setting is missing or malformed. ``setting`` names it (``KS_COMPAT_...``)."""

    def __init__(self, setting: str, problem: str) -> None:
        super().__init__(f"{setting}: {problem}")
        self.setting = setting


class NotLoggedIn(NotDone):
    """A step of the login is missing. ``step`` is the method to call: ``totp_login`` or ``totp_validate``."""

    def __init__(self, step: str) -> None:
        super().__init__(f"Not logged in: call {step}() first.")
        self.step = step


class InvalidRequest(NotDone, ValueError):
    """An argument that cannot be sent as it is. Nothing was sent. ``missing`` names one that is None."""

    missing = ""


class InstrumentRefused(NotDone):
    """An instrument could not be proven. Nothing was sent."""


class NotSent(NotDone):
    """No connection to the server: the request did not leave this machine."""


class NoAnswer(NeoError):
    """The request left, and no whole answer came back (timeout, dropped connection)."""


class OrderOutcomeUnknown(NeoError):
    """An order call left, and neither its answer nor the order book tells what became of it.

    ``tag`` is the order's own tag (``GuiOrdId`` in the order book), or the order number for modify and cancel.
    Do not send it again before the order book has been read.
    """

    def __init__(self, message: str, tag: str) -> None:
        super().__init__(message)
        self.tag = tag


class OrderNotChanged(NotDone):
    """A modify or cancel whose answer was lost had no effect: the order had come to its end.

    ``order`` is its row of the order book (``ks_compat.native.Order``).
    """

    def __init__(self, message: str, order: Order) -> None:
        super().__init__(message)
        self.order = order


class OrderNotSettled(NeoError):
    """``wait_for`` reached its time limit. ``order`` is the last row that was seen, None where there was none.

    It says nothing against the order, which goes its way.
    """

    def __init__(self, message: str, order: Order | None) -> None:
        super().__init__(message)
        self.order = order


class ApiError(NeoError):
    """The server answered with an error.

    ``code`` is the server's own code (``stCode``, ``errorCode`` or ``error[0].code``; the HTTP status when it gave
    none), ``reason`` its text, ``status`` the HTTP status, ``body`` the answer as text (spec/v2.md 1.5, 2.1).
    """

    def __init__(self, code: int, reason: str, *, status: int, body: str) -> None:
        super().__init__(f"[{code}] {reason} (HTTP {status})")
        self.code = code
        self.reason = reason
        self.status = status
        self.body = body

    @property
    def advice(self) -> codes.Advice | None:
        """What the code means, its likely cause and the next step; None for an unknown code."""
        return codes.advice(self.code)

    def __str__(self) -> str:
        advice = self.advice
        return super().__str__() if advice is None else f"{super().__str__()}. {advice.next_step}"


class LoginRefused(ApiError, NotDone):
    """TOTP, MPIN, UCC, mobile number or access token was refused. Never tried again by itself: accounts get locked."""

    @property
    def advice(self) -> codes.Advice | None:
        """What the code means in the answer to a login."""
        return codes.advice(self.code, login=True)


class SessionExpired(ApiError, NotDone):
    """The trade token is unknown, expired or of the wrong kind: log in again (spec/v2.md 6.9)."""


class AddressNotAllowed(ApiError, NotDone):
    """Orders from this IP address are not allowed: not registered (100008), or not the login's address (1037)."""


class RateLimited(ApiError, NotDone):
    """Too many requests. ``retry_after`` is the server's advice in seconds, or None."""

    retry_after: float | None = None


class Refused(ApiError, NotDone):
    """The request was understood and declined: an RMS or order rule, an unknown order, an unknown instrument."""


class ServerFailed(ApiError):
    """HTTP 5xx."""


class AnswerNotUnderstood(ApiError):
    """The answer is not JSON, or not the shape that the endpoint has."""


def _rebuilt(kind: type[NeoError], args: tuple[Any, ...], state: dict[str, Any]) -> NeoError:
    made = kind.__new__(kind, *args)
    made.__dict__.update(state)
    return made
