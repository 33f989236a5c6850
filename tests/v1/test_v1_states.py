from types import SimpleNamespace

import pytest

from ks_compat import v1
from ks_compat.v1.states import STATES

V2_WORDS = {
    "put order req received", "validation pending", "open pending", "open", "trigger pending", "modify pending",
    "modify validation pending", "modified", "cancel pending", "after market order req received",
    "modify after market order req received", "cancelled after market order", "complete", "traded", "rejected",
    "cancelled",
}  # fmt: skip
"""spec/v2.md 6.5."""
OLD_CODES = {"NEWF", "OPN", "OPF", "SLO", "CHRF", "CNRF", "TRAD", "CAN", "REJ"}
"""spec/v1.md 6; REJ is DESIGN's choice."""


def row(status, rejection=""):
    return SimpleNamespace(status=status, rejection=rejection)


def test_every_word_of_v2_has_an_old_state():
    assert set(STATES) == V2_WORDS


def test_every_old_code_is_one_that_old_programs_know():
    assert {state.code for state in STATES.values()} == OLD_CODES


@pytest.mark.parametrize(
    ("word", "code", "info", "message"),
    [
        ("put order req received", "NEWF", "Confirmation Pending", "Confirmation pending from Exchange"),
        ("open", "OPN", "", "Open"),
        ("trigger pending", "SLO", "", "Stop Loss Open"),
        ("complete", "TRAD", "Traded", "Completely Traded Order"),
        ("traded", "TRAD", "Traded", "Completely Traded Order"),
        ("cancelled", "CAN", "Cancelled", "Cancelled Order"),
        ("cancelled after market order", "CAN", "Cancelled", "Cancelled Order"),
        ("rejected", "REJ", "Rejected", "Rejected Order"),
    ],
)
def test_the_old_state_of_a_word(word, code, info, message):
    assert (v1.status(row(word)), v1.status_info(row(word)), v1.status_message(row(word))) == (code, info, message)


@pytest.mark.parametrize(("word", "text"), [("open pending", "Order sent to Exchange"), ("open", "Order Confirmed")])
def test_the_exchange_status_of_a_history(word, text):
    assert v1.exchange_status(row(word)) == text


def test_the_info_of_a_rejection_is_its_reason():
    assert v1.status_info(row("rejected", "RMS:Rule: Check price")) == "RMS:Rule: Check price"


def test_a_word_that_is_not_listed_is_passed_on():
    unknown = row("partially sent")
    assert (v1.status(unknown), v1.status_message(unknown)) == ("partially sent", "partially sent")
