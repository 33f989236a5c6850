"""A local stand-in for the Kotak Neo v2 servers, served over real HTTP.

It is written from the wire specification (spec/v2.md) and shares no code with the rest of ks_compat, so that it can
prove the client wrong.
"""

from ks_compat.sandbox.account import Account
from ks_compat.sandbox.fault_kinds import KINDS
from ks_compat.sandbox.faults import Faults, UnknownFault
from ks_compat.sandbox.master import V1_CASH_FILE, V1_FNO_FILE
from ks_compat.sandbox.server import Sandbox, SandboxPortInUse
from ks_compat.sandbox.state import PublicUrls
from ks_compat.sandbox.switches import UnknownSwitch
from ks_compat.sandbox.wire import Received

__all__ = [
    "KINDS",
    "V1_CASH_FILE",
    "V1_FNO_FILE",
    "Account",
    "Faults",
    "PublicUrls",
    "Received",
    "Sandbox",
    "SandboxPortInUse",
    "UnknownFault",
    "UnknownSwitch",
]
