"""NeoClient: the Kotak Neo v2 API in Python. Knows nothing of the old API."""

from __future__ import annotations

from ks_compat.native import clients
from ks_compat.native.derivatives_calls import DerivativesCalls
from ks_compat.native.follow_calls import FollowCalls
from ks_compat.native.portfolio_calls import PortfolioCalls


class NeoClient(FollowCalls, PortfolioCalls, DerivativesCalls):
    """One account's client of the Kotak Neo v2 API.

    ::

        client = NeoClient()  # settings from KS_COMPAT_* in the environment
        client.totp_login()
        client.totp_validate()
        ack = client.place_order(exchange_segment="nse_cm", trading_symbol="ACC-EQ", transaction_type="B", quantity=2,
                                 product="CNC", order_type="L", price=2250.5)

    Results are typed (``ks_compat.native.results``); errors are raised, never returned (``ks_compat.native.errors``).
    Prices are rupees, quantities units (not lots), times IST. The constructor sends nothing.
    """

    def close(self) -> None:
        """Closes the connections. The sessions stay good."""
        clients.forget(self)
        self._http.close()
        if self._instruments is not None:
            self._instruments.close()

    def __enter__(self) -> NeoClient:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<NeoClient {'logged in' if self.logged_in else 'not logged in'}>"
