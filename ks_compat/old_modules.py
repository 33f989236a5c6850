"""Modules that old code imports one class from (``models.new_order``, ``api.order_api``), without a file for each."""

from __future__ import annotations

import importlib.machinery
import re
import sys
import types


def answer_submodules(package: str, classes: dict[str, type]) -> None:
    """Puts a module in snake case for each class under ``package``: ``NewMTFOrder`` in ``new_mtf_order``.

    Call it while the package is imported: importing ``package.new_mtf_order`` imports the package first.
    """
    for name, made in classes.items():
        full = f"{package}.{module_name(name)}"
        module = types.ModuleType(full, f"The class {name}, under its old module name.")
        module.__spec__ = importlib.machinery.ModuleSpec(full, None)
        setattr(module, name, made)
        sys.modules[full] = module
        setattr(sys.modules[package], module_name(name), module)


def module_name(class_name: str) -> str:
    """``MISOrderApi`` is ``mis_order_api``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", class_name).lower()
