"""The four ways of one old call, run on the sandbox: drop-in, native call, codemod's output, the broker's own SDK.

What is kept of each way is what arrived on a socket of the sandbox, tokens by their names. Clock and random text stand
still (``ambient.fixed``), so that equal programs send equal bytes.
"""

from __future__ import annotations

import contextlib
import functools
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, urlsplit

import pyotp
import trustme
from call_table import DIFFERENCES, GIVEN, HEADERS, Row
from cassette_support import MOMENT
from ks_codemods import migrate
from ks_codemods.methods import METHODS

from ks_compat import runner
from ks_compat.comparison import WireRequest, compare, fields_of
from ks_compat.native import ambient
from ks_compat.sandbox import Sandbox

BOT = """\
import os
from ks_api_client import ks_api

client = ks_api.KSTradeApi(access_token=os.environ["ACCESS_TOKEN"], userid=os.environ["USERID"], consumer_key="key",
                           ip="127.0.0.1", app_id="id")
"""
NATIVE = "from ks_compat import NeoClient\n\nclient = NeoClient()\n"
LOGIN = {
    "v1": 'client.login(password="the old password")\nclient.session_2fa(access_code="1234")\n',
    "native": "client.totp_login()\nclient.totp_validate()\n",
    "official": "client.totp_login(mobile_number=MOBILE_NUMBER, ucc=UCC, totp=TOTP)\nclient.totp_validate(mpin=MPIN)\n",
}
WAYS = {"facade": "a", "native": "b", "codemod": "c", "official": "d"}
"""The ways, and the letters that they have in the issue and in MIGRATION.md."""
_SDK = Path(__file__).with_name("official_calls.py")


@dataclass(frozen=True)
class Ran:
    """One way's run: what arrived, what was printed, and what ended it (``ApiValueError: text``)."""

    requests: tuple[WireRequest, ...]
    printed: str = ""
    error: str = ""


@dataclass(frozen=True)
class Proof:
    """A row's outcome: the ways that ran, what is wrong (nothing, if the row is proven), and what was seen.

    ``sent`` is what the call itself sent, logins and preparations left out; ``codes`` are the codemod's for the call;
    ``used`` the names of the differences to the official SDK that were met.
    """

    row: Row
    ways: str
    wrong: tuple[str, ...]
    sent: tuple[WireRequest, ...]
    codes: tuple[str, ...]
    used: frozenset[str]


class Stage:
    """One sandbox, one warm instrument cache and one process of the official SDK, for all rows."""

    def __init__(self) -> None:
        self._open = contextlib.ExitStack()
        self._folder = Path(self._open.enter_context(tempfile.TemporaryDirectory(prefix="four-ways-")))
        self._open.enter_context(_environment())
        self._sandbox = self._open.enter_context(Sandbox(clock=lambda: MOMENT))
        os.environ.update(self._sandbox.environment())
        # A TLS context with one certificate: loading all of the system's for each of 1,700 clients takes a minute.
        authority = self._folder / "ca.pem"
        trustme.CA().cert_pem.write_to_path(authority)
        os.environ["SSL_CERT_FILE"] = str(authority)
        self._warm = self._folder / "warm"
        self._cold = self._folder / "cold"
        self._cold.mkdir()
        self._sdk = self._open.enter_context(_official(self._sandbox, self._folder))
        self._open.enter_context(_old_imports())
        self._run(NATIVE + LOGIN["native"] + _WARMING, home=self._warm, warm=True)
        self._before: dict[tuple[str, bool, str], int] = {}
        self._proofs: dict[str, Proof] = {}

    def close(self) -> None:
        """Stops everything."""
        self._open.close()

    def proof(self, row: Row) -> Proof:
        """A row's proof; a row is run once."""
        if row.id not in self._proofs:
            self._proofs[row.id] = self._prove(row)
        return self._proofs[row.id]

    # -- ways ----------------------------------------------------------------------------------------------------------

    def facade(self, row: Row) -> Ran:
        """(a) The old line, on the drop-in."""
        return self._run(_program(BOT, row, "v1"), cold=row.cold)

    def native(self, row: Row) -> Ran:
        """(b) The native call of the table."""
        return self._run(_program(NATIVE, row, "native"), cold=row.cold)

    def codemod(self, row: Row) -> tuple[Ran, tuple[str, ...], str]:
        """(c) The codemod's output for the line; the codes of its sites, and the outcome of the file."""
        text = _program(BOT, row, "v1")
        first = text[: len(text) - len(row.v1) - 1].count("\n") + 1
        with tempfile.TemporaryDirectory(dir=self._folder) as folder:
            bot = Path(folder, "bot.py")
            bot.write_text(text, "utf-8")
            (report,) = migrate([bot], write=True).files
            codes = [site.code for site in report.sites if site.line >= first and site.method in METHODS]
            return self._run(bot.read_text("utf-8"), cold=row.cold), tuple(sorted({*codes})), report.outcome

    def official(self, row: Row) -> Ran:
        """(d) The same intent, through the broker's SDK in its own process."""
        self._sandbox.reset()
        assert self._sdk.stdin is not None
        assert self._sdk.stdout is not None
        self._sdk.stdin.write(json.dumps(_program("", row, "official")) + "\n")
        self._sdk.stdin.flush()
        answer = self._sdk.stdout.readline()
        if not answer:
            raise RuntimeError("the process of the official SDK has ended")
        return Ran(self._arrived(), "", json.loads(answer))

    def _run(self, text: str, *, cold: bool = False, home: Path | None = None, warm: bool = False) -> Ran:
        self._sandbox.reset()
        used = home or self._folder / "home"
        if not warm:
            shutil.rmtree(used, ignore_errors=True)
            shutil.copytree(self._cold if cold else self._warm, used)
        os.environ["KS_COMPAT_HOME"] = str(used)
        error, printed = "", io.StringIO()
        with ambient.fixed(MOMENT), contextlib.redirect_stdout(printed), warnings.catch_warnings():
            # SOR says by a warning that v2 has no routing; tests/v1 looks at that.
            warnings.simplefilter("ignore", UserWarning)
            try:
                exec(compile(text, "bot.py", "exec", dont_inherit=True), {"__name__": "__main__"})
            except Exception as raised:  # noqa: BLE001 - what ended the bot is the result
                error = f"{type(raised).__name__}: {raised}"
        return Ran(self._arrived(), printed.getvalue(), error)

    def _arrived(self) -> tuple[WireRequest, ...]:
        names = self._sandbox.issued
        seen = [
            WireRequest(each.method, each.raw_path, tuple(each.headers), each.body) for each in self._sandbox.requests
        ]
        return tuple(request.with_names(names) for request in seen)

    # -- verdict -------------------------------------------------------------------------------------------------------

    def _prove(self, row: Row) -> Proof:
        ways, wrong, codes, used = "", [], (), frozenset[str]()
        runs: dict[str, Ran] = {}
        if row.v1:
            runs["facade"] = self.facade(row)
            runs["codemod"], codes, outcome = self.codemod(row)
            wrong += _codemod_wrong(row, codes, outcome)
        if row.native:
            runs["native"] = self.native(row)
        if row.official:
            runs["official"] = self.official(row)
        own = runs.get("facade") or runs["native"]
        for way, ran in runs.items():
            found = list(self._wrong(row, way, ran, own))
            if way == "official":
                used, others = _decoded_differences(own.requests, ran.requests)
                found += others
            wrong += [f"({WAYS[way]}) {way}: {text}" for text in found]
            ways += "" if found else WAYS[way]
        sent = own.requests[self._prepared(row) :]
        wrong += [f"{request}: {text}" for request in own.requests for text in _off_the_wire_form(request)]
        wrong += _endpoints_wrong(row, sent)
        return Proof(row, "".join(sorted(ways)), tuple(wrong), sent, codes, used)

    def _wrong(self, row: Row, way: str, ran: Ran, own: Ran) -> Iterator[str]:
        """What is wrong with one way, compared with the drop-in's."""
        expected = row.native_error if way == "native" else row.error
        if way == "official":
            if ran.error:
                yield f"ended with {ran.error}"
            return
        if way == "native" and expected:
            if ran.error.partition(":")[0] != expected:
                yield f"ended with {ran.error!r}, not with {expected}"
        elif ran.error != expected:
            yield f"ended with {ran.error!r}, not with {expected!r}"
        if way == "facade" and row.printed and ran.printed != row.printed:
            yield f"printed {ran.printed!r}, not {row.printed!r}"
        if way == "codemod" and ran.printed != own.printed:
            yield f"printed {ran.printed!r}, the drop-in {own.printed!r}"
        if row.sends_nothing and len(ran.requests) != self._prepared(row):
            yield f"sent {[str(request) for request in ran.requests[self._prepared(row) :]]}"
        yield from map(str, compare(own.requests, ran.requests))

    def _prepared(self, row: Row) -> int:
        """How many requests the logins and preparations of a row take."""
        key = (row.given, row.bare, row.method)
        if key not in self._before:
            program = NATIVE + ("" if row.bare else LOGIN["native"]) + GIVEN[row.given]["native"]
            self._before[key] = len(self._run(program).requests)
        return self._before[key]


_WARMING = """\
for token in (727, 726, 15001):
    client.instruments.by_token(token)
"""


def _program(head: str, row: Row, way: str) -> str:
    login = "" if row.bare else LOGIN[way]
    return f"{head}{login}{GIVEN[row.given][way]}{getattr(row, way)}\n"


def _codemod_wrong(row: Row, codes: tuple[str, ...], outcome: str) -> Iterator[str]:
    if codes != row.codemod:
        yield f"the codemod says {codes}, the table {row.codemod}"
    if (outcome == "native") != (row.held == ""):
        yield f"the codemod leaves the client {outcome}, the table says {row.held or 'native'}"


def _endpoints_wrong(row: Row, sent: tuple[WireRequest, ...]) -> Iterator[str]:
    seen = [f"{request.method} {_path(request)}" for request in sent]
    if row.sends_nothing:
        return
    if not seen:
        yield "nothing was sent"
    patterns = row.endpoints
    if len(seen) != len(patterns) or not all(map(re.fullmatch, patterns, seen)):
        yield f"sent {seen}, the table says {list(patterns)}"


# -- the form on the wire ----------------------------------------------------------------------------------------------


def _off_the_wire_form(request: WireRequest) -> Iterator[str]:
    """What is wrong with the form of a request, by the specification alone (spec/v2.md 1.2, 1.6, 2.0)."""
    path = _path(request)
    wanted = next(names for pattern, names in HEADERS if re.fullmatch(pattern, path))
    names = [name.decode() for name, _ in request.headers]
    if names != wanted:
        yield f"headers {names}, not {wanted}"
    if b"jData=" in request.body:
        fields = fields_of(request.body)
        if request.body != b"jData=" + quote_plus(json.dumps(fields)).encode():
            yield f"not the form encoding of its fields: {request.body!r}"
        if fields is None or not all(value is None or isinstance(value, str) for value in fields.values()):
            yield f"a value that is no text: {fields}"
    elif request.body and request.body != json.dumps(fields_of(request.body)).encode():
        yield f"not the JSON of its fields: {request.body!r}"


def _path(request: WireRequest) -> str:
    return urlsplit(request.target.decode("ascii")).path


# -- the official SDK --------------------------------------------------------------------------------------------------


def _decoded_differences(
    own: tuple[WireRequest, ...], theirs: tuple[WireRequest, ...]
) -> tuple[frozenset[str], list[str]]:
    """The named differences that were met, and all others in words."""
    used, wrong, rest = set(), [], []
    for request in theirs:
        name = _named(_path(request), "request", "", "", f"{request.method} {_path(request)}")
        used |= {name} - {""}
        rest += [] if name else [request]
    if len(own) != len(rest):
        wrong.append(f"sent {[str(each) for each in rest]}, we {[str(each) for each in own]}")
    for place, (mine, other) in enumerate(zip(own, rest, strict=False), 1):
        for where, key, left, right in _apart(mine, other):
            name = _named(_path(mine), where, key, left, right)
            used |= {name} - {""}
            wrong += [] if name else [f"request {place}, {where} {key}: we {left!r}, they {right!r}"]
    return frozenset(used), wrong


def _apart(mine: WireRequest, other: WireRequest) -> Iterator[tuple[str, str, str, str]]:
    yield from _pairs("method", {"": mine.method}, {"": other.method})
    yield from _pairs("target", {"": mine.target.decode()}, {"": other.target.decode()})
    yield from _pairs("header", _headers(mine), _headers(other))
    left, right = fields_of(mine.body), fields_of(other.body)
    if left is None or right is None or left == right:
        # The same fields in other bytes are still another body.
        yield from _pairs("body", {"": repr(mine.body)}, {"": repr(other.body)})
    else:
        yield from _pairs("body", _told(left), _told(right))


def _pairs(where: str, mine: dict[str, str], other: dict[str, str]) -> Iterator[tuple[str, str, str, str]]:
    for key in dict.fromkeys((*mine, *other)):
        left, right = mine.get(key, "missing"), other.get(key, "missing")
        if left != right:
            yield where, key, left, right


def _headers(request: WireRequest) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in request.headers:
        key = name.decode().lower()
        found[key] = f"{found[key]}, {value.decode()}" if key in found else value.decode()
    return found


def _told(fields: dict[str, Any]) -> dict[str, str]:
    return {name: json.dumps(value) for name, value in fields.items()}


def _named(path: str, where: str, key: str, left: str, right: str) -> str:
    """The name of the difference that this is, or nothing."""
    for known in DIFFERENCES:
        patterns = ((known.paths, path), (known.ours, left), (known.theirs, right))
        if (known.where, True) == (where, key in known.keys) and all(re.fullmatch(*pair) for pair in patterns):
            return known.name
    return ""


# -- surroundings ------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _environment() -> Iterator[None]:
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("KS_COMPAT_") or "proxy" in name.lower()]:
        del os.environ[name]
    # Nobody waits for a rate limit here.
    os.environ.update(NO_PROXY="*", KS_COMPAT_ORDERS_PER_SECOND="0", KS_COMPAT_CALLS_PER_SECOND="0")
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextlib.contextmanager
def _old_imports() -> Iterator[None]:
    finders, modules = list(sys.meta_path), set(sys.modules)
    runner.answer_old_imports()
    try:
        yield
    finally:
        sys.meta_path[:] = finders
        for name in {*sys.modules} - modules:
            if name.split(".")[0] == runner.OLD:
                del sys.modules[name]


@contextlib.contextmanager
def _official(sandbox: Sandbox, folder: Path) -> Iterator[subprocess.Popen[str]]:
    account = sandbox.account
    environment = {
        **os.environ,
        "HOME": str(folder),
        "USERPROFILE": str(folder),
        "PYTHONIOENCODING": "utf-8",
        "NEO_LOG_FILE_ENABLED": "false",
        "NEO_LOG_LEVEL": "NOLOG",
        "ACCESS_TOKEN": account.access_token,
        "MOBILE_NUMBER": account.mobile_number,
        "UCC": account.ucc,
        "MPIN": account.mpin,
        "TOTP": pyotp.TOTP(account.totp_secret).at(int(MOMENT)),
    }
    started = subprocess.Popen(
        [sys.executable, str(_SDK), str(sandbox.port)],
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    with started:
        try:
            yield started
        finally:
            assert started.stdin is not None
            started.stdin.close()
            started.wait(timeout=30)


@functools.cache
def stage() -> Stage:
    """The stage of this process; whoever asks for it closes it by ``close_stage``."""
    return Stage()


def close_stage() -> None:
    """Stops the stage, if there is one."""
    if stage.cache_info().currsize:
        stage().close()
        stage.cache_clear()
