"""Old addresses in the source: downloads of the old instrument files, and other raw calls to the old hosts.

A download becomes ``v1_file("fno")`` where it is certain which file it asks for and that nothing but the file's content
is used: what ``ks-compat run`` answers to that address, byte for byte. Anything else is reported and left.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

import libcst as cst

from ks_codemods import codes
from ks_codemods.naming.project import External, Module, Project, Variable, name_of
from ks_codemods.naming.scopes import dotted_name
from ks_codemods.naming.texts import HOLE, Text, Texts
from ks_codemods.old_hosts.filelists import FileLists
from ks_codemods.reading.splices import Part, Region, Splice
from ks_codemods.reporting.report import Site
from ks_compat.old_files.addresses import asked

FILE, COPY = "\0file", "\0copy"
"""Stand for the names under which a module gets ``v1_file`` and ``shutil.copyfile``."""
_HOSTS = re.compile(r"\b(?:c?tradeapi|sbx|wstreamer|preferred)\.kotaksecurities\.com", re.IGNORECASE)
_DATE = re.compile(r"_?[\d_\0]*\0[\d_\0]*")
_INSTRUMENTS = re.compile(r"TradeApiInstruments_|preferred\.kotaksecurities\.com|/scripmaster/1\.1/", re.IGNORECASE)
_PATHS = re.compile(
    r"/session/1\.0/session|/orders/1\.0/order|/reports/1\.0/(?:orders|trades)|/positions/1\.0/positions"
    r"|/margin/1\.0/margin|/quotes/v?1\.0/|/scripmaster/1\.1/",
    re.IGNORECASE,
)
_LIST = "{baseUrl}/script-details/1.0/masterscrip/file-paths (scrip_master())"
_MOVED = (
    ("TradeApiInstruments_", _LIST),
    ("/scripmaster/", _LIST),
    ("/session/1.0/session/login", "https://mis.kotaksecurities.com/login/1.0/tradeApiLogin (totp_login())"),
    ("/session/1.0/session/2fa", "https://mis.kotaksecurities.com/login/1.0/tradeApiValidate (totp_validate())"),
    ("/session/1.0/session", "nothing: v2 has a login only (totp_login(), totp_validate())"),
    ("/orders/1.0/order", "{baseUrl}/quick/order/rule/ms/place, .../vr/modify, .../cancel (place_order() ...)"),
    ("/reports/1.0/orders", "{baseUrl}/quick/user/orders (order_report()); of one order quick/order/history"),
    ("/reports/1.0/trades", "{baseUrl}/quick/user/trades (trade_report())"),
    ("/positions/1.0/", "{baseUrl}/quick/user/positions (positions())"),
    ("/margin/1.0/margin/required", "{baseUrl}/quick/user/check-margin (margin_required())"),
    ("/margin/1.0/margin", "{baseUrl}/quick/user/limits (limits())"),
    ("/quotes/", "{baseUrl}/script-details/1.0/quotes/ (quotes())"),
    ("/token", "nothing: the access token is shown in the Neo app"),
    ("wstreamer.", "the v2 feed (ks_compat.streaming)"),
    ("", "the baseUrl that totp_validate() gives"),
)
"""Part of an old address: what v2 has instead (seed 000's table). The first that fits."""
_CATCH_ALL = ("", "Exception", "BaseException")
_READERS = ("pandas.read_csv", "pandas.read_table")
_OF_A_URL = {"storage_options"}
"""Arguments of pandas that are refused with a file."""


@dataclass(frozen=True)
class Download:
    """A call that fetches an old instrument file, and how it is written with ``v1_file``; or why it is not."""

    call: cst.Call
    url: Text
    splices: tuple[Splice, ...] = ()
    why: str = ""


@dataclass
class Found:
    """What is to be done with the old addresses of a module."""

    splices: list[Splice] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)


def find(project: Project, module: Module, clients: Collection[cst.CSTNode], *, rewriting: bool = True) -> Found:
    """The edits and sites of one module. ``clients``: calls of the old client, whose addresses are not raw calls.

    ``rewriting``: whether downloads may be rewritten; otherwise they are reported only.
    """
    found = Found()
    if not _HOSTS.search(module.source.text) and not _PATHS.search(module.source.text):
        return found
    downloads = list(_Downloads(project, module, clients).found())
    if not rewriting:
        downloads = [Download(one.call, one.url, (), one.why or "it is ignored in this run") for one in downloads]
    for one in downloads:
        if one.splices:
            found.splices += one.splices
            message = codes.CODES[codes.OLD_FILE]
            found.sites.append(_site(module, one.call, _name(one.call), "native", codes.OLD_FILE, message))
    found.sites += _Left(project, module, clients, downloads).sites()
    return found


def _site(module: Module, node: cst.CSTNode, name: str, outcome: str, code: str, message: str) -> Site:
    return Site(*module.source.position(node), name, outcome, code, message)  # type: ignore[arg-type]


def _name(call: cst.Call) -> str:
    return dotted_name(call.func).rpartition(".")[2]


def kind_of(url: str) -> str | None:
    """``cash``, ``fno`` or ``names`` (``asked``) of an address that may have holes in its date; None for any other."""
    filled, count = _DATE.subn(lambda match: "_" * match[0].startswith("_") + "01_01_2031", url)
    return asked(filled) if count <= 1 and HOLE not in filled else None


class _Downloads:
    """The downloads of a module."""

    def __init__(self, project: Project, module: Module, clients: Collection[cst.CSTNode]) -> None:
        self._project, self._module, self._source = project, module, module.source
        self._texts = Texts(project, module)
        self._lists = FileLists(project, module, FILE, self._is_plain_read)
        self._with_clients = {around for node in clients for around in _arounds(module, node)}

    def found(self) -> Iterator[Download]:
        """All calls of the libraries that fetch what an old address of the files names."""
        for node in self._module.names.scope_of:
            if not isinstance(node, cst.Call) or not node.args:
                continue
            denoted = self._project.denoted(self._module, node.func)
            written = _FETCHERS.get(denoted.dotted) if isinstance(denoted, External) else None
            first = node.args[0]
            named = first.keyword is None or first.keyword.value in ("filepath_or_buffer", "url")
            if written is not None and not first.star and named:
                url = self._texts.of(first.value)
                if _INSTRUMENTS.search(url.pattern):
                    yield self._download(node, url, written)

    def _download(self, call: cst.Call, url: Text, written: _Written) -> Download:
        kind = kind_of(url.pattern)
        if kind is None:
            return Download(call, url, why="which file it asks for is not certain")
        why = self._doubt(call, url)
        if why:
            return Download(call, url, why=why)
        if kind == "names":
            is_get = written is _FETCHERS["requests.get"]
            splices = self._lists.splices(call) if is_get else ()
            return Download(call, url, splices, "" if splices else "more of the list of files is used than by pandas")
        splice = written(self, call, kind)
        if splice is None:
            return Download(call, url, why="more than the content of the file is used")
        return Download(call, url, (splice,))

    def _is_plain_read(self, call: cst.Call) -> bool:
        """Whether a call is one of pandas that reads its first argument, an URL, and nothing is in the way."""
        denoted = self._project.denoted(self._module, call.func)
        if not isinstance(denoted, External) or denoted.dotted not in _READERS:
            return False
        return self.read_csv(call, "") is not None and not self._doubt(call, Text(""))

    def _doubt(self, call: cst.Call, url: Text) -> str:
        if not url.is_pure:
            return "making the address does more than give a text"
        if any(arg.star or not self._texts.is_pure(arg.value) for arg in call.args[1:]):
            return f"an argument of {name_of(call.func)} does more than give a value"
        if call in self._with_clients:
            return "an argument reads a client"
        node: cst.CSTNode = call
        while (parent := self._source.parent(node)) is not None:
            if isinstance(parent, cst.FormattedString):
                return "it stands in an f-string, where a rewrite would need its quotes"
            if isinstance(parent, (cst.Try, cst.TryStar)) and node is parent.body:
                for handler in parent.handlers:
                    caught = self._source.code(handler.type).strip() if handler.type is not None else ""
                    if caught not in _CATCH_ALL:
                        return f"the error that it may raise is handled by its class ({caught})"
            if isinstance(parent, (cst.FunctionDef, cst.Lambda)):
                break
            node = parent
        return ""

    # -- how each is written ---------------------------------------------------------------------------------------

    def read_csv(self, call: cst.Call, kind: str) -> Splice | None:
        """``pd.read_csv(v1_file("fno"), sep="|")``."""
        if any(arg.keyword is not None and arg.keyword.value in _OF_A_URL for arg in call.args):
            return None
        return Splice(*self._source.whole(call.args[0].value), (_file(kind),))

    def get(self, call: cst.Call, kind: str) -> Splice | None:
        """``requests.get(URL).text`` and ``.content``."""
        what = self._source.parent(call)
        if not isinstance(what, cst.Attribute) or what.value is not call or what in self._module.names.targets:
            return None
        ending = {"content": ".read_bytes()", "text": '.read_bytes().decode("latin-1")'}.get(what.attr.value)
        # requests takes a text/plain without a charset for Latin 1, and leaves line ends as they are.
        return Splice(*self._source.core(what), (f"{_file(kind)}{ending}",)) if ending else None

    def urlopen(self, call: cst.Call, kind: str) -> Splice | None:
        """``urlopen(URL).read()``."""
        what = self._source.parent(call)
        if not isinstance(what, cst.Attribute) or what.value is not call or what.attr.value != "read":
            return None
        read = self._source.parent(what)
        if not isinstance(read, cst.Call) or read.func is not what or read.args or not self._has_only(call):
            return None
        return Splice(*self._source.core(read), (f"{_file(kind)}.read_bytes()",))

    def urlretrieve(self, call: cst.Call, kind: str) -> Splice | None:
        """``urlretrieve(URL, "fno.txt")``, its result unused."""
        if len(call.args) != 2 or not isinstance(self._source.parent(call), cst.Expr):
            return None
        second = call.args[1]
        if second.keyword is not None and second.keyword.value != "filename":
            return None
        target: Part = Region(*self._source.whole(second.value))
        return Splice(*self._source.core(call), (f"{COPY}({_file(kind)}, ", target, ")"))

    def _has_only(self, call: cst.Call) -> bool:
        return all(arg.keyword is not None and arg.keyword.value in ("timeout", "context") for arg in call.args[1:])


_Written = Callable[[_Downloads, cst.Call, str], "Splice | None"]
_FETCHERS: dict[str, _Written] = {
    **dict.fromkeys(_READERS, _Downloads.read_csv),
    "requests.get": _Downloads.get,
    "urllib.request.urlopen": _Downloads.urlopen,
    "urllib.request.urlretrieve": _Downloads.urlretrieve,
}


def _arounds(module: Module, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The expressions that ``node`` stands in."""
    around = module.source.parent(node)
    while around is not None and not isinstance(around, cst.BaseStatement):
        yield around
        around = module.source.parent(around)


def _file(kind: str) -> str:
    return f'{FILE}("{kind}")'


class _Left:
    """The addresses that stay in the source."""

    def __init__(
        self, project: Project, module: Module, clients: Collection[cst.CSTNode], downloads: list[Download]
    ) -> None:
        self._project, self._module, self._source = project, module, module.source
        self._clients = set(clients)
        self._done = [one for one in downloads if one.splices]
        self._why = {node: one.why for one in downloads if not one.splices for node in one.url.literals}
        self._gone = {name for one in self._done for name in one.url.reads}

    def sites(self) -> Iterator[Site]:
        """One for each literal that still holds an old address."""
        rewritten = {literal for one in self._done for literal in one.url.literals}
        for node, text in _literals(self._module):
            match = _HOSTS.search(text) or _PATHS.search(text)
            if match is None or self._is_of_a_client(node):
                continue
            variable = self._variable(node)
            if variable is None and node in rewritten:
                continue
            if variable is not None and self._is_unread(variable):
                continue
            yield self._site(node, text, match[0])

    def _site(self, node: cst.CSTNode, text: str, match: str) -> Site:
        if _INSTRUMENTS.search(text):
            why = f": {self._why[node]}" if self._why.get(node) else ""
            message = f"{codes.CODES[codes.OLD_FILE_LEFT]}{why}; `ks-compat run` answers it, else use v1_file"
            return _site(self._module, node, match, "flagged", codes.OLD_FILE_LEFT, message)
        instead = next(v2 for part, v2 in _MOVED if part.lower() in text.lower())
        message = f"{codes.CODES[codes.OLD_ADDRESS]}; v2 has {instead}"
        return _site(self._module, node, match, "flagged", codes.OLD_ADDRESS, message)

    def _is_of_a_client(self, node: cst.CSTNode) -> bool:
        """Whether it is given to a client, or only to names that are."""
        if self._is_in_a_client(node):
            return True
        variable = self._variable(node)
        reads = self._reads(variable) if variable is not None else []
        return bool(reads) and all(self._is_in_a_client(read) for read in reads)

    def _is_in_a_client(self, node: cst.CSTNode) -> bool:
        around: cst.CSTNode | None = node
        while around is not None and not isinstance(around, cst.BaseStatement):
            if around in self._clients:
                return True
            around = self._source.parent(around)
        return False

    def _variable(self, node: cst.CSTNode) -> Variable | None:
        """The name that the literal is part of the value of."""
        around: cst.CSTNode | None = node
        while around is not None and not isinstance(around, (cst.Assign, cst.BaseStatement, cst.Call)):
            around = self._source.parent(around)
        target = around.targets[0].target if isinstance(around, cst.Assign) else None
        if not isinstance(target, cst.Name):
            return None
        return self._project.variable(self._module, self._project.scope(self._module, target), target.value)

    def _reads(self, variable: Variable) -> list[cst.CSTNode]:
        return [
            o.node
            for o in self._module.names.names
            if o.name == variable.name and o.role == "read" and o.scope.owner(o.name) is variable.scope
        ]

    def _is_unread(self, variable: Variable) -> bool:
        """Whether nothing reads a name any more, in this file or another."""
        if any(read not in self._gone for read in self._reads(variable)):
            return False
        others = [module for module in self._project.modules if module is not self._module]
        return variable.scope.parent is not None or not any(variable.name in m.source.text for m in others)


def _literals(module: Module) -> Iterator[tuple[cst.CSTNode, str]]:
    """All texts in the code; of docstrings and the like none."""
    found = _Literals()
    module.source.module.visit(found)
    yield from found.found


class _Literals(cst.CSTVisitor):
    def __init__(self) -> None:
        self.found: list[tuple[cst.CSTNode, str]] = []

    def visit_Expr(self, node: cst.Expr) -> bool:  # noqa: N802 - libcst's names
        return not isinstance(node.value, (cst.SimpleString, cst.ConcatenatedString))

    def visit_SimpleString(self, node: cst.SimpleString) -> None:  # noqa: N802
        value = node.evaluated_value
        if isinstance(value, str):
            self.found.append((node, value))

    def visit_FormattedStringText(self, node: cst.FormattedStringText) -> None:  # noqa: N802
        self.found.append((node, node.value))
