"""Where the sources disagree about the servers: which of them the sandbox follows (spec/v2.md 8)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, get_args

LoginErrors = Literal["rest-docs", "http200"]
SessionErrors = Literal["403", "401"]


class UnknownSwitch(ValueError):
    """A switch or a value that is not there; the text lists what there is."""


@dataclass
class Switches:
    """The behaviour of one sandbox.

    `login_errors`: refused credentials as HTTP 401, or as the HTTP 200 bodies of spec/v2.md 1.5. `session_errors`: the
    HTTP status of an unknown session, 403 with code 1003 or 401 with 100022 (6.9). `strict_authorization`: a session
    call may leave Authorization out, but not send a wrong one (1.6). `refuse_slm`: the risk check rejects SL-M (6.1).
    `cash`: rupees in the account.
    """

    login_errors: LoginErrors = "rest-docs"
    session_errors: SessionErrors = "403"
    strict_authorization: bool = False
    refuse_slm: bool = False
    cash: Decimal = Decimal(50_00_000)

    def shown(self) -> dict[str, Any]:
        """All of them as JSON values; `cash` is a text."""
        return {**asdict(self), "cash": str(self.cash)}

    def change(self, given: Mapping[str, Any]) -> None:
        """Set switches from JSON values, all or none. Raises UnknownSwitch."""
        checked = {name: _value(name, value) for name, value in given.items()}
        for name, value in checked.items():
            setattr(self, name, value)


_WORDS: dict[str, tuple[Any, ...]] = {
    "login_errors": get_args(LoginErrors),
    "session_errors": get_args(SessionErrors),
    "strict_authorization": (True, False),
    "refuse_slm": (True, False),
}


def _value(name: str, value: Any) -> Any:
    if name == "cash":
        try:
            cash = Decimal(str(value))
        except InvalidOperation:
            cash = Decimal(-1)
        # Not a comparison with 0 alone: that raises for NaN.
        if not cash.is_finite() or cash < 0:
            raise UnknownSwitch("cash is a number of rupees, 0 or more.")
        return cash
    if name not in _WORDS:
        raise UnknownSwitch(
            f"there is no switch {name!r}. There are {', '.join(row.name for row in fields(Switches))}."
        )
    # 1 equals True, and is no answer to yes or no.
    if not any(value is word or (isinstance(word, str) and value == word) for word in _WORDS[name]):
        raise UnknownSwitch(f"{name} is one of {', '.join(map(str, _WORDS[name]))}, not {value!r}.")
    return value
