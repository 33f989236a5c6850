"""The old list of instrument files, asked for and read: ``requests.get(HOST + "/scripmaster/1.1/filename").json()``.

Where nothing of the answer is used but ``["Success"]["cash"]`` and ``["fno"]``, and these by pandas alone, the answer
becomes a dict of the generated files.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field

import libcst as cst

from ks_codemods.naming.certain import key_of
from ks_codemods.naming.project import Module, Project, Variable
from ks_codemods.reading.splices import Region, Splice

_KINDS = ("cash", "fno")
_ANSWER, _FILES, _URL = range(3)
"""What a value is: the whole answer, what stands under ``Success``, or one of the URLs."""


class _NotUnderstood(Exception):
    """A use of the list that the generated files cannot serve."""


@dataclass
class _Uses:
    kinds: set[str] = field(default_factory=set)
    splices: list[Splice] = field(default_factory=list)


class FileLists:
    """The rewrites of one module."""

    def __init__(self, project: Project, module: Module, file: str, is_read: Callable[[cst.Call], bool]) -> None:
        """``file``: the name of ``v1_file``. ``is_read``: whether a call reads the URL that is its first argument."""
        self._project, self._module, self._source = project, module, module.source
        self._file, self._is_read = file, is_read

    def splices(self, call: cst.Call) -> tuple[Splice, ...]:
        """The edits that do without ``call``, a request for the list; none where it cannot be done without."""
        uses = _Uses()
        try:
            answer = self._json_of(call)
            if answer is not None:
                self._follow(answer, _ANSWER, uses)
            else:
                for read in self._reads(call):
                    self._answer_of_a_name(read, uses)
        except _NotUnderstood:
            return ()
        if not uses.kinds:
            return ()
        files = ", ".join(f'"{kind}": {self._file}("{kind}")' for kind in _KINDS if kind in uses.kinds)
        made = Splice(*self._source.core(answer or call), (f'{{"Success": {{{files}}}}}',))
        return (made, *uses.splices)

    def _answer_of_a_name(self, read: cst.CSTNode, uses: _Uses) -> None:
        answer = self._json_of(read)
        if answer is None:
            raise _NotUnderstood
        self._follow(answer, _ANSWER, uses)
        uses.splices.append(Splice(*self._source.core(answer), (Region(*self._source.whole(read)),)))

    def _json_of(self, node: cst.CSTNode) -> cst.Call | None:
        """The call ``node.json()``."""
        attribute = self._source.parent(node)
        if not isinstance(attribute, cst.Attribute) or attribute.value is not node or attribute.attr.value != "json":
            return None
        call = self._source.parent(attribute)
        return call if isinstance(call, cst.Call) and call.func is attribute and not call.args else None

    def _follow(self, node: cst.CSTNode, what: int, uses: _Uses) -> None:
        parent = self._source.parent(node)
        if isinstance(parent, cst.Subscript) and parent.value is node and parent not in self._module.names.targets:
            key = key_of(parent)
            if what == _ANSWER and key == "Success":
                return self._follow(parent, _FILES, uses)
            if what == _FILES and key in _KINDS:
                uses.kinds.add(str(key))
                return self._follow(parent, _URL, uses)
        elif isinstance(parent, cst.Assign):
            for read in self._reads(node):
                self._follow(read, what, uses)
            return None
        elif isinstance(parent, cst.Arg) and what == _URL:
            call = self._source.parent(parent)
            if isinstance(call, cst.Call) and call.args[0] is parent and self._is_read(call):
                return None
        raise _NotUnderstood

    def _reads(self, value: cst.CSTNode) -> list[cst.CSTNode]:
        """All reads of the one name that ``value`` is given to, and that nothing else is."""
        statement = self._source.parent(value)
        target = statement.targets[0].target if isinstance(statement, cst.Assign) else None
        if not isinstance(statement, cst.Assign) or len(statement.targets) != 1 or not isinstance(target, cst.Name):
            raise _NotUnderstood
        variable = self._project.variable(self._module, self._project.scope(self._module, target), target.value)
        if variable.module is not self._module or len(self._project.writes(variable)) != 1 or self._is_shown(variable):
            raise _NotUnderstood
        found = [
            o
            for o in self._module.names.names
            if o.name == variable.name and o.how is None and o.scope.owner(o.name) is variable.scope
        ]
        if any(occurrence.role != "read" for occurrence in found):
            raise _NotUnderstood
        return [occurrence.node for occurrence in found]

    def _is_shown(self, variable: Variable) -> bool:
        """Whether other files may see a name."""
        if variable.scope.parent is not None:
            return variable.scope.kind == "class"
        if self._module.names.taken & {"globals", "exec", "eval", "vars", "locals"}:
            return True
        named = self._project.content.naming([os.fsencode(self._module.stem)], [self._module.path])
        return any(path.suffix in (".py", ".ipynb") for path in named)
