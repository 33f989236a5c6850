"""One rate limit for all processes and machines of an account: moving windows in Redis, by ``limits``."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from ks_compat.native import governor
from ks_compat.native.errors import ConfigurationError

if TYPE_CHECKING:
    from pydantic import SecretStr

TIMEOUT = 0.25
"""Seconds that Redis is given to answer."""
PAUSE = 30.0
"""Seconds for which a Redis that failed is not asked again."""
_log = logging.getLogger("ks_compat")


class Fleet:
    """The windows of an account in Redis. Safe to use from several threads."""

    def __init__(self, url: SecretStr) -> None:
        """Connects to nothing yet. Raises ConfigurationError if the package redis is missing."""
        try:
            from limits import RateLimitItemPerSecond
            from limits.storage import RedisStorage
            from limits.strategies import MovingWindowRateLimiter
            from redis import RedisError
            from redis.backoff import NoBackoff
            from redis.retry import Retry
        except ImportError:
            raise _refused("needs the package redis: pip install 'ks-compat[fleet]'.") from None
        try:
            storage = RedisStorage(
                url.get_secret_value(),
                key_prefix="ks-compat",
                socket_timeout=TIMEOUT,
                socket_connect_timeout=TIMEOUT,
                retry=Retry(NoBackoff(), 0),  # type: ignore[arg-type]
            )
        except Exception:  # noqa: BLE001 - whatever it is, its text may hold the URL, which holds a password
            raise _refused("is not redis://[:PASSWORD@]HOST[:PORT][/NUMBER].") from None
        self._limiter = MovingWindowRateLimiter(storage)
        self._item = RateLimitItemPerSecond
        self._failures = (RedisError, OSError)
        self._silent_until = 0.0
        self._told = False

    def wait(self, key: str, rate: int) -> None:
        """Waits for a turn among all that use ``key``; at once where Redis does not answer. Raises NotSent."""
        last = time.monotonic() + governor.LONGEST_WAIT
        while time.monotonic() >= self._silent_until:
            delay = self._asked(key, rate)
            if delay <= 0:
                return
            if time.monotonic() + delay > last:
                raise governor.too_many(rate)
            time.sleep(delay)

    def _asked(self, key: str, rate: int) -> float:
        """Seconds until it may be asked again; 0 for a turn, or where Redis failed."""
        item = self._item(rate)
        try:
            if self._limiter.hit(item, key):
                return 0
            # A window that opens right now still needs a moment.
            return max(0.005, self._limiter.get_window_stats(item, key).reset_time - time.time())
        except self._failures as failure:
            self._silent_until = time.monotonic() + PAUSE
            self._tell(failure)
            return 0

    def _tell(self, failure: Exception) -> None:
        # Not by warnings: with -W error the order would not be sent. Not the error's own text: it may hold the URL.
        if not self._told:
            self._told = True
            _log.warning(
                "KS_COMPAT_RATE_LIMIT_URL: Redis does not answer (%s). The limit holds in this process alone until it "
                "does; it is asked again every %g s.",
                type(failure).__name__,
                PAUSE,
            )


def _refused(problem: str) -> ConfigurationError:
    return ConfigurationError("KS_COMPAT_RATE_LIMIT_URL", problem)
