"""Where the sources disagree about the servers: which of them the sandbox follows (spec/v2.md 8)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

LoginErrors = Literal["rest-docs", "http200"]
SessionErrors = Literal["403", "401"]


@dataclass(frozen=True)
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
