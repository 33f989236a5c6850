"""The scenarios of the cassettes: which bot, what goes wrong on the way, what it prints."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
CASSETTES = Path(os.environ.get("KS_COMPAT_CASSETTES", ROOT / "cassettes"))
"""Where cassettes are read and written; another folder for a recording that is to be compared."""
_BOTS, _SCENARIOS = ROOT / "tests" / "bots", Path(__file__).with_name("scenarios")
WAYS = ("facade", "native")


@dataclass(frozen=True)
class Scenario:
    """One bot, or several that run one after the other, each in a process of its own.

    ``faults`` are the sandbox's (``Faults.add_text``); ``orders``: whether it sends any.
    """

    bots: tuple[Path, ...]
    printed: str
    faults: tuple[str, ...] = ()
    orders: bool = True

    @property
    def is_live(self) -> bool:
        """Whether it can be recorded against the live service: nothing is to go wrong there on demand."""
        return not self.faults


_NO_ANSWER = (
    "refused 0 The answer to an order was lost ([1005] internal error (HTTP 200). Wait, and read the order book before "
    "you send an order again.) and the order book does not show it: it may or may not stand. Look in the order book "
    "for the tag first-zqy73g09dz before you send it again.\n"
)

SCENARIOS = {
    # First: on a live account, what comes after leaves orders in its book.
    "reports": Scenario((_SCENARIOS / "reports.py",), "[] [] []\nACC 2274.0000\n", orders=False),
    "readme_style": Scenario((_BOTS / "b01_readme_style.py",), "placed 261120000000001\n0\nACC 2274.0\n"),
    "stop_loss_with_trailing": Scenario((_BOTS / "b02_stop_loss_loop.py",), "ended CAN\n"),
    "package": Scenario((_BOTS / "b04_package" / "main.py",), "[True, True]\n['ACC', 'INFY']\n"),
    "resume_in_one_process": Scenario(
        (_BOTS / "b05_resume.py",), "Please invoke 'session_2fa' function first\nlist\nrefused True\n"
    ),
    "trade_day": Scenario(
        (_SCENARIOS / "trade_day.py",),
        "ACC 2274.0000\nbought 261120000000001\n261120000000001 ACC BUY 5 2274 TRAD\n"
        "261120000000002 ACC SELL 5 2390.1 OPN\n261120000000003 INFY BUY 1 1400 CAN\nACC 5\nACC 5\n",
    ),
    "straddle": Scenario(
        (_SCENARIOS / "straddle.py",),
        "CE 65 261120000000002\nPE 65 261120000000004\nNIFTY CE SELL 65 TRAD\nNIFTY CE BUY 65 SLO\n"
        "NIFTY PE SELL 65 TRAD\nNIFTY PE BUY 65 SLO\n",
    ),
    "report_polling": Scenario((_SCENARIOS / "report_polling.py",), "0 TRAD\n[True]\n[3]\n['SRF']\n"),
    "resume_in_a_second_process": Scenario(
        (_SCENARIOS / "resume" / "first.py", _SCENARIOS / "resume" / "second.py"), "waiting 261120000000001\nCAN\n"
    ),
    "fault_rate_limited": Scenario(
        (_SCENARIOS / "fault_rate_limited.py",),
        "refused 429\n0\nrefused 429\n[]\n",
        ("order_report:rate_limited", "place_order:rate_limited"),
    ),
    "fault_bad_gateway": Scenario(
        (_SCENARIOS / "fault_bad_gateway.py",),
        "refused 502\n261120000000001\n[261120000000001]\n",
        ("order_report:bad_gateway_before", "place_order:bad_gateway_after"),
    ),
    "fault_expired_session": Scenario(
        (_SCENARIOS / "fault_expired_session.py",),
        "0\nrefused 403\n0\n",
        ("order_report:session_expired",),
        orders=False,
    ),
    "fault_address_unknown": Scenario(
        (_SCENARIOS / "fault_address_unknown.py",), "refused 100008 unauthorized\n0\n", ("orders:address_unknown",)
    ),
    "fault_address_changed": Scenario(
        (_SCENARIOS / "fault_address_changed.py",),
        "refused 1037 session ip doesnt match with reqest ip\n0\n",
        ("orders:address_changed",),
    ),
    "fault_not_ok": Scenario(
        (_SCENARIOS / "fault_not_ok.py",),
        f"refused 1005 internal error\n{_NO_ANSWER}0\n",
        ("positions:not_ok", "place_order:not_ok"),
    ),
    "fault_malformed_json": Scenario(
        (_SCENARIOS / "fault_malformed_json.py",),
        "refused 200\n261120000000001\n[261120000000001]\n",
        ("order_report:malformed_before", "place_order:malformed_after"),
    ),
    "fault_dropped_answer": Scenario(
        (_SCENARIOS / "fault_dropped_answer.py",),
        "261120000000001\n[(261120000000001, 'TRAD')]\n",
        ("place_order:drop_after",),
    ),
    "fault_late_rejection": Scenario(
        (_SCENARIOS / "fault_late_rejection.py",),
        "True OPF\nTrue OPF\nTrue REJ\nTrue REJ\n",
        ("place_order:late_rejection:1:2looks",),
    ),
}
