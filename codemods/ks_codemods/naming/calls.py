"""The arguments of a call: which is which, what they are, and how new ones are laid out in the old style."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

import libcst as cst

from ks_codemods.methods import Signature
from ks_codemods.naming.scopes import dotted_name
from ks_codemods.reading.source import Source
from ks_codemods.reading.splices import Part, Region, Splice

V1, NEO = "\0v1", "\0neo"
"""Stand for the names under which a module gets ``ks_compat.v1`` and ``NeoClient``."""

UNKNOWN: Any = object()
"""The value of an expression that is not a literal."""

_CONVERSIONS = {"int", "float", "str", "round", "abs"}
_ENVIRONMENT = {"os.getenv", "os.environ.get", "getenv", "environ.get"}
_PLAIN = (
    cst.Name, cst.Attribute, cst.Subscript, cst.SubscriptElement, cst.Index, cst.BinaryOperation, cst.UnaryOperation,
    cst.Integer, cst.Float, cst.SimpleString, cst.ConcatenatedString, cst.FormattedString, cst.FormattedStringText,
    cst.FormattedStringExpression, cst.BaseBinaryOp, cst.BaseUnaryOp, cst.Arg, cst.IfExp, cst.Comparison,
    cst.ComparisonTarget, cst.BaseCompOp, cst.BooleanOperation, cst.BaseBooleanOp,
)  # fmt: skip


def bind(call: cst.Call, signature: Signature) -> dict[str, cst.Arg] | None:
    """The arguments by name; None where the old method would refuse them, or where they cannot be told."""
    bound: dict[str, cst.Arg] = {}
    for place, arg in enumerate(call.args):
        if arg.star or (arg.keyword is None and place >= len(signature.names)):
            return None
        name = arg.keyword.value if arg.keyword is not None else signature.names[place]
        if name in bound or name not in signature.names:
            return None
        bound[name] = arg
    return bound if all(name in bound for name in signature.names[: signature.required]) else None


def literal(source: Source, arg: cst.Arg | None, default: Any = UNKNOWN) -> Any:
    """The value of an argument that is a literal, UNKNOWN for any other, ``default`` for one that is absent."""
    if arg is None:
        return default
    if not isinstance(
        arg.value, (cst.Integer, cst.Float, cst.SimpleString, cst.ConcatenatedString, cst.UnaryOperation, cst.Name)
    ):
        return UNKNOWN
    try:
        return ast.literal_eval(source.code(arg.value).strip())
    except (ValueError, SyntaxError):
        return UNKNOWN


def is_simple(node: cst.CSTNode) -> bool:
    """Whether evaluating an expression can have no effect: no calls but ``int``, ``float`` and the like."""
    if isinstance(node, cst.Call):
        return dotted_name(node.func) in _CONVERSIONS and all(
            is_simple(arg.value) and not arg.star for arg in node.args
        )
    if isinstance(node, (cst.Name, cst.BaseParenthesizableWhitespace)):
        return True
    if isinstance(node, cst.Attribute):
        return is_simple(node.value)
    return isinstance(node, _PLAIN) and all(is_simple(child) for child in node.children if _counts(child))


def _counts(child: cst.CSTNode) -> bool:
    trivia = (
        cst.BaseParenthesizableWhitespace, cst.LeftParen, cst.RightParen, cst.LeftSquareBracket, cst.RightSquareBracket,
        cst.Comma,
    )  # fmt: skip
    return not isinstance(child, trivia)


def is_droppable(node: cst.CSTNode) -> bool:
    """Whether an argument without a use can go: evaluating it does nothing, or only looks at the environment."""
    if isinstance(node, cst.Call) and dotted_name(node.func) in _ENVIRONMENT:
        return all(is_simple(arg.value) and not arg.star for arg in node.args)
    return is_simple(node)


@dataclass(frozen=True)
class Item:
    """One argument of the new call, and the old one in whose place it stands."""

    parts: tuple[Part, ...]
    arg: cst.Arg | None = None


class Layout:
    """Writes arguments in the style of a call: its spacing round ``=``, its commas and line breaks."""

    def __init__(self, source: Source, call: cst.Call) -> None:
        self._source, self._call = source, call

    @property
    def receiver(self) -> cst.BaseExpression:
        """The client of ``client.method(...)`` and of ``getattr(client, "method")(...)``."""
        func = self._call.func
        if isinstance(func, cst.Call):
            return func.args[0].value
        return func.value if isinstance(func, cst.Attribute) else func

    def value(self, arg: cst.Arg) -> Region:
        """The value of an argument, as it stands."""
        return Region(*self._source.whole(arg.value))

    def kept(self, arg: cst.Arg) -> Item:
        """An argument as it stands."""
        start, _ = self._source.whole(arg)
        return Item((Region(start, self._source.whole(arg.value)[1]),), arg)

    def keyword(self, arg: cst.Arg | None, name: str, *value: Part) -> Item:
        """``name=value``; the argument's own value where none is given."""
        return Item((f"{name}{self._equal(arg)}", *(value or self._own(arg))), arg)

    def _own(self, arg: cst.Arg | None) -> tuple[Part, ...]:
        return (self.value(arg),) if arg is not None else ()

    def _equal(self, arg: cst.Arg | None) -> str:
        for candidate in (arg, *self._call.args):
            if candidate is not None and candidate.keyword is not None:
                start, end = self._source.core(candidate.keyword)[1], self._source.whole(candidate.value)[0]
                text = self._source.text[start:end]
                if candidate is arg or not text.strip(" =").strip():
                    return text
        return "="

    def splice(self, items: list[Item]) -> Splice:
        """The new argument list in place of the old one."""
        start, end = self.region()
        parts: list[Part] = []
        for item, following in zip(items, [*items[1:], None], strict=True):
            parts.extend(item.parts)
            parts.append(
                self._tail(
                    item, is_last=following is None, repeated=following is not None and following.arg is item.arg
                )
            )
        return Splice(start, end, tuple(parts))

    def region(self) -> tuple[int, int]:
        """Where the arguments stand; with none, the place before the closing parenthesis."""
        if not self._call.args:
            close = self._source.core(self._call)[1] - 1
            return close, close
        return self._source.whole(self._call.args[0])[0], self._source.whole(self._call.args[-1])[1]

    def whole(self, function: str, *, with_receiver: bool = True) -> Splice:
        """``v1.function(c, <the old arguments>)`` in place of ``c.method(<the old arguments>)``."""
        call, func = self._call, self._call.func
        start, end = self._source.core(call)
        opened = self._source.whole(func)[1] + len(self._source.module.code_for_node(call.whitespace_after_func)) + 1
        inside = self._source.text[opened : end - 1]
        parts: list[Part] = [f"{V1}.{function}("]
        if with_receiver:
            parts.append(Region(*self._source.whole(self.receiver)))
            parts.append("," if inside[:1] in ("\n", "\r") else ", " if call.args else "")
        return Splice(start, end, (*parts, Region(opened, end)))

    @property
    def quote(self) -> str:
        """The quotation mark for new texts: inside an f-string not its own."""
        node: cst.CSTNode | None = self._call
        while node is not None and not isinstance(node, cst.FormattedString):
            node = self._source.parent(node)
        return "'" if isinstance(node, cst.FormattedString) and '"' in node.start else '"'

    def text(self, value: str) -> str:
        """A new text, in quotation marks."""
        return f"{self.quote}{value}{self.quote}"

    def emptied(self, instead: str = "") -> Splice:
        """No arguments of the old call, but ``instead``."""
        start, end = self.region()
        if not self._call.args:
            return Splice(start, end, (instead,) if instead else ())
        space = len(self._source.module.code_for_node(self._call.whitespace_before_args))
        # From the parenthesis on: an argument that is evaluated elsewhere (``hoisting``) is wholly inside then.
        return Splice(start - space - 1, end, (f"({instead}",))

    def _tail(self, item: Item, *, is_last: bool, repeated: bool) -> str:
        last = self._call.args[-1] if self._call.args else None
        own = self._after(item.arg) if item.arg is not None else ""
        if is_last:
            keeps_comment = item.arg is not last and "#" in own
            return own if keeps_comment else (self._after(last) if last is not None else "")
        return ", " if item.arg is None or item.arg is last or repeated else own

    def _after(self, arg: cst.Arg) -> str:
        return self._source.text[self._source.whole(arg.value)[1] : self._source.whole(arg)[1]]
