"""The old exception classes: spec/v1.md 5.1."""

from types import SimpleNamespace

import pytest

import ks_compat
from ks_compat import exceptions, ks_api
from ks_compat.exceptions import (
    ApiAttributeError,
    ApiException,
    ApiKeyError,
    ApiTypeError,
    ApiValueError,
    OpenApiException,
)

BUILT_IN = {
    ApiTypeError: TypeError,
    ApiValueError: ValueError,
    ApiAttributeError: AttributeError,
    ApiKeyError: KeyError,
    ApiException: Exception,
}


@pytest.mark.parametrize("kind", BUILT_IN)
def test_old_programs_catch_by_either_base(kind):
    assert issubclass(kind, OpenApiException)
    assert issubclass(kind, BUILT_IN[kind])


@pytest.mark.parametrize("kind", [*BUILT_IN, OpenApiException])
def test_every_place_of_import_gives_the_same_class(kind):
    assert getattr(ks_compat, kind.__name__) is getattr(exceptions, kind.__name__) is kind


def test_the_client_module_has_the_exceptions_that_old_programs_import_from_it():
    assert (ks_api.ApiException, ks_api.ApiValueError) == (ApiException, ApiValueError)


@pytest.mark.parametrize("kind", [ApiTypeError, ApiValueError, ApiAttributeError])
@pytest.mark.parametrize(
    ("path", "text"),
    [(None, "wrong"), ([], "wrong"), (["a"], "wrong at ['a']"), (["a", 0, "b"], "wrong at ['a'][0]['b']")],
)
def test_the_path_to_the_item_ends_the_message(kind, path, text):
    error = kind("wrong", path_to_item=path)
    assert (str(error), error.path_to_item) == (text, path)


def test_a_key_error_shows_its_message_quoted():
    assert str(ApiKeyError("wrong", ["a"])) == repr("wrong at ['a']")


def test_a_type_error_keeps_its_keywords():
    error = ApiTypeError("wrong", ["a"], (int,), True)
    assert (error.path_to_item, error.valid_classes, error.key_type) == (["a"], (int,), True)


def test_an_api_exception_of_its_parts():
    error = ApiException(status=401, reason="Unauthorized", body='{"fault": 1}')
    assert str(error) == '(401)\nReason: Unauthorized\nHTTP response body: {"fault": 1}\n'
    assert error.headers is None


def test_an_empty_api_exception():
    error = ApiException()
    assert str(error) == "(None)\nReason: None\n"
    assert repr(error) == "ApiException()"
    assert (error.status, error.reason, error.body, error.headers) == (None, None, None, None)


RESPONSE = SimpleNamespace(status=404, reason="Not Found", data="gone", getheaders=lambda: {"A": "1"})


def test_an_api_exception_of_a_response():
    error = ApiException(http_resp=RESPONSE)
    assert (error.status, error.reason, error.body, error.headers) == (404, "Not Found", "gone", {"A": "1"})
    assert str(error) == ("(404)\nReason: Not Found\nHTTP response headers: {'A': '1'}\nHTTP response body: gone\n")


def test_parts_win_over_the_response():
    error = ApiException(status=1, reason="mine", body="b", http_resp=RESPONSE)
    assert (error.status, error.reason, error.body) == (1, "mine", "b")


def test_empty_parts_do_not_win_over_the_response():
    error = ApiException(status=0, reason="", body="", http_resp=RESPONSE)
    assert (error.status, error.reason, error.body) == (404, "Not Found", "gone")
