"""The control endpoints, on the sandbox's own port and outside the paths of v2: faults, switches, reset."""

import json
from collections.abc import Callable
from typing import Any

from ks_compat.sandbox.fault_kinds import KINDS
from ks_compat.sandbox.state import State
from ks_compat.sandbox.wire import Reply, json_reply

START = "/sandbox/"
_TYPES: dict[str, tuple[type, ...]] = {
    "endpoint": (str,),
    "fault": (str,),
    "times": (int,),
    "seconds": (int, float),
    "looks": (int,),
}


def _faults(state: State, _body: bytes) -> Reply:
    kinds = {name: {"text": kind.text, "endpoints": sorted(kind.on)} for name, kind in KINDS.items()}
    return json_reply({**state.faults.shown(), "faults": kinds})


def _add_fault(state: State, body: bytes) -> Reply:
    try:
        given = _object(body)
        unknown = [name for name, value in given.items() if type(value) not in _TYPES.get(name, ())]
        if unknown or not {"endpoint", "fault"} <= given.keys():
            return _wrong('{"endpoint", "fault", "times", "seconds", "looks"} are taken, the first two needed.')
        state.faults.add(**given)
    except ValueError as error:
        return _wrong(str(error))
    return json_reply(state.faults.shown())


def _clear_faults(state: State, _body: bytes) -> Reply:
    state.faults.clear()
    return json_reply(state.faults.shown())


def _switches(state: State, _body: bytes) -> Reply:
    return json_reply(state.switches.shown())


def _set_switches(state: State, body: bytes) -> Reply:
    try:
        state.switches.change(_object(body))
    except ValueError as error:
        return _wrong(str(error))
    return json_reply(state.switches.shown())


def _reset(state: State, _body: bytes) -> Reply:
    state.reset()
    return json_reply({})


def _object(body: bytes) -> dict[str, Any]:
    given = json.loads(body)
    if not isinstance(given, dict):
        raise ValueError("the body is no JSON object.")
    return given


def _wrong(text: str) -> Reply:
    return json_reply({"error": text}, 400)


CONTROLS: dict[tuple[str, str], Callable[[State, bytes], Reply]] = {
    ("GET", "/sandbox/faults"): _faults,
    ("POST", "/sandbox/faults"): _add_fault,
    ("DELETE", "/sandbox/faults"): _clear_faults,
    ("GET", "/sandbox/switches"): _switches,
    ("POST", "/sandbox/switches"): _set_switches,
    ("POST", "/sandbox/reset"): _reset,
}
