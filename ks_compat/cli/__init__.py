"""The command ``ks-compat``. One module a subcommand; each imports what it needs when it runs."""

from __future__ import annotations

from ks_compat.cli.main import main

__all__ = ["main"]
