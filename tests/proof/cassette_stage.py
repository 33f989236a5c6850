"""Where a scenario plays, and the certificate of its servers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True)
class Stage:
    """Where a scenario plays: what its bots are given, and when it is. ``is_live``: on the live service."""

    environment: dict[str, str]
    moment: float
    is_live: bool = False


def write_certificate(folder: Path) -> Path:
    """Writes ``cert.pem`` and ``key.pem`` for the production host names; returns the file of their authority."""
    authority = trustme.CA()
    certificate = authority.issue_cert("mis.kotaksecurities.com", "cis.kotaksecurities.com", "lapi.kotaksecurities.com")
    for name, blobs in {
        "ca": [authority.cert_pem],
        "key": [certificate.private_key_pem],
        "cert": certificate.cert_chain_pems,
    }.items():
        (folder / f"{name}.pem").write_bytes(b"".join(blob.bytes() for blob in blobs))
    return folder / "ca.pem"
