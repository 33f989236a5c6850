"""The codemod for libcst's own tool: ``python -m libcst.tool codemod -x ks_codemods.command.MigrateCommand PATH``.

One file at a time, as a project of one, the files beside it read: a client that other files use stays on the facade.
``ks-compat migrate`` sees a whole project.
"""

from __future__ import annotations

from pathlib import Path

import libcst as cst
from libcst.codemod import CodemodCommand, SkipFile

from ks_codemods.migration import migrate
from ks_codemods.reading import files


class MigrateCommand(CodemodCommand):
    """Moves ``ks_api_client`` code to ks-compat."""

    DESCRIPTION = "Moves bots from ks_api_client to the native client of ks-compat, or to its drop-in."

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        """The migrated file. Raises SkipFile for one that is left alone, and for text that comes by a pipe."""
        if self.context.filename is None:
            raise SkipFile("ks_codemods needs the file itself: give its path.")
        path = Path(self.context.filename)
        if not files.may_matter(tree.bytes):
            return tree
        if path.read_bytes() != tree.bytes:
            raise SkipFile("libcst does not print this file as it read it.")
        (file,) = migrate([path]).files
        if file.outcome == "error":
            raise SkipFile(file.message)
        for site in file.sites:
            if site.outcome in ("facade", "flagged"):
                self.warn(f"{site.line}:{site.column}: {site.code} {site.method} {site.message}")
        return cst.parse_module(file.new_bytes) if file.changed else tree
