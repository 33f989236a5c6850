"""``ApiClient`` of the old SDK: what stood between ``KSTradeApi`` and the low-level classes of ``ks_compat.api``."""

from __future__ import annotations

import atexit
from collections.abc import Callable
from multiprocessing.pool import AsyncResult, ThreadPool
from typing import Any, NoReturn

from ks_compat.configuration import Configuration
from ks_compat.exceptions import ApiException
from ks_compat.rest import RESTClientObject, RESTResponse

__all__ = ["ApiClient"]


class ApiClient:
    """Configuration, last answer and user agent, as attributes.

    The one of a client, ``client.api_client``, leads the low-level classes to that client. One made on its own has no
    account behind it: v2's login is KSTradeApi's.
    """

    def __init__(
        self,
        configuration: Configuration | None = None,
        header_name: str | None = None,
        header_value: str | None = None,
        cookie: str | None = None,
        pool_threads: int = 1,
    ) -> None:
        self.configuration = configuration if configuration is not None else Configuration()
        self.default_headers = {header_name: header_value} if header_name is not None else {}
        self.cookie = cookie
        self.pool_threads = pool_threads
        self.user_agent = "KSTradeApi-python/1.0.0/python"
        """The old text, which is not sent."""
        self.rest_client = RESTClientObject(self.configuration)
        self.last_response: RESTResponse | None = None
        """The answer of the last call of a low-level class; the methods of KSTradeApi leave it alone."""
        self.facade: Any = None
        """The KSTradeApi that this object belongs to."""
        self._pool: ThreadPool | None = None

    def __enter__(self) -> ApiClient:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the thread of ``async_req`` calls."""
        if self._pool is not None:
            self._pool.close()
            self._pool.join()
            self._pool = None
            atexit.unregister(self.close)

    def set_default_header(self, header_name: str, header_value: str) -> None:
        """Notes a header. It is not sent."""
        self.default_headers[header_name] = header_value

    def in_background(self, call: Callable[[], Any]) -> AsyncResult[Any]:
        """Runs ``call`` in the pool of ``pool_threads`` threads."""
        if self._pool is None:
            self._pool = ThreadPool(self.pool_threads)
            atexit.register(self.close)
        return self._pool.apply_async(call)

    def call_api(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refused: raises ApiException."""
        raise ApiException(
            status=0,
            reason="Raw calls of the old API have no equal in v2. Use the methods of KSTradeApi or of NeoClient.",
        )
