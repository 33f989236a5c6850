"""Native errors as the old SDK's exceptions."""

import json

import pytest

from ks_compat.exceptions import ApiException, ApiValueError
from ks_compat.native import Order, errors
from ks_compat.v1 import old_error

API_ERRORS = [
    errors.LoginRefused,
    errors.SessionExpired,
    errors.AddressNotAllowed,
    errors.RateLimited,
    errors.Refused,
    errors.ServerFailed,
    errors.AnswerNotUnderstood,
]


def subclasses(kind):
    return {kind, *(deeper for child in kind.__subclasses__() for deeper in subclasses(child))}


@pytest.mark.parametrize(
    ("step", "text"),
    [
        ("totp_login", "Please invoke 'login' function first"),
        ("totp_validate", "Please invoke 'session_2fa' function first"),
    ],
)
def test_a_missing_login_step(step, text):
    old = old_error(errors.NotLoggedIn(step))
    assert (type(old), str(old)) == (ApiValueError, text)


@pytest.mark.parametrize("kind", API_ERRORS)
def test_a_servers_refusal(kind):
    old = old_error(kind(1021, "order is completed", status=200, body='{"stCode": 1021}'))
    assert type(old) is ApiException
    assert (old.status, old.reason, old.body, old.headers) == (1021, "order is completed", '{"stCode": 1021}', None)


@pytest.mark.parametrize("kind", [errors.SessionExpired, errors.RateLimited, errors.ServerFailed])
@pytest.mark.parametrize(("status", "phrase"), [(401, "Unauthorized"), (429, "Too Many Requests"), (599, "Unknown")])
def test_a_failure_by_http_status_is_told_by_it(kind, status, phrase):
    old = old_error(kind(1003, "Invalid session", status=status, body="{}"))
    assert (old.status, old.reason, old.body) == (status, phrase, "{}")


@pytest.mark.parametrize("kind", [errors.Refused, errors.LoginRefused, errors.AddressNotAllowed])
def test_a_business_refusal_is_told_by_its_own_code_whatever_the_http_status(kind):
    old = old_error(kind(1021, "order is completed", status=400, body="{}"))
    assert (old.status, old.reason) == (1021, "order is completed")


def test_a_refusal_without_a_body():
    old = old_error(errors.ServerFailed(502, "Bad Gateway", status=502, body=""))
    assert old.body is None
    assert str(old) == "(502)\nReason: Bad Gateway\n"


@pytest.mark.parametrize(("setting", "name"), [("KS_COMPAT_ACCESS_TOKEN", "access_token"), ("KS_COMPAT_UCC", "userid")])
def test_a_setting_that_was_an_old_argument(setting, name):
    old = old_error(errors.ConfigurationError(setting, "is not set."))
    assert type(old) is ApiValueError
    assert str(old) == (
        f"Please provide the {name} paramater while creating KSTradeApi object, or supply in settings file. "
        f"Without {name} the API cannot be accessed. {setting}: is not set."
    )


@pytest.mark.parametrize(
    "error",
    [
        errors.ConfigurationError("KS_COMPAT_MPIN", "is not set."),
        errors.InvalidRequest("quantity must be at least 1, got 0."),
        errors.InstrumentRefused("Old token 999 is not in any instrument file you gave."),
    ],
)
def test_what_was_never_sent_is_a_value_error(error):
    old = old_error(error)
    assert (type(old), str(old)) == (ApiValueError, str(error))


@pytest.mark.parametrize(
    "error",
    [
        errors.NotSent("POST x: no connection"),
        errors.NoAnswer("GET x: no answer"),
        errors.OrderOutcomeUnknown("look for the tag t-1", "t-1"),
    ],
)
def test_a_call_without_an_answer_has_status_0_and_a_fault(error):
    old = old_error(error)
    assert (type(old), old.status, old.reason) == (ApiException, 0, str(error))
    assert json.loads(old.body)["fault"]["description"] == type(error).__name__


def test_every_native_error_becomes_an_old_one():
    given = {
        errors.ConfigurationError: ("KS_COMPAT_MPIN", "x"),
        errors.NotLoggedIn: ("totp_login",),
        errors.OrderOutcomeUnknown: ("x", "tag"),
        errors.OrderNotChanged: ("x", Order()),
        errors.OrderNotSettled: ("x", None),
    }
    for kind in subclasses(errors.NeoError):
        if issubclass(kind, errors.ApiError):
            error = kind(1, "x", status=400, body="x")
        else:
            error = kind(*given.get(kind, ("x",)))
        assert type(old_error(error)) in (ApiException, ApiValueError), kind
