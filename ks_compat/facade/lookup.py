"""Where the old constructor's arguments come from (spec/v1.md 2.3): argument, file, environment, ``settings``."""

from __future__ import annotations

import os
from typing import Any

from dotenv import dotenv_values

from ks_compat import settings
from ks_compat.exceptions import ApiValueError
from ks_compat.native import ConfigurationError, Settings
from ks_compat.native.proxies import proxy_url
from ks_compat.native.settings import PREFIX
from ks_compat.v1.errors import missing_argument, old_error

FILE_VARIABLE = "settings_file"
"""The environment variable that names a dotenv file. A file that is not there is ignored, as the old SDK did."""
_NEEDED = {"access_token": "access_token", "userid": "ucc", "consumer_key": None}
"""Old argument: the setting of v2 that stands in for it, in the order of the old checks."""


class Lookup:
    """What one constructor call is given, and what it finds.

    The file's values fill this object only: unlike the old SDK's they are not written into ``os.environ``.
    """

    def __init__(self, given: dict[str, Any]) -> None:
        """``given``: the constructor's arguments. None is "not given"; so is an empty ``app_id``, its default."""
        path = os.environ.get(FILE_VARIABLE)
        self._file = {name: value for name, value in dotenv_values(path).items() if value is not None} if path else {}
        self.values = {name: self._value(name, value) for name, value in given.items()}

    def settings(self) -> Settings:
        """The settings of v2, for which the old access token and user id are used where v2's own are not set.

        ``KS_COMPAT_*`` in the file count too: before the environment, but for the access token and the UCC. Raises
        ApiValueError for what is malformed, and the old constructor's ApiValueError for the first missing argument.
        """
        own = {name: self._file[key] for name in Settings.model_fields if self._file.get(key := PREFIX + name.upper())}
        old = {name: str(self.values[v1]) for v1, name in _NEEDED.items() if name is not None and self.values[v1]}
        try:
            found = Settings.load(**{**old, **own})
        except ConfigurationError as error:
            raise old_error(error) from None
        for argument, name in _NEEDED.items():
            if not self.values[argument] and not (name and getattr(found, name)):
                raise ApiValueError(missing_argument(argument))
        return found

    def proxy(self) -> str | None:
        """The proxy with its credentials, or None. A user or password without an URL is not used, as of old."""
        url, user, password = (str(self.values[f"proxy_{part}"] or "") for part in ("url", "user", "pass"))
        try:
            return proxy_url(url, user, password) if url else None
        except ConfigurationError as error:
            raise old_error(error) from None

    def _value(self, name: str, given: Any) -> Any:
        if given is not None and (name, given) != ("app_id", ""):
            return given
        found = self._file[name] if name in self._file else os.environ.get(name)
        return found or getattr(settings, name, "")
