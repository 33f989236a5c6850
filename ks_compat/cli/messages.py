"""What the commands say: texts that every console can show."""

from __future__ import annotations

import io
import sys

_AS_BYTES = ("surrogateescape", "utf-8")
"""What python takes under cron: it has all letters, and those of file names that are in none."""


def plain(error: Exception) -> str:
    """The text of ``error`` as a person reads it: without an error number."""
    if not isinstance(error, OSError) or error.strerror is None:
        return str(error)
    return error.strerror if error.filename is None else f"{error.filename}: {error.strerror}"


def show_any_letter() -> None:
    """From now on stdout writes ``\\u20b9`` where its encoding has no such letter, as stderr does from the start.

    Without it a report of a bot with a rupee sign would end in UnicodeEncodeError under cron, or in a pipe on Windows.
    """
    if isinstance(sys.stdout, io.TextIOWrapper) and (sys.stdout.errors, sys.stdout.encoding) != _AS_BYTES:
        sys.stdout.reconfigure(errors="backslashreplace")
