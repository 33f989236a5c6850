"""Recording and replaying under the production host names."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpcore
import pytest
import trustme
from cassette_support import ACCOUNT, MOMENT, NAMES, OrderedYaml, scrub_request, scrub_response

from ks_compat.sandbox import PublicUrls, Sandbox


def pytest_recording_configure(config: pytest.Config, vcr: Any) -> None:
    vcr.register_serializer("yaml", OrderedYaml)


@pytest.fixture
def vcr_config() -> dict[str, Any]:
    return {
        "serializer": "yaml",
        "match_on": ["method", "scheme", "host", "port", "path", "query", "body"],
        "before_record_request": scrub_request,
        "before_record_response": scrub_response,
    }


@pytest.fixture
def production(record_mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The production hosts: none in replay; in recording the sandbox, by TLS under their names."""
    if record_mode == "none":
        yield
        return
    authority = trustme.CA()
    certificate = authority.issue_cert("mis.kotaksecurities.com", "cis.kotaksecurities.com", "lapi.kotaksecurities.com")
    for name, blobs in {
        "ca": [authority.cert_pem],
        "key": [certificate.private_key_pem],
        "cert": certificate.cert_chain_pems,
    }.items():
        (tmp_path / f"{name}.pem").write_bytes(b"".join(blob.bytes() for blob in blobs))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    files = (str(tmp_path / "cert.pem"), str(tmp_path / "key.pem"))
    with Sandbox(account=ACCOUNT, clock=lambda: MOMENT, public_urls=PublicUrls(), ssl_context_files=files) as sandbox:
        _lead_to(sandbox, monkeypatch)
        NAMES.sandbox = sandbox
        yield
        NAMES.sandbox = None


def _lead_to(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = httpcore.SyncBackend.connect_tcp

    def connect_tcp(self: httpcore.SyncBackend, host: str, port: int, *args: Any, **kwargs: Any) -> Any:
        assert host.endswith(".kotaksecurities.com"), host
        assert port == socket.getservbyname("https")
        return connect(self, "127.0.0.1", sandbox.port, *args, **kwargs)

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect_tcp)
