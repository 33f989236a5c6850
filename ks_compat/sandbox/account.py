"""The one made-up account the sandbox knows."""

from dataclasses import dataclass, field

from ks_compat.sandbox.v1.account import V1Account


@dataclass(frozen=True)
class Account:
    """Credentials of one client, as spec/v2.md 1.2 and 1.3 use them.

    `access_token` is the plain consumer key of the Neo app, `mobile_number` carries its ISD prefix, `ucc` is the client
    code, `mpin` has 6 digits and `totp_secret` is base32 (RFC 6238, SHA-1, 6 digits, 30 s). The defaults
    belong to nobody. Only the client code shows in the repr. `v1` are the credentials of the old API.
    """

    access_token: str = field(default="5a4db0c5-0000-4000-8000-5a4db0c50001", repr=False)
    mobile_number: str = field(default="+919999999999", repr=False)
    ucc: str = "SBX01"
    mpin: str = field(default="112233", repr=False)
    totp_secret: str = field(default="KNAU4RCCJ5MFGQKOIRBE6WCTIFHEIQSP", repr=False)
    v1: V1Account = field(default_factory=V1Account, repr=False)
