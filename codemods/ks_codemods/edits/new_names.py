"""The names that rewritten code is given: ``v1`` and ``NeoClient``, or others where those are taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ks_codemods.edits.results import is_star_imported
from ks_codemods.naming.calls import NEO, V1
from ks_codemods.naming.project import OLD, External, Module, Project, Variable
from ks_codemods.old_hosts.addresses import COPY, FILE


@dataclass(frozen=True)
class NewNames:
    """Under which names a module gets ``v1`` and ``NeoClient``, and which of them it has already."""

    v1: str
    neo: str
    present: frozenset[str]
    file: str = ""
    """For ``v1_file``."""
    copy: str = ""
    """For ``shutil.copyfile``."""

    @classmethod
    def of(cls, project: Project, module: Module) -> NewNames:
        """Names that shadow nothing in the module."""
        present = {}
        for what in ("v1", "NeoClient", "instruments.v1_file"):
            present[what] = next(bound_to(project, module, External(f"{OLD}.{what}")), "")
        present["copyfile"] = next(bound_to(project, module, External("shutil.copyfile")), "")
        crowded = bool(module.names.stars) or is_star_imported(project, module)
        v1 = present["v1"] or _free(module, "ks_v1" if crowded else "v1", "ks_v1")
        neo = present["NeoClient"] or _free(module, "KsNeoClient" if crowded else "NeoClient", "KsNeoClient")
        file = present["instruments.v1_file"] or _free(module, "ks_v1_file" if crowded else "v1_file", "ks_v1_file")
        copy = present["copyfile"] or _free(module, "copyfile", "ks_copyfile")
        return cls(v1, neo, frozenset(name for name in present.values() if name), file, copy)

    def imported(self, text: str) -> str:
        """What an import must bring for ``text``: ``NeoClient, v1``."""
        wanted = []
        if NEO in text and self.neo not in self.present:
            wanted.append("NeoClient" if self.neo == "NeoClient" else f"NeoClient as {self.neo}")
        if V1 in text and self.v1 not in self.present:
            wanted.append("v1" if self.v1 == "v1" else f"v1 as {self.v1}")
        return ", ".join(wanted)

    def lines(self, text: str) -> Iterator[str]:
        """The other imports that ``text`` needs."""
        if COPY in text and self.copy not in self.present:
            yield f"from shutil import {_as('copyfile', self.copy)}"
        if FILE in text and self.file not in self.present:
            yield f"from ks_compat.instruments import {_as('v1_file', self.file)}"

    def put_into(self, text: str) -> str:
        """``text`` with the names in place of what stands for them."""
        for sign, name in ((V1, self.v1), (NEO, self.neo), (FILE, self.file), (COPY, self.copy)):
            text = text.replace(sign, name)
        return text


def _as(name: str, own: str) -> str:
    return name if own == name else f"{name} as {own}"


def bound_to(project: Project, module: Module, wanted: External) -> Iterator[str]:
    """The global names of a module that denote ``wanted``."""
    scope = module.names.scope
    for name in sorted(scope.bound):
        if project.denoted_by(Variable(module, scope, name)) == wanted:
            yield name


def _free(module: Module, name: str, otherwise: str) -> str:
    name = name if name not in module.names.taken else otherwise
    while name in module.names.taken:
        name += "_"
    return name
