"""Everything a running sandbox knows; all of it but the account, the switches and the master is forgotten on reset."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ks_compat.sandbox.account import Account
from ks_compat.sandbox.line import Line, NoLine
from ks_compat.sandbox.master import Master
from ks_compat.sandbox.orders import OrderBook
from ks_compat.sandbox.sessions import Sessions
from ks_compat.sandbox.switches import Switches
from ks_compat.sandbox.v1.sessions import V1Sessions
from ks_compat.sandbox.v1.tokens import V1Tokens
from ks_compat.sandbox.wire import Received

if TYPE_CHECKING:
    from ks_compat.sandbox.faults import Faults


@dataclass(frozen=True)
class PublicUrls:
    """Names of the servers as answers mention them, where they are not the sandbox's own address.

    `base` is the host of `data.baseUrl` (spec/v2.md 1.1), `files` the host of the scrip master files (2.15).
    """

    base: str = "https://cis.kotaksecurities.com"
    files: str = "https://lapi.kotaksecurities.com"


class State:
    """The account, the clock (Unix seconds), and what happened since the last reset."""

    def __init__(
        self,
        account: Account,
        clock: Callable[[], float],
        public_urls: PublicUrls | None,
        base_path: str,
        switches: Switches,
        faults: "Faults",
    ) -> None:
        self.account = account
        self.switches = switches
        self.faults = faults
        self.line: Line = NoLine()
        self._first_switches = replace(switches)
        self.clock = clock
        self.base_path = "/" + base_path.strip("/") if base_path.strip("/") else ""
        self.own_url = ""
        self.master = Master()
        self.v1_tokens = V1Tokens(self.master)
        self._public_urls = public_urls
        self.reset()

    def reset(self) -> None:
        """Forget every order, session, login attempt, received request and fault; the switches are the first ones."""
        self.received: list[Received] = []
        self.login_attempts: list[str] = []
        self.sessions = Sessions()
        self.v1_sessions = V1Sessions()
        self.planted: dict[str, Callable[[Any], Any]] = {}
        self.faults.forget()
        self.switches.change(vars(self._first_switches))
        self.book = OrderBook(self.master, self.clock, self.switches)

    @property
    def base_url(self) -> str:
        """The `data.baseUrl` of tradeApiValidate, path prefix included."""
        host = self._public_urls.base if self._public_urls else self.own_url
        return host.rstrip("/") + self.base_path

    @property
    def files_url(self) -> str:
        """The origin of the scrip master files."""
        return (self._public_urls.files if self._public_urls else self.own_url).rstrip("/")

    def new_request_id(self) -> str:
        """Return a fresh `rid`."""
        return str(uuid.uuid4())
