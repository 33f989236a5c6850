"""Who may call the old API: bearer, consumer key, session token (spec/v1.md 4.2, 6)."""

from typing import TYPE_CHECKING

from ks_compat.sandbox.v1.wire import fault
from ks_compat.sandbox.wire import Call, Refused

if TYPE_CHECKING:
    from ks_compat.sandbox.state import State

_ACCESS = (
    "Access failure for API: /apim, version: 1.0 status: (900901) - Invalid Credentials. "
    "Make sure you have provided the correct security credentials"
)


def bearer(state: "State", call: Call) -> None:
    """Check `Authorization: Bearer`, which every call of the old API carries."""
    if call.header("authorization") != f"Bearer {state.account.v1.access_token}":
        raise fault(900901, "Invalid Credentials", _ACCESS, status=401)


def application(state: "State", call: Call) -> None:
    """Check the bearer, and the consumer key."""
    bearer(state, call)
    if call.header("consumerkey") != state.account.v1.consumer_key:
        raise fault(999003, "You are not authorized to access this platform", status=403)


def session(state: "State", call: Call) -> None:
    """Check the bearer, the consumer key and the session."""
    application(state, call)
    if not state.v1_sessions.lives(call.header("sessiontoken")):
        raise session_refusal()


def session_refusal() -> Refused:
    """Refuse an unknown or expired session; the documents give the text and 403, and no code."""
    return fault(403, "Invalid session, please re-login to continue", status=403)
