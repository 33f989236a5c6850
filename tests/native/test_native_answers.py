"""Every shape of answer in the samples of spec/v2.md, and some that no document promises."""

import json

import pytest

from ks_compat.native import errors
from ks_compat.native.answers import Answer, payload, rows, session_data

TOKEN = "eyJ-the-secret-token"
HTML = b"<html><h1>gateway</h1></html>"


def answer(document, status=200, **headers):
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return Answer(status, headers, body)


def raised_by(read, *given, **named):
    with pytest.raises(errors.NeoError) as caught:
        read(answer(*given, **named))
    return caught.value


@pytest.mark.parametrize(
    ("name", "status", "kind", "code", "reason"),
    [
        ("place_error_insufficient_balance", 200, errors.Refused, 1004, "Insufficient balance."),
        ("place_error_algo_not_allowed", 200, errors.Refused, 1017, "algo order not allowed"),
        ("place_error_body_invalid", 400, errors.Refused, 1007, "body invalid"),
        ("place_error_core", 200, errors.Refused, 32, "error from core"),
        (
            "place_error_duplicate_tag",
            200,
            errors.Refused,
            5204,
            "Put Order Response : Client OrderID already exists",
        ),
        ("place_error_invalid_request", 200, errors.Refused, 5202, "Error: Invalid Request"),
        ("place_error_quantity", 200, errors.Refused, 1009, "please provide valid quantity"),
        ("place_error_invalid_session", 403, errors.SessionExpired, 1003, "Invalid session"),
        ("place_error_invalid_session", 200, errors.SessionExpired, 1003, "Invalid session"),
        ("error_invalid_access_type", 200, errors.SessionExpired, 100021, "invalid  access type"),
        ("error_invalid_session_token", 200, errors.SessionExpired, 100022, "invalid session token"),
        ("check_margin_error_invalid_session_token", 200, errors.SessionExpired, 100022, "invalid session token"),
        ("error_ip_not_whitelisted", 200, errors.AddressNotAllowed, 100008, "unauthorized"),
        ("error_ip_not_whitelisted", 403, errors.AddressNotAllowed, 100008, "unauthorized"),
        (
            "error_session_ip_mismatch",
            200,
            errors.AddressNotAllowed,
            1037,
            "session ip doesnt match with reqest ip",
        ),
        (
            "modify_error_rest_docs",
            200,
            errors.Refused,
            1006,
            "Order cannot be modified as it is already executed.",
        ),
        ("modify_error_completed", 200, errors.Refused, 1021, "order is completed"),
        ("cancel_error_completed", 200, errors.Refused, 1021, "order is completed"),
        ("cancel_error_bad_input", 200, errors.Refused, 5204, "Cancel Order Response : Bad Input"),
        ("cancel_error_rest_docs", 200, errors.Refused, 1006, "Order already cancelled or not found."),
        ("quotes_error_invalid_instrument", 200, errors.Refused, 1009, "Invalid instrument/code"),
        ("error_429_historical", 429, errors.RateLimited, 429, "too many request received"),
        ("historical_error_interval", 200, errors.Refused, 400, "Invalid interval value"),
        ("v1_error_auth_failed", 200, errors.Refused, 10020, "Authentication Failed"),
        ("error_generic_doc", 500, errors.ServerFailed, 500, "Error description"),
    ],
)
def test_a_refusal_is_raised_with_the_servers_code_and_text(sample, name, status, kind, code, reason):
    document = sample(f"v2/{name}")
    error = raised_by(payload, document, status)
    assert (type(error), error.code, error.reason, error.status) == (kind, code, reason, status)
    assert json.loads(error.body) == document


@pytest.mark.parametrize(
    ("name", "status", "code", "reason"),
    [
        ("tradeApiLogin_error_invalid_credentials", 401, 401, "Invalid credentials or TOTP."),
        ("tradeApiLogin_error_missing_field", 400, 400, "Missing required field 'MobileNumber'"),
        ("tradeApiLogin_error_body_status_200", 200, 429, "Invalid UCC"),
        ("tradeApiLogin_error_stat_401", 401, 401, "Invalid credentials"),
        ("tradeApiValidate_error_invalid_mpin", 401, 401, "Invalid MPIN."),
        ("tradeApiValidate_error_body_status_200", 200, 401, "Invalid MPIN"),
        ("tradeApiValidate_error_missing_field", 400, 400, "Missing required field 'Mpin'"),
        ("tradeApiValidate_error_missing_header", 200, 10512, "Required header not found."),
    ],
)
def test_a_refused_login_is_raised_with_the_servers_code_and_text(sample, name, status, code, reason):
    error = raised_by(session_data, sample(f"v2/{name}"), status)
    assert (type(error), error.code, error.reason) == (errors.LoginRefused, code, reason)


@pytest.mark.parametrize("name", ["tradeApiLogin", "tradeApiValidate", "tradeApiValidate_rest_docs"])
def test_a_login_is_its_data(sample, name):
    document = sample(f"v2/{name}")
    assert session_data(answer(document)) == document["data"]


@pytest.mark.parametrize("name", ["place", "modify", "cancel"])
def test_an_acknowledgement_is_the_document(sample, name):
    assert payload(answer(sample(f"v2/{name}"))) == sample(f"v2/{name}")


@pytest.mark.parametrize("name", ["orders", "order_history", "positions", "positions_equity", "positions_v2_ltp"])
def test_a_report_is_its_rows(sample, name):
    document = sample(f"v2/{name}")
    assert rows(answer(document)) == document["data"]


@pytest.mark.parametrize("name", ["quotes_all", "quotes_index", "quotes_depth_inferred"])
def test_quotes_are_rows_without_an_envelope(sample, name):
    assert rows(answer(sample(f"v2/{name}"))) == sample(f"v2/{name}")


@pytest.mark.parametrize("status", [200, 400, 404])
def test_no_data_is_an_empty_report(sample, status):
    assert rows(answer(sample("v2/error_no_data"), status)) == []


def test_no_data_is_a_refusal_outside_of_reports(sample):
    assert raised_by(payload, sample("v2/error_no_data")).code == 5203


def test_a_report_may_hold_one_row_without_a_list():
    assert rows(answer({"stat": "Ok", "data": {"nOrdNo": "1"}})) == [{"nOrdNo": "1"}]


@pytest.mark.parametrize("code", [200, "200", 1000])
def test_success_codes(code):
    assert payload(answer({"stat": "OK", "stCode": code}))["stCode"] == code


@pytest.mark.parametrize(
    "document",
    [
        {"stat": "Not_Ok"},
        {"stat": "not ok", "nOrdNo": "1"},
        {"stat": "Ok", "stCode": 1005, "nOrdNo": "1"},
        {"stat": "Ok", "error": [{"code": "x", "message": "y"}]},
        {"stat": "Ok", "error": "broken"},
        {"stat": "Ok", "error": {"message": "broken"}},
        {"stat": "Ok", "fault": {"code": 1}},
        {"stat": "Ok", "fault": "broken"},
        {"status": "ERROR"},
        {"status": "Failure", "data": []},
        {"status": "failed"},
    ],
)
def test_any_word_of_failure_refuses_a_200(document):
    assert type(raised_by(payload, document)) is errors.Refused


@pytest.mark.parametrize(("key", "reason"), [("message", "a"), ("errMsg", "b"), ("emsg", "c")])
def test_the_reason_may_stand_under_any_of_its_names(key, reason):
    assert raised_by(payload, {"stat": "Not_Ok", key: reason}).reason == reason


@pytest.mark.parametrize("code", ["--5", "five", None, [], {}, 1.5, True])
def test_a_code_that_is_no_number_is_not_followed(code):
    error = raised_by(payload, {"stat": "Not_Ok", "stCode": code, "errMsg": "no"}, 400)
    assert (error.code, error.reason) == (400, "no")


@pytest.mark.parametrize("body", [b"", b"null", b"1", b'"ok"', HTML, b"\xff\xfe", b'{"stat": "Ok"'])
def test_a_200_that_is_no_json_object_is_not_understood(body):
    assert type(raised_by(payload, body)) is errors.AnswerNotUnderstood


@pytest.mark.parametrize("document", [{"stat": "Ok"}, {"data": None}, {"data": "x"}, {"data": [1]}, [1], [[]], None])
def test_a_report_without_rows_is_not_an_empty_report(document):
    assert type(raised_by(rows, document)) is errors.AnswerNotUnderstood


@pytest.mark.parametrize(
    ("status", "kind", "reason"),
    [
        (307, errors.AnswerNotUnderstood, "Temporary Redirect"),
        (400, errors.AnswerNotUnderstood, "Bad Request"),
        (401, errors.SessionExpired, "Unauthorized"),
        (403, errors.SessionExpired, "Forbidden"),
        (429, errors.RateLimited, "Too Many Requests"),
        (500, errors.ServerFailed, "Internal Server Error"),
        (502, errors.ServerFailed, "Bad Gateway"),
        (599, errors.ServerFailed, "Unknown"),
    ],
)
@pytest.mark.parametrize("body", [HTML, b"", b"[]"])
def test_a_failure_without_a_json_object_goes_by_its_status(status, kind, reason, body):
    error = raised_by(payload, body, status)
    assert (type(error), error.code, error.reason, error.body) == (kind, status, reason, body.decode())


@pytest.mark.parametrize("body", [b'{"message": "slow down"}', HTML, b""])
@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "-1"}, 0.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, None),
        ({}, None),
    ],
)
def test_a_rate_limit_gives_the_servers_advice(body, header, seconds):
    assert raised_by(payload, body, 429, **header).retry_after == seconds


HALF_LOGINS = [
    {"data": {"token": TOKEN}},
    {"data": {"token": TOKEN, "sid": ""}},
    {"data": {"token": TOKEN, "sid": None}},
    {"data": {"token": [TOKEN], "sid": "s"}},
    {"data": {"token": TOKEN, "sid": "s", "status": "pending"}},
    {"status": "failure", "data": {"token": TOKEN, "sid": "s"}},
    {"stat": "Not_Ok", "data": {"token": TOKEN, "sid": "s"}},
    [{"data": {"token": TOKEN, "sid": "s"}}],
    b'{"data": {"token": "' + TOKEN.encode() + b'", "sid": "s',
]


@pytest.mark.parametrize("document", HALF_LOGINS)
@pytest.mark.parametrize("status", [200, 401, 500])
def test_half_a_login_is_no_login_and_shows_no_token(document, status):
    error = raised_by(session_data, document, status)
    assert isinstance(error, errors.ApiError)
    assert TOKEN not in f"{error!r} {error} {error.reason} {error.body}"


@pytest.mark.parametrize("document", [{"data": {"token": "", "sid": "s"}}, {"data": {"sid": "s"}}, {"data": []}, {}])
def test_a_login_without_a_token_is_not_understood(document):
    assert type(raised_by(session_data, document)) is errors.AnswerNotUnderstood


def test_an_answer_does_not_show_its_body():
    assert TOKEN not in repr(answer({"data": {"token": TOKEN}}))
