"""What is known of a text before the program runs: its constant parts, and ``HOLE`` for each part that is not."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass, field

import libcst as cst

from ks_codemods.naming.calls import is_droppable
from ks_codemods.naming.project import External, Module, Project, Variable

HOLE = "\0"
_CLOCKS = ("datetime", "time", "pandas", "numpy", "pendulum", "arrow", "pytz", "zoneinfo")
"""Modules of dates: their functions have no effect."""
_PURE_METHODS = {
    "astimezone", "capitalize", "date", "format", "isoformat", "lower", "replace", "strftime", "strip", "timetuple",
    "title", "upper", "weekday", "zfill",
}  # fmt: skip
_PURE_FUNCTIONS = {"str", "int", "len", "format", "repr", "abs", "round", "min", "max"}
_EFFECTS = (cst.Await, cst.Yield, cst.NamedExpr, cst.Lambda, cst.BaseComp)
_PERCENT = re.compile(r"%(%|(?:\(\w*\))?[-#0 +]*\d*(?:\.\d+)?[a-zA-Z])")
_STRFTIME = re.compile(r"%(%|[-#]?[a-zA-Z])")


@dataclass(frozen=True)
class Text:
    """A text as far as it is known."""

    pattern: str
    is_pure: bool = True
    """Whether finding it out has no effect: it may be left undone."""
    reads: frozenset[cst.Name] = frozenset()
    """The names that it was followed through."""
    literals: frozenset[cst.CSTNode] = field(default=frozenset())
    """The literals that it is made of."""

    def __add__(self, other: Text) -> Text:
        return Text(
            self.pattern + other.pattern, self.is_pure and other.is_pure, self.reads | other.reads,
            self.literals | other.literals,
        )  # fmt: skip

    def with_pattern(self, pattern: str) -> Text:
        """Another text out of the same parts."""
        return Text(pattern, self.is_pure, self.reads, self.literals)


class Texts:
    """The texts of one module."""

    def __init__(self, project: Project, module: Module) -> None:
        self._project, self._module = project, module
        self._following: set[Variable] = set()

    def of(self, node: cst.CSTNode) -> Text:
        """The text that an expression gives; a hole where nothing is known."""
        special = getattr(self, f"_of_{type(node).__name__}", None)
        found: Text | None = special(node) if special is not None else None
        return found if found is not None else Text(HOLE, self.is_pure(node))

    def is_pure(self, node: cst.CSTNode) -> bool:
        """Whether evaluating an expression has no effect; dates and what makes texts of them have none."""
        if isinstance(node, _EFFECTS):
            return False
        if isinstance(node, cst.Call) and not is_droppable(node) and not self._is_pure_call(node):
            return False
        return all(self.is_pure(child) for child in node.children)

    def _is_pure_call(self, call: cst.Call) -> bool:
        func = call.func
        if isinstance(func, cst.Name) and func.value in _PURE_FUNCTIONS - self._module.names.bound:
            return True
        denoted = self._project.denoted(self._module, func)
        if isinstance(denoted, External):
            return denoted.dotted.split(".")[0] in _CLOCKS
        return denoted is None and isinstance(func, cst.Attribute) and func.attr.value in _PURE_METHODS

    # -- literals --------------------------------------------------------------------------------------------------

    def _of_SimpleString(self, node: cst.SimpleString) -> Text | None:  # noqa: N802 - named after the nodes
        value = node.evaluated_value
        return Text(value, literals=frozenset([node])) if isinstance(value, str) else None

    def _of_ConcatenatedString(self, node: cst.ConcatenatedString) -> Text | None:  # noqa: N802
        return self.of(node.left) + self.of(node.right)

    def _of_FormattedString(self, node: cst.FormattedString) -> Text | None:  # noqa: N802
        return sum((self._part(part) for part in node.parts), Text(""))

    def _part(self, part: cst.BaseFormattedStringContent) -> Text:
        if isinstance(part, cst.FormattedStringText):
            value = HOLE if "\\" in part.value else part.value.replace("{{", "{").replace("}}", "}")
            return Text(value, literals=frozenset([part]))
        assert isinstance(part, cst.FormattedStringExpression)
        found = self.of(part.expression)
        if part.conversion is None and part.equal is None and part.format_spec is None:
            return found
        spec = [self._part(inner) for inner in part.format_spec or ()]
        dated = spec[0].pattern if len(spec) == 1 and _STRFTIME.search(spec[0].pattern) else HOLE
        return sum(spec, found).with_pattern(_STRFTIME.sub(HOLE, dated))

    # -- made of others --------------------------------------------------------------------------------------------

    def _of_Name(self, node: cst.Name) -> Text | None:  # noqa: N802
        names = self._module.names
        variable = self._project.variable(self._module, self._project.scope(self._module, node), node.value)
        writes = self._project.writes(variable)
        if variable.module is not self._module or len(writes) != 1 or writes[0].kind != "assign":
            return None
        if variable in self._following or variable.name in self._set_elsewhere or names.taken & {"exec", "globals"}:
            return None
        self._following.add(variable)
        found = self.of(writes[0].node)
        self._following.discard(variable)
        # Reading a name has no effect, whatever made its value.
        return Text(found.pattern, True, found.reads | {node}, found.literals)

    @property
    def _set_elsewhere(self) -> set[str]:
        """Names that are set as attributes of something: of this module, for all that is known."""
        return {o.name for module in self._project.modules for o in module.names.attributes if o.how is not None}

    def _of_BinaryOperation(self, node: cst.BinaryOperation) -> Text | None:  # noqa: N802
        if isinstance(node.operator, cst.Add):
            return self.of(node.left) + self.of(node.right)
        if not isinstance(node.operator, cst.Modulo):
            return None
        form, right = self.of(node.left), node.right
        values = [e.value for e in right.elements] if isinstance(right, cst.Tuple) else [right]
        given = [self.of(value) for value in values]
        return self._filled(form, given, _PERCENT, "%s")

    def _filled(self, form: Text, given: Sequence[Text], codes: re.Pattern[str], plain: str) -> Text:
        left = iter(given)

        def value(match: re.Match[str]) -> str:
            if match[1] == "%":
                return "%"
            one = next(left, None)
            return one.pattern if one is not None and match[0] == plain else HOLE

        return sum(given, form).with_pattern(codes.sub(value, form.pattern))

    def _of_Call(self, node: cst.Call) -> Text | None:  # noqa: N802
        func = node.func
        if isinstance(func, cst.Name):
            is_str = func.value == "str" and "str" not in self._module.names.bound and len(node.args) == 1
            return self.of(node.args[0].value) if is_str else None
        if not isinstance(func, cst.Attribute) or any(arg.star for arg in node.args):
            return None
        if func.attr.value == "format":
            return self._formatted(self.of(func.value), node.args)
        if func.attr.value != "strftime":
            return None
        given = [self.of(arg.value) for arg in node.args]
        form = next((text for text in given if text.pattern != HOLE), None)
        if form is None:
            return None
        pure = self.is_pure(node)
        return Text(
            _STRFTIME.sub(lambda m: "%" if m[1] == "%" else HOLE, form.pattern), pure, form.reads, form.literals
        )

    def _formatted(self, form: Text, args: Sequence[cst.Arg]) -> Text | None:
        given = {
            arg.keyword.value if arg.keyword is not None else str(place): self.of(arg.value)
            for place, arg in enumerate(args)
        }
        try:
            fields = list(string.Formatter().parse(form.pattern))
        except ValueError:
            return None
        pattern, count = "", 0
        for before, name, spec, conversion in fields:
            pattern += before
            if name is None:
                continue
            key, count = (name, count) if name else (str(count), count + 1)
            found = given.get(key)
            pattern += found.pattern if found is not None and not spec and not conversion else HOLE
        return sum(given.values(), form).with_pattern(pattern)
