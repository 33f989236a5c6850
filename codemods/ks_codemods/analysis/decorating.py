"""Decorators of the project that hand everything through: what goes in and comes out is what it would be without them.

That is proven of their text, for ``def log(f)`` with one function in it that takes ``*args, **kwargs``, does nothing
with them but call ``f(*args, **kwargs)``, and returns what that returns (or None); and for ``def retry(times)`` that
returns such a one. What else they do (print, count, time, try again) is no matter.
"""

from __future__ import annotations

import libcst as cst

from ks_codemods.analysis.returning import returns_of
from ks_codemods.naming.project import External, Function, Module, Project
from ks_codemods.naming.scopes import Occurrence

_NAMESPACES = {"exec", "eval", "locals", "vars"}


def passes_through(project: Project, module: Module, decorator: cst.Decorator) -> bool:
    """Whether a decorator is one of the project that hands everything through."""
    node = decorator.decorator
    called = isinstance(node, cst.Call)
    found = project.denoted(module, node.func if isinstance(node, cst.Call) else node)
    if not isinstance(found, Function) or found.node.decorators or found.node.asynchronous is not None:
        return False
    function = found.node
    if called:
        inner = _returned(function)
        if inner is None or inner.decorators or inner.asynchronous is not None:
            return False
        function = inner
    return _is_wrapping(project, found.module, function)


def _statements(function: cst.FunctionDef) -> list[cst.CSTNode]:
    """The statements of a body, without its docstring."""
    body: list[cst.CSTNode] = []
    for statement in function.body.body:
        body += statement.body if isinstance(statement, cst.SimpleStatementLine) else [statement]
    first = body[0] if body else None
    is_text = isinstance(first, cst.Expr) and isinstance(first.value, (cst.SimpleString, cst.ConcatenatedString))
    return body[1:] if is_text else body


def _returned(function: cst.FunctionDef) -> cst.FunctionDef | None:
    """The function of ``def ...`` and ``return`` of it, where that is all that ``function`` does."""
    body = _statements(function)
    if len(body) != 2 or not isinstance(body[0], cst.FunctionDef) or not isinstance(body[1], cst.Return):
        return None
    value = body[1].value
    return body[0] if isinstance(value, cst.Name) and value.value == body[0].name.value else None


def _is_wrapping(project: Project, module: Module, decorator: cst.FunctionDef) -> bool:
    params, inner = decorator.params, _returned(decorator)
    several = params.posonly_params or params.kwonly_params or params.star_kwarg or len(params.params) != 1
    if inner is None or several or isinstance(params.star_arg, (cst.Param, cst.ParamStar)):
        return False
    if inner.asynchronous is not None or not all(_is_wraps(project, module, one) for one in inner.decorators):
        return False
    args, kwargs = inner.params.star_arg, inner.params.star_kwarg
    plain = inner.params.params or inner.params.posonly_params or inner.params.kwonly_params
    if plain or not isinstance(args, cst.Param) or kwargs is None:
        return False
    names = (params.params[0].name.value, args.name.value, kwargs.name.value)
    return _only_hands_on(module, decorator, inner, names)


def _is_wraps(project: Project, module: Module, decorator: cst.Decorator) -> bool:
    node = decorator.decorator
    return isinstance(node, cst.Call) and project.denoted(module, node.func) == External("functools.wraps")


def _only_hands_on(
    module: Module, decorator: cst.FunctionDef, inner: cst.FunctionDef, names: tuple[str, str, str]
) -> bool:
    """Whether the names serve the call ``f(*args, **kwargs)`` alone, and what it gives is all that is returned."""
    outside, inside = module.names.scopes[decorator], module.names.scopes[inner]
    if any(o.name in _NAMESPACES for o in module.names.names if o.scope in (outside, inside)):
        return False
    if any(scope.kind == "function" and scope.parent is inside for scope in module.names.scopes.values()):
        return False
    calls: list[cst.Call] = []
    for occurrence in module.names.names:
        owner = occurrence.scope.owner(occurrence.name)
        if owner not in (outside, inside) or occurrence.name not in names:
            continue
        if isinstance(occurrence.how and occurrence.how.node, cst.Param):
            continue
        call = _handing_call(module, occurrence, names)
        if call is None and not _is_harmless(module, occurrence, inner, names[0]):
            return False
        calls += [call] if call is not None else []
    return bool(calls) and all(_goes_out(module, inner, call) for call in calls) and _returns_only(module, inner, calls)


def _handing_call(module: Module, occurrence: Occurrence, names: tuple[str, str, str]) -> cst.Call | None:
    """The call ``f(*args, **kwargs)`` that a name stands in."""
    parent = module.source.parent(occurrence.node)
    call = module.source.parent(parent) if isinstance(parent, cst.Arg) else parent
    if not isinstance(call, cst.Call) or not isinstance(call.func, cst.Name) or call.func.value != names[0]:
        return None
    given = [(arg.star, arg.value.value) for arg in call.args if isinstance(arg.value, cst.Name)]
    return call if given == [("*", names[1]), ("**", names[2])] and len(call.args) == len(given) else None


def _is_harmless(module: Module, occurrence: Occurrence, inner: cst.FunctionDef, function: str) -> bool:
    """``f.__name__``, and ``@wraps(f)``."""
    if occurrence.name != function or occurrence.role != "read":
        return False
    parent = module.source.parent(occurrence.node)
    if isinstance(parent, cst.Attribute):
        return parent.attr.value in ("__name__", "__qualname__", "__doc__", "__module__")
    decorator = module.source.parent(module.source.parent(parent)) if isinstance(parent, cst.Arg) else None  # type: ignore[arg-type]
    return any(decorator is one for one in inner.decorators)


def _goes_out(module: Module, inner: cst.FunctionDef, call: cst.Call) -> bool:
    """Whether the result is returned, at once or by way of a name that is only returned, or thrown away."""
    parent = module.source.parent(call)
    if isinstance(parent, (cst.Return, cst.Expr)):
        return True
    name = _name_given(parent)
    if name is None:
        return False
    scope = module.names.scopes[inner]
    found = [o for o in module.names.names if o.name == name and o.scope.owner(name) is scope]
    return all(o.role == "write" or isinstance(module.source.parent(o.node), cst.Return) for o in found)


def _name_given(statement: cst.CSTNode | None) -> str | None:
    target = statement.targets[0].target if isinstance(statement, cst.Assign) and len(statement.targets) == 1 else None
    return target.value if isinstance(target, cst.Name) else None


def _returns_only(module: Module, inner: cst.FunctionDef, calls: list[cst.Call]) -> bool:
    scope = module.names.scopes[inner]
    if scope in module.names.generators:
        return False
    given = {_name_given(module.source.parent(call)) for call in calls} - {None}
    for statement in returns_of(inner):
        value = statement.value
        if value is None or value in calls or (isinstance(value, cst.Name) and value.value == "None"):
            continue
        if not isinstance(value, cst.Name) or value.value not in given:
            return False
        writes = [o for o in module.names.names if o.name == value.value and o.role == "write"]
        own = [o for o in writes if o.scope.owner(o.name) is scope]
        if not all(o.how is not None and (o.how.node in calls or _is_none(o.how.node)) for o in own):
            return False
    return True


def _is_none(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Name) and node.value == "None"
