"""What the server's codes mean, what mostly causes them, and what to do next (spec/v2.md 2.2; field-notes 7).

The server's own texts mislead: "please provide valid quantity" is mostly an empty price. Where sources disagree, the
meaning says so. Codes of success (200, 1000) are not here.
"""

from __future__ import annotations

from typing import NamedTuple


class Advice(NamedTuple):
    """A code decoded. No text holds anything of the account."""

    meaning: str
    cause: str
    next_step: str


_LOG_IN = "Log in again: totp_login(), then totp_validate()."
_STAND_BACK = "Correct the credential before the next attempt: repeated failures lock the account."
_LOOK_FIRST = "Wait, and read the order book before you send an order again."
_NEW_TAG = "Send the order under a new tag; read the order book first, the tag's first order may stand."
_CHECK_BODY = "Look at the request that was sent: every number is a text, 0 is '0', nothing is empty."

CODES: dict[int, Advice] = {
    32: Advice(
        "The order was refused by the core order system ('error from core').",
        "Mostly a tag (ig) that an earlier order has.",
        _NEW_TAG,
    ),
    400: Advice(
        "The request is invalid or incomplete (HTTP status, or code of candles).",
        "A field is missing, or has a value that the call does not know.",
        "Read the reason: it names the input; correct it.",
    ),
    401: Advice(
        "Not authorised (HTTP status).",
        "The session ended; or, with quotes and other market data, the access token is wrong or was reset in the app.",
        "Log in again; if that is refused too, compare KS_COMPAT_ACCESS_TOKEN with the Neo app.",
    ),
    403: Advice(
        "Forbidden; the documents call it an invalid session (HTTP status).",
        "The session ended, or was made elsewhere.",
        _LOG_IN,
    ),
    422: Advice(
        "Invalid parameters (HTTP status, documented for login and reports).",
        "A field has the wrong form.",
        "Read the reason, correct the field.",
    ),
    424: Advice(
        "A system behind this one failed (HTTP status, documented for login and reports).",
        "An outage at the broker.",
        _LOOK_FIRST,
    ),
    429: Advice(
        "Too many requests (HTTP status, or code of the gateway).",
        "More than 10 calls a second; with candles more than about 5 a second or 50 a minute.",
        "Wait, then send less often; users report lock-outs of hours from candles.",
    ),
    500: Advice("The server failed (HTTP status).", "An error at the broker.", _LOOK_FIRST),
    502: Advice("The order system could not be reached (HTTP status).", "An outage at the broker.", _LOOK_FIRST),
    503: Advice("The service is not available (HTTP status).", "Maintenance or an outage.", _LOOK_FIRST),
    504: Advice("The server did not answer its gateway in time (HTTP status).", "Overload.", _LOOK_FIRST),
    1003: Advice("The session is not known.", "It expired (sessions end daily), or another login ended it.", _LOG_IN),
    1004: Advice(
        "The balance does not suffice (RMS).",
        "The order needs more margin or cash than there is.",
        "Compare margin_required() and limits() with the order.",
    ),
    1005: Advice("An internal error of the order system.", "An error at the broker.", _LOOK_FIRST),
    1006: Advice(
        "Sources conflict: 'invalid exchange' (FAQ); the order was already executed or cancelled, or is not found "
        "(REST documents).",
        "The order is no longer open, or its number is not of this account; on placing, the exchange segment.",
        "Read the order book for the order's status; on placing, check the exchange segment.",
    ),
    1007: Advice(
        "Sources conflict: 'invalid symbol' (FAQ); 'body invalid' (observed).",
        "The body could not be read as jData; a trading symbol that is not in today's scrip master; a bracket order.",
        "Check the trading symbol against today's scrip master, and the product.",
    ),
    1009: Advice(
        "Sources conflict: 'invalid quantity' (FAQ); an unknown instrument (quotes documents); "
        "'please provide valid quantity' (observed).",
        "In orders mostly an empty price, else the quantity; in quotes and option chains an unknown instrument.",
        "Check price and quantity (orders), or segment and token (quotes).",
    ),
    1017: Advice(
        "Algo orders are not allowed.",
        "API trading is not enabled for the account, or the order source is not accepted.",
        "Ask Kotak to enable Trade API orders for the account.",
    ),
    1021: Advice(
        "The order is completed (the server's hint 'please provide valid order number' misleads).",
        "It was filled, cancelled or rejected before the call arrived.",
        "Read the order book; there is nothing left to change.",
    ),
    1031: Advice(
        "Invalid LtpOrAtp for a bracket order.",
        "Bracket orders are retired on the API.",
        "Place the legs as separate orders.",
    ),
    1037: Advice(
        "The session's IP address is not the request's.",
        "The address of this machine changed after the login.",
        "Log in again from the address that orders come from.",
    ),
    1113: Advice(
        "A bracket order with a trailing stop loss is not supported.",
        "Bracket orders are retired on the API.",
        "Place the legs as separate orders.",
    ),
    5202: Advice(
        "The request is invalid ('Error: Invalid Request').",
        "A number was sent empty, such as the disclosed quantity; or a cancel without its fields.",
        _CHECK_BODY,
    ),
    5203: Advice("There is no data: the book is empty.", "No order, trade or position yet.", "Nothing to do."),
    5204: Advice(
        "Sources conflict: the tag was used before (place: 'Client OrderID already exists'); "
        "the order is not known (cancel: 'Bad Input').",
        "Placing: the tag (ig) of an earlier order. Cancelling: an order number that is not in the book.",
        "Read the order book; then place under a new tag, or cancel the number that it shows.",
    ),
    10020: Advice(
        "Authentication failed (old gateway).",
        "A bearer token of the old API was sent.",
        "Use the access token of the Neo app.",
    ),
    10300: Advice(
        "Validation errors (made by the official SDK, not by the server).",
        "An argument is missing.",
        "Give the argument that the reason names.",
    ),
    10512: Advice(
        "A required header was not found.",
        "The second login step came without the session of the first.",
        _LOG_IN,
    ),
    10522: Advice(
        "The OTP could not be generated (made by an old SDK).",
        "The first login step failed.",
        "Log in with TOTP: totp_login(), then totp_validate().",
    ),
    10525: Advice(
        "The account is locked for today.",
        "Too many failed logins.",
        "Unlock it in the Neo app or wait until tomorrow; do not try again by program.",
    ),
    11000: Advice("There is no data: the book is empty.", "No order, trade or position yet.", "Nothing to do."),
    70009: Advice(
        "The account is locked.",
        "Too many failed logins.",
        "Unlock it in the Neo app; do not try again by program.",
    ),
    91400: Advice(
        "Only orders that were placed through the API can be changed through it.",
        "The order was placed in the app, on the web site or by the broker.",
        "Change it where it was placed.",
    ),
    100008: Advice(
        "Orders from this IP address are not allowed ('unauthorized').",
        "The address is not registered for the account, or the access token belongs to another app.",
        "Compare whatsmyip() with the addresses registered in the Neo app; logging in again does not help.",
    ),
    100021: Advice(
        "The token has the wrong kind ('invalid  access type').",
        "The view token was used: the second login step is missing.",
        "Log in completely: totp_login(), then totp_validate().",
    ),
    100022: Advice("The session token is invalid.", "The trade session expired, or another login ended it.", _LOG_IN),
    200032: Advice(
        "The URL is invalid: 'Please verify the baseUrl'.",
        "The call went to a host that is not the account's.",
        "Log in again: the login's answer names the host of the account.",
    ),
    900901: Advice(
        "Invalid credentials (WSO2 gateway).",
        "The gateway does not know the token: it expired, or it is one of the old API.",
        "Log in again; if that does not help, compare KS_COMPAT_ACCESS_TOKEN with the Neo app.",
    ),
    999003: Advice(
        "Not authorised for this platform.",
        "API trading is not enabled for the account.",
        "Register for Trade API in the Neo app.",
    ),
}
"""The codes of all calls but the login."""

_REFUSED = Advice(
    "The login was refused.",
    "A wrong or late TOTP code (is the clock right?), MPIN, UCC, mobile number or access token.",
    _STAND_BACK,
)

LOGIN_CODES: dict[int, Advice] = {
    401: _REFUSED,
    403: _REFUSED,
    429: Advice(
        "Sources conflict: too many requests (HTTP status); an invalid UCC (stCode, in the SDK's own tests).",
        "With the reason 'Invalid UCC' the client code; else too many logins.",
        _STAND_BACK,
    ),
    10020: _REFUSED,
    900901: _REFUSED,
}
"""Codes that mean something else in an answer to a login step."""


def advice(code: int, *, login: bool = False) -> Advice | None:
    """What a code means, in the answer to a login step or to any other call; None for an unknown code."""
    return (LOGIN_CODES.get(code) if login else None) or CODES.get(code)
