"""Keeps a bot and the Python processes that it starts from every address but the sandbox's. Standard library only.

Python runs this file before the bot's first line, as its folder stands on PYTHONPATH. An audit hook cannot be taken
back by the program that it watches. It sees what goes through Python's own sockets; a compiled library with sockets of
its own is not seen, so other programs are not started at all.
"""

from __future__ import annotations

import errno
import os
import sys

_HOST, _PORT = "127.0.0.1", int(os.environ.get("KS_COMPAT_PARITY_PORT", "0"))
_NOTES = os.environ.get("KS_COMPAT_PARITY_NOTES", "")
_PROGRAMS = {"os.exec", "os.posix_spawn", "os.spawn", "os.startfile", "os.system", "pty.spawn", "subprocess.Popen"}
_CLEAR = ("clear", "cls")
_LOCAL = (None, "", "localhost", _HOST, "::1")


def _refuse(what: str) -> None:
    with open(_NOTES, "a", encoding="utf-8") as notes:  # noqa: PTH123 - pathlib is a slow import for every process
        notes.write(f"{what}\n")
    raise ConnectionRefusedError(errno.ECONNREFUSED, f"ks-compat parity: only the sandbox is there, not {what}")


def _watch(event: str, given: tuple[object, ...]) -> None:
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = given[1]
        # None: on a connected socket, which was looked at when it connected.
        if address is not None and address[:2] != (_HOST, _PORT):  # type: ignore[index]
            _refuse(_named(address))
    elif event == "socket.getaddrinfo" and _text(given[0]) not in _LOCAL:
        _refuse(f"{_text(given[0])}:{given[1]}")
    elif event in ("socket.gethostbyname", "socket.gethostbyaddr") and _text(given[0]) not in _LOCAL:
        _refuse(str(_text(given[0])))
    elif event in _PROGRAMS and not (event == "os.system" and _text(given[0]) in _CLEAR):
        _refuse(f"another program ({event})")


def _named(address: object) -> str:
    return f"{address[0]}:{address[1]}" if isinstance(address, tuple) else "a local socket"


def _text(value: object) -> object:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


if _PORT:
    sys.addaudithook(_watch)
