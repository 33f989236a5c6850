"""What the server's codes mean, and the errors that say so."""

import json

import pytest

from ks_compat.native import errors
from ks_compat.native.answers import Answer, payload
from ks_compat.native.codes import CODES, LOGIN_CODES, Advice, advice

SPEC = {
    401, 403, 422, 424, 429, 500,  # HTTP statuses of spec/v2.md 2.2; its 200 and 1000 are success
    32, 1003, 1004, 1005, 1006, 1007, 1009, 1017, 1021, 1037, 5202, 5203, 5204, 10020, 10300, 10512, 10522, 91400,
    100008, 100021, 100022,
}  # fmt: skip
FIELD_NOTES = {
    32, 429, 1007, 1009, 1017, 1021, 1031, 1037, 1113, 5202, 5203, 5204, 10020, 10300, 10512, 10522, 10525, 11000,
    70009, 91400, 100008, 100021, 100022, 200032, 900901, 999003,
}  # fmt: skip
STATUSES = {400, 502, 503, 504}
"""Further HTTP statuses of spec/v2.md 2.1."""
EVERY_ADVICE = [*CODES.values(), *LOGIN_CODES.values()]


def test_the_table_holds_every_code_that_is_known():
    assert CODES.keys() == SPEC | FIELD_NOTES | STATUSES


@pytest.mark.parametrize("found", EVERY_ADVICE)
def test_advice_is_three_whole_sentences(found):
    assert all(text[0].isupper() and text.endswith(".") for text in found)


@pytest.mark.parametrize("code", [1006, 1007, 1009, 5204])
def test_conflicts_between_sources_are_told(code):
    assert advice(code).meaning.startswith("Sources conflict:")


@pytest.mark.parametrize("code", [0, 1, 200, 1000, 404])
def test_an_unknown_code_has_no_advice(code):
    error = errors.Refused(code, "no", status=200, body="")
    assert error.advice is None
    assert str(error) == f"[{code}] no (HTTP 200)"


@pytest.mark.parametrize("code", CODES)
def test_the_text_of_an_error_ends_with_the_next_step(code):
    error = errors.Refused(code, "the server's words", status=200, body="{}")
    assert error.advice is CODES[code]
    assert str(error) == f"[{code}] the server's words (HTTP 200). {CODES[code].next_step}"
    assert (error.code, error.reason, error.status, error.body) == (code, "the server's words", 200, "{}")


@pytest.mark.parametrize("code", LOGIN_CODES)
def test_a_code_may_mean_something_else_at_the_login(code):
    error = errors.LoginRefused(code, "no", status=200, body="")
    assert isinstance(error.advice, Advice)
    assert error.advice == LOGIN_CODES[code] != CODES[code]


def test_nobody_is_told_to_send_an_order_again_after_a_failure():
    for code in (1005, 424, 500, 502, 503, 504):
        assert "order book before" in advice(code).next_step


# -- session or address (spec/v2.md 6.9)


def raised_by(document, status=200):
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    with pytest.raises(errors.ApiError) as caught:
        payload(Answer(status, {}, body))
    return caught.value


@pytest.mark.parametrize(
    ("document", "status"),
    [
        ({"stat": "Not_Ok", "emsg": "Invalid session", "stCode": 1003}, 200),
        ({"stat": "Not_Ok", "emsg": "Invalid session", "stCode": "1003"}, 500),
        ({"stat": "Not_Ok", "errMsg": "invalid  access type", "stCode": 100021}, 200),
        ({"stat": "error in neo-login-check-api", "errMsg": "invalid session token", "stCode": 100022}, 200),
        ({"stat": "error in neo-login-check-api", "errMsg": "invalid session token"}, 200),
        ({"error": [{"code": "100022", "message": "x"}], "stat": "Not_Ok"}, 200),
        ({"status": "error", "message": "Unauthorized", "errorCode": "401"}, 200),
        ({"stat": "Not_Ok", "message": "Forbidden", "stCode": 403}, 200),
        ({"message": "Invalid session, please re-login"}, 403),
        ({"stat": "Not_Ok", "message": "Invalid session, please re-login"}, 200),
        ({"stat": "Not_Ok", "emsg": "Session expired"}, 400),
        ({"stat": "Not_Ok", "emsg": "Your session has expired"}, 200),
        ({"fault": {"code": 900901, "message": "Invalid Credentials"}}, 401),
        ({"fault": {"code": 900901, "message": "Invalid Credentials"}}, 200),
        (b"<html>", 401),
        (b"", 403),
    ],
)
def test_every_form_of_an_expired_session(document, status):
    assert type(raised_by(document, status)) is errors.SessionExpired


@pytest.mark.parametrize("status", [200, 401, 403, 500])
@pytest.mark.parametrize(
    "document",
    [
        {"stat": "Not_Ok", "errMsg": "unauthorized", "stCode": 100008},
        {"stat": "Not_Ok", "errMsg": "session ip doesnt match with reqest ip", "stCode": 1037},
        {"stat": "Not_Ok", "errMsg": "Invalid session", "stCode": 1037},
    ],
)
def test_an_address_is_never_taken_for_an_expired_session(document, status):
    assert type(raised_by(document, status)) is errors.AddressNotAllowed


@pytest.mark.parametrize("status", [200, 401, 403])
def test_an_address_is_known_by_its_text_too(status):
    document = {"stat": "Not_Ok", "errMsg": "session ip doesnt match with reqest ip"}
    assert type(raised_by(document, status)) is errors.AddressNotAllowed


def test_what_a_gateway_says_of_sessions_settles_no_order():
    assert type(raised_by({"message": "Invalid session, please re-login"}, 502)) is errors.ServerFailed


@pytest.mark.parametrize("text", ["please provide valid quantity", "Order already cancelled or not found.", "relogged"])
def test_other_texts_are_refusals(text):
    assert type(raised_by({"stat": "Not_Ok", "errMsg": text, "stCode": 7})) is errors.Refused


def test_a_token_that_an_answer_repeats_is_not_shown():
    token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl-_x"
    error = raised_by({"stat": "Not_Ok", "errMsg": f"bad token {token}", "stCode": 100022, "token": token})
    shown = f"{error!r} {error} {error.reason} {error.body}"
    assert not any(part in shown for part in token.split("."))
    assert json.loads(error.body)["token"] == "***"
