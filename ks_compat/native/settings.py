"""The settings of the native client: ``KS_COMPAT_*`` from the environment, a file, or keyword arguments."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    NonNegativeInt,
    SecretStr,
    ValidationError,
)

from ks_compat.native.errors import ConfigurationError

PREFIX = "KS_COMPAT_"
_PREFIX = PREFIX.lower()
FILE_VARIABLE = "KS_COMPAT_SETTINGS_FILE"

WHERE = {
    "access_token": "the plain token (no 'Bearer ') that the Neo app shows under Invest, Trade API, Your applications",
    "mobile_number": "the mobile number registered with Kotak, with country code: +91 and ten digits",
    "ucc": "your client code (UCC), shown in the Neo app's profile; five characters for most accounts",
    "mpin": "the six digits that you type to open the Neo app",
    "totp_secret": "the text key below the QR code of TOTP registration on the API dashboard (not a six-digit code)",
    "totp": "one six-digit code out of your authenticator app",
    "login_url": "https://mis.kotaksecurities.com, or http://127.0.0.1:PORT of `ks-compat sandbox`",
}
"""Where a person finds the value (field-notes P1; seed 003)."""

_FALLBACKS = ("access_token", "ucc")


def _not_bearer(value: SecretStr) -> SecretStr:
    text = value.get_secret_value().strip()
    # It becomes a header: one blank or line end inside, and it is another header.
    if not re.fullmatch(r"[!-~]+", text) or text.lower().startswith("bearer"):
        raise ValueError("is not one word of plain characters, or starts with 'Bearer'")
    return SecretStr(text)


def _mobile(value: SecretStr) -> SecretStr:
    digits = re.sub(r"[\s()-]", "", value.get_secret_value())
    if re.fullmatch(r"[0-9]{10}", digits):
        # The old SDKs took ten digits; v2 wants the country code (spec/v2.md 1.2).
        digits = f"+91{digits}"
    if not re.fullmatch(r"\+[0-9]{8,15}", digits):
        raise ValueError("is not a mobile number with country code")
    return SecretStr(digits)


def _mpin(value: SecretStr) -> SecretStr:
    # Six digits in the documents, four in one guide (spec/v2.md 9, row 16).
    if not re.fullmatch(r"[0-9]{4}|[0-9]{6}", value.get_secret_value().strip()):
        raise ValueError("is not six digits")
    return SecretStr(value.get_secret_value().strip())


def _base32(value: SecretStr) -> SecretStr:
    text = re.sub(r"[\s-]", "", value.get_secret_value()).upper()
    if not re.fullmatch(r"[A-Z2-7]{16,}=*", text):
        raise ValueError("is not a TOTP secret (base32: letters and the digits 2 to 7, 16 or more)")
    return SecretStr(text)


def _six_digits(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[0-9]{6}", value.get_secret_value().strip()):
        raise ValueError("is not a six-digit code")
    return SecretStr(value.get_secret_value().strip())


def _redis(value: SecretStr) -> SecretStr:
    if not re.match(r"(redis|rediss|redis\+unix)://", value.get_secret_value()):
        raise ValueError("is not redis://[:PASSWORD@]HOST[:PORT][/NUMBER]")
    return value


def safe_url(value: str) -> str:
    """``value`` without a trailing slash; ValueError unless it is https, or http to this machine."""
    url = urlsplit(value)
    if url.scheme == "https" and url.hostname:
        return value.rstrip("/")
    if url.scheme == "http" and _is_loopback(url.hostname or ""):
        return value.rstrip("/")
    raise ValueError("must start with https:// (plain http is taken for this machine's own addresses only)")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _expanded(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise ValueError(f"names a home folder that is not there ({error})") from None


def _paths(value: Any) -> Any:
    return [_expanded(Path(part)) for part in value.split(os.pathsep) if part] if isinstance(value, str) else value


def _home() -> Path:
    import platformdirs

    try:
        return platformdirs.user_cache_path("ks-compat")
    except RuntimeError:  # a user without HOME and without a name in the system, as in some containers
        raise ConfigurationError(f"{PREFIX}HOME", "is not set, and this user has no home folder.") from None


class Settings(BaseModel):
    """What a client needs to know. Unset settings are None; they are asked for when a call needs them."""

    model_config = ConfigDict(extra="ignore", validate_default=True)

    access_token: Annotated[SecretStr, AfterValidator(_not_bearer)] | None = None
    """The plain token of the Neo app (v2's consumer key), sent as ``Authorization``."""
    mobile_number: Annotated[SecretStr, AfterValidator(_mobile)] | None = None
    ucc: str | None = None
    mpin: Annotated[SecretStr, AfterValidator(_mpin)] | None = None
    totp_secret: Annotated[SecretStr, AfterValidator(_base32)] | None = None
    totp: Annotated[SecretStr, AfterValidator(_six_digits)] | None = None
    login_url: Annotated[str, AfterValidator(safe_url)] = "https://mis.kotaksecurities.com"
    home: Annotated[Path, AfterValidator(_expanded)] = Field(default_factory=_home)
    """Cache and state: the daily instrument index."""
    v1_instruments: Annotated[list[Path], BeforeValidator(_paths)] = []
    """The old instrument files that the bot's tokens come from."""
    authorization_on_orders: bool = False
    """Sends ``Authorization`` with order and report calls too (spec/v2.md 9, row 1)."""
    relogin: bool = False
    """Logs in again when a report says that the session expired, and asks once more. Orders never do."""
    orders_per_second: NonNegativeInt = 8
    """Place, modify, cancel and exit; 0: no limit. Kotak allows ten (spec/v2.md 6.10)."""
    calls_per_second: NonNegativeInt = 8
    """All other calls, of historical data at most two of them; 0: no limit."""
    rate_limit_url: Annotated[SecretStr, AfterValidator(_redis)] | None = None
    """``redis://...``: one limit for all processes and machines of the account. In memory without it."""
    connect_timeout: float = 5.0
    """Seconds."""
    read_timeout: float = 30.0
    """Seconds. Order books were seen to take long; an order whose answer is late is looked up, never sent again."""

    def __init__(self, _env_file: str | None = None, **given: Any) -> None:
        """What is ``given`` wins over the environment, and that over the file. Raises pydantic's ValidationError."""
        # pydantic-settings does the same, and is a third of the time from the start of a process to its first order.
        super().__init__(**{**_in_file(_env_file), **_in(os.environ), **given})

    @classmethod
    def load(cls, **given: Any) -> Settings:
        """Reads the environment and the file that ``KS_COMPAT_SETTINGS_FILE`` names (``NAME=value`` lines).

        ``given`` wins over both, but for ``access_token`` and ``ucc``: there the environment and the file win, because
        what a program written for the old API gives is the old API's token and user id (DESIGN.md, Contracts).
        Raises ConfigurationError, which never shows the value.
        """
        given = {name: value for name, value in given.items() if value is not None}
        file = os.environ.get(FILE_VARIABLE) or None
        if file is not None and not Path(file).is_file():
            raise ConfigurationError(FILE_VARIABLE, f"there is no file {Path(file).absolute()}.")
        explicit = {name: value for name, value in given.items() if name not in _FALLBACKS}
        try:
            found = cls(_env_file=file, **explicit)
            missing = {name: given[name] for name in _FALLBACKS if name in given and getattr(found, name) is None}
            return cls(_env_file=file, **explicit, **missing) if missing else found
        except ValidationError as error:
            raise _readable(error) from None

    def has(self, *names: str) -> bool:
        """Whether all of these settings are set."""
        return all(getattr(self, name) not in (None, "") for name in names)

    def need(self, name: str) -> str:
        """The value of a setting that the next call needs, or ConfigurationError that says where to find it."""
        value = getattr(self, name)
        if value is None or value == "":
            raise ConfigurationError(PREFIX + name.upper(), f"is not set. It is {WHERE[name]}.")
        return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def _in_file(path: str | None) -> dict[str, str]:
    if path is None:
        return {}
    from dotenv import dotenv_values

    try:
        return _in(dotenv_values(path, encoding="utf-8"))
    except UnicodeDecodeError:  # as PowerShell's > writes it
        raise ConfigurationError(FILE_VARIABLE, f"{path} is not in UTF-8: save it as UTF-8.") from None
    except OSError as error:
        raise ConfigurationError(FILE_VARIABLE, f"{path} cannot be read ({error.strerror}).") from None


def _in(found: Mapping[str, str | None]) -> dict[str, str]:
    """The settings among ``NAME=value`` pairs, in whatever case; what is empty is not set."""
    pairs = ((name.lower(), value) for name, value in found.items())
    return {name.removeprefix(_PREFIX): value for name, value in pairs if value and name.startswith(_PREFIX)}


def _readable(error: ValidationError) -> ConfigurationError:
    # pydantic's own text repeats the input, which may be a secret.
    first = error.errors(include_input=False, include_url=False)[0]
    name = str(first["loc"][0])
    problem = str(first["msg"]).removeprefix("Value error, ")
    where = f" It is {WHERE[name]}." if name in WHERE else ""
    return ConfigurationError(PREFIX + name.upper(), f"{problem}.{where}")
