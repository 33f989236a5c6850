"""One value of an old result, followed outwards through what is done with it.

Understood are subscripts, ``.get``, slices, ``len``, loops (``enumerate`` and ``reversed`` too), comprehensions,
unpacking, a walrus, tests for a key, for None and for truth, names and returns. Anything else is not.
"""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar

import libcst as cst

from ks_codemods.edits import questions
from ks_codemods.edits.views import Blocks, Exchanges, Keys, Rows, Step, View
from ks_codemods.naming.calls import is_simple
from ks_codemods.naming.certain import key_of
from ks_codemods.naming.project import Module
from ks_codemods.reading.splices import Part, Region, Splice

W = TypeVar("W", contravariant=True)
Giver = tuple[cst.CSTNode, int | None]
"""What gives a name its value, and which element of it, where it is unpacked (``scopes.How``)."""


class NotUnderstood(Exception):
    """A use of a result that only its old shape can serve."""


class Carriers(Protocol[W]):
    """Where values go that are not used up at once; ``web``: the calls that they come from."""

    def carry(self, module: Module, target: cst.CSTNode, giver: Giver, view: View, web: W) -> None:
        """To a name."""

    def give_back(self, module: Module, statement: cst.Return, view: View, web: W) -> None:
        """To the callers of a function."""

    def add(self, splice: Splice, web: W) -> None:
        """Takes an edit."""


class Walk(Generic[W]):
    """Goes from a value outwards, through what is done with it."""

    def __init__(self, results: Carriers[W], module: Module, web: W) -> None:
        self._results, self._module, self._source, self._web = results, module, module.source, web

    def value(self, node: cst.CSTNode, view: View, native: tuple[Part, ...]) -> None:
        """``node`` was a ``view`` in the old program; ``native`` is the text of what stands behind it."""
        stepped = self._step(node, view, native)
        if stepped is None:
            self._end(node, view, native)
            return
        found, step, text = stepped
        if found in self._module.names.targets or self._is_shown_as_text(found):
            raise NotUnderstood
        if step.view is not None:
            self.value(found, step.view, (step.before, *text, step.after) if step.before else (*text, step.after))
            return
        plain = step.is_text_of_number and self._is_only_argument(found, "float")
        before, after = ("", step.after.removesuffix(")")) if plain else (step.before, step.after)
        self._replace(found, (before, *text, after))

    # -- steps -----------------------------------------------------------------------------------------------------

    def _step(
        self, node: cst.CSTNode, view: View, native: tuple[Part, ...]
    ) -> tuple[cst.CSTNode, Step, tuple[Part, ...]] | None:
        """The subscript (or ``.get``) of ``node``, what it means, and the text that it is applied to."""
        parent = self._source.parent(node)
        if isinstance(parent, cst.Subscript) and parent.value is node:
            return parent, *self._subscripted(parent, view, native)
        if isinstance(parent, cst.Attribute) and parent.value is node and isinstance(view, Keys):
            call = self._source.parent(parent)
            if parent.attr.value != "get" or not isinstance(call, cst.Call) or call.func is not parent:
                return None
            return call, self._got(call, view), native
        return None

    def _got(self, call: cst.Call, view: Keys) -> Step:
        """The step of ``x.get("key")`` or ``x.get("key", default)``."""
        values = [arg.value for arg in call.args if not arg.star and arg.keyword is None]
        if len(values) != len(call.args) or len(values) not in (1, 2):
            raise NotUnderstood
        key = values[0].evaluated_value if isinstance(values[0], cst.SimpleString) else None
        if not isinstance(key, str) or key not in view.steps:
            raise NotUnderstood
        # A default goes unused where the key is there; but not what evaluating it does.
        if len(values) == 2 and not (key in view.present and is_simple(values[1])):
            raise NotUnderstood
        return view.steps[key]

    def _subscripted(
        self, subscript: cst.Subscript, view: View, native: tuple[Part, ...]
    ) -> tuple[Step, tuple[Part, ...]]:
        if len(subscript.slice) != 1 or isinstance(subscript.slice[0].comma, cst.Comma):
            raise NotUnderstood
        key = key_of(subscript)
        if isinstance(view, Keys) and key is not None and key in view.steps:
            return view.steps[key], native
        element = subscript.slice[0].slice
        inside = self._region(subscript.slice[0])
        if isinstance(element, cst.Slice) and isinstance(view, Rows):
            return Step(view=view), (*native, "[", inside, "]")
        if not isinstance(element, cst.Index) or element.star:
            raise NotUnderstood
        if isinstance(view, Exchanges):
            return Step(view=view.placed), (*native, ".on(", inside, ")")
        texts = (cst.SimpleString, cst.FormattedString, cst.ConcatenatedString)
        if isinstance(view, Rows) and not isinstance(element.value, texts):
            return Step(view=view.row), (*native, "[", inside, "]")
        if isinstance(view, Blocks) and isinstance(element.value, cst.Integer):
            place = int(element.value.evaluated_value)
            if place < len(view.elements):
                return Step(view=view.elements[place]), native
        raise NotUnderstood

    # -- where a value ends up -------------------------------------------------------------------------------------

    def _end(self, node: cst.CSTNode, view: View, native: tuple[Part, ...]) -> None:
        parent = self._source.parent(node)
        if isinstance(parent, cst.Assign):
            for target in parent.targets:
                self._assigned(target.target, node, view)
        elif isinstance(parent, cst.NamedExpr) and parent.value is node:
            self._results.carry(self._module, parent.target, (node, None), view, self._web)
            self._replace(node, native)
            own = self._region(parent)
            self.value(parent, view, (own,) if parent.lpar else ("(", own, ")"))
            return
        elif isinstance(parent, cst.Return):
            self._results.give_back(self._module, parent, view, self._web)
        elif isinstance(parent, cst.Expr):
            pass
        elif isinstance(view, (Rows, Keys)) and self._tested(node, view, native):
            return
        elif isinstance(view, Rows) and self._looped(node, view):
            pass
        else:
            raise NotUnderstood
        self._replace(node, native)

    def _assigned(self, target: cst.CSTNode, value: cst.CSTNode, view: View) -> None:
        if isinstance(target, (cst.Tuple, cst.List)) and isinstance(view, Rows):
            for index, element in enumerate(target.elements):
                if not isinstance(element, cst.Element):
                    raise NotUnderstood
                self._results.carry(self._module, element.value, (value, index), view.row, self._web)
        else:
            self._results.carry(self._module, target, (value, None), view, self._web)

    def _tested(self, node: cst.CSTNode, view: View, native: tuple[Part, ...]) -> bool:
        """Tests of a value: for None, for a key, for truth, of its length."""
        source = self._source
        if questions.is_with_none(source, node):
            self._replace(node, native)
            return True
        if isinstance(view, Rows):
            as_rows = questions.is_truth(source, node) or self._is_only_argument(node, "len")
            if as_rows:
                self._replace(node, native)
            return as_rows
        assert isinstance(view, Keys)
        # An old answer is never empty and has all its keys, whatever the native list holds.
        membership = questions.membership(source, node)
        if membership is not None and membership.key in view.present:
            word = " is None" if membership.negated else " is not None"
            self._replace(membership.node, (*native, word))
            return True
        if view.present and questions.is_truth(source, node):
            around = source.parent(node)
            is_denied = isinstance(around, cst.UnaryOperation)
            self._replace(around if is_denied else node, (*native, " is None" if is_denied else " is not None"))
            return True
        return False

    def _looped(self, node: cst.CSTNode, view: Rows) -> bool:
        parent = self._source.parent(node)
        if isinstance(parent, (cst.For, cst.CompFor)) and parent.iter is node:
            return self._loop(parent, parent.target, None, view)
        if not isinstance(parent, cst.Arg) or parent.star or parent.keyword is not None:
            return False
        call = self._source.parent(parent)
        if not isinstance(call, cst.Call) or call.args[0] is not parent or not isinstance(call.func, cst.Name):
            return False
        loop = self._source.parent(call)
        if not isinstance(loop, (cst.For, cst.CompFor)) or loop.iter is not call:
            return False
        if call.func.value == "reversed":
            return self._loop(loop, loop.target, None, view)
        pair = loop.target
        if call.func.value == "enumerate" and isinstance(pair, cst.Tuple) and len(pair.elements) == 2:
            return self._loop(loop, pair.elements[1].value, 1, view)
        return False

    def _loop(self, loop: cst.For | cst.CompFor, target: cst.CSTNode, index: int | None, view: Rows) -> bool:
        if loop.asynchronous is not None:
            raise NotUnderstood
        self._results.carry(self._module, target, (loop, index), view.row, self._web)
        return True

    # -- text ------------------------------------------------------------------------------------------------------

    def _replace(self, node: cst.CSTNode | None, native: tuple[Part, ...]) -> None:
        if node is None or self._is_shown_as_text(node):
            raise NotUnderstood
        parts = tuple(part for part in native if part)
        if parts != (self._region(node),):
            self._results.add(Splice(*self._source.core(node), parts), self._web)

    def _is_shown_as_text(self, node: cst.CSTNode | None) -> bool:
        """Whether the text of ``node`` itself is printed: ``f"{x=}"``."""
        while node is not None and not isinstance(node, cst.BaseStatement):
            if isinstance(node, cst.FormattedStringExpression) and node.equal is not None:
                return True
            node = self._source.parent(node)
        return False

    def _is_only_argument(self, node: cst.CSTNode, function: str) -> bool:
        arg = self._source.parent(node)
        if not isinstance(arg, cst.Arg) or arg.keyword is not None or arg.star:
            return False
        call = self._source.parent(arg)
        named = isinstance(call, cst.Call) and isinstance(call.func, cst.Name) and call.func.value == function
        return named and isinstance(call, cst.Call) and len(call.args) == 1

    def _region(self, node: cst.CSTNode) -> Region:
        return Region(*self._source.whole(node))
