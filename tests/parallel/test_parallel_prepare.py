"""A write made ready for the other side: the same checks, and never a byte on the wire."""

from __future__ import annotations

import json
import socket
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import pytest
from two_sides import ORDER, TOKEN, outcomes

from ks_compat import v1
from ks_compat.native import InvalidRequest, NeoClient
from ks_compat.parallel.prepare import rehearse


@pytest.fixture
def deaf(neo: NeoClient, sandbox: Any, monkeypatch: pytest.MonkeyPatch) -> NeoClient:
    """A client that knows its instruments, and whose sockets fail."""
    neo.instruments.by_token(TOKEN)

    def fail(*_: Any, **__: Any) -> None:
        raise AssertionError("something was sent")

    for name in ("send", "sendall", "connect"):
        monkeypatch.setattr(socket.socket, name, fail)
    monkeypatch.setattr(neo._http, "exchange", fail)
    return neo


def test_preparing_never_sends(deaf: NeoClient, sandbox: Any) -> None:
    before = len(sandbox.requests)
    request = deaf.prepare_order(**v1.place_order(**ORDER))
    deaf.prepare_modify("7", quantity=1, order_type="L", price="10")
    deaf.prepare_cancel("7")

    assert (request.trading_symbol, request.price, request.quantity) == ("ACC-EQ", "2250.5", "2")
    assert len(sandbox.requests) == before


def test_what_is_prepared_is_what_would_be_sent(neo: NeoClient, sandbox: Any) -> None:
    native = v1.place_order(**ORDER)
    prepared = neo.prepare_order(**native)
    neo.place_order(**native)
    sent = next(request.body for request in sandbox.requests if b"/rule/ms/place" in request.raw_path)

    fields = json.loads(parse_qs(sent.decode())["jData"][0])
    assert {**fields, "ig": ""} == {**prepared.fields(), "ig": ""}
    assert fields["ig"] != prepared.tag


@pytest.mark.parametrize("wrong", [{"price": 10.033}, {"quantity": 0}, {"instrument_token": 999_999_999}])
def test_a_preparation_is_refused_as_the_order_would_be(neo: NeoClient, wrong: dict[str, Any]) -> None:
    native = v1.place_order(**{**ORDER, **wrong})
    with pytest.raises(Exception) as prepared:  # noqa: PT011 - compared with the next
        neo.prepare_order(**native)
    with pytest.raises(type(prepared.value)) as placed:
        neo.place_order(**native)

    assert str(placed.value) == str(prepared.value)


def test_an_argument_that_an_order_does_not_take_is_a_type_error(neo: NeoClient) -> None:
    with pytest.raises(TypeError, match="colour"):
        neo.prepare_order(transaction_type="B", quantity=1, product="CNC", order_type="MKT", colour="red")
    with pytest.raises(InvalidRequest):
        neo.prepare_cancel("not a number")


def test_a_rehearsal_says_what_v2_would_refuse(deaf: NeoClient) -> None:
    verdict = rehearse(deaf, "place_order", {**ORDER, "price": 10.033}, "legacy")

    assert (verdict.outcome, verdict.differences[0].candidate) == ("unexplained", "InvalidRequest")


@pytest.mark.parametrize("order_type", ["N", "MIS", "SOR"])
def test_a_rehearsal_matches_and_warns_nobody(deaf: NeoClient, order_type: str) -> None:
    assert rehearse(deaf, "place_order", {**ORDER, "order_type": order_type}, "legacy").outcome == "matched"


def test_what_the_old_sdk_could_not_send_is_found_when_v2_leads(deaf: NeoClient) -> None:
    arguments = {**ORDER, "price": Decimal("2250.5")}

    assert rehearse(deaf, "place_order", arguments, "legacy").outcome == "matched"
    assert rehearse(deaf, "place_order", arguments, "candidate").differences[0].candidate == "AttributeError"


def test_a_mistranslation_is_found_before_v2_ever_sends(
    whole: Any, sandbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = whole("rehearse")
    right = v1.place_order
    monkeypatch.setattr(v1, "place_order", lambda **given: {**right(**given), "quantity": 75})
    client.place_order(**ORDER)

    assert outcomes(client) == [("place_order", "unexplained")]
    assert [noted.field for noted in client.parallel.record.seen[0].differences] == ["place_order.quantity"]
    assert len(sandbox.orders) == 1


def test_a_refusal_of_the_broker_is_no_finding_against_v2(whole: Any) -> None:
    client = whole("rehearse")
    with pytest.raises(Exception, match="Reason"):
        client.place_order(**{**ORDER, "instrument_token": 999_999_999})

    assert outcomes(client) == [("place_order", "explained")]
