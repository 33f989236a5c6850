"""What the old API asked of the same account."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class V1Account:
    """Old credentials (spec/v1.md 2.1, 3.1, 3.2); the `userid` is the account's UCC. The defaults belong to nobody."""

    access_token: str = field(default="sandbox-old-bearer-0000", repr=False)
    consumer_key: str = field(default="sandbox-old-consumer-key", repr=False)
    password: str = field(default="sandbox-old-password", repr=False)
    access_code: str = field(default="4321", repr=False)
