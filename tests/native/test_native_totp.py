import base64
import hmac
import struct

import pytest

from ks_compat.native import ConfigurationError, Settings, ambient
from ks_compat.native.totp import code, fresh

# RFC 6238, appendix B, SHA-1: the secret 12345678901234567890, the last six of eight digits.
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

pytestmark = pytest.mark.usefixtures("clean_env")


@pytest.mark.parametrize(
    ("moment", "digits"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_the_code_of_a_secret_is_that_of_rfc_6238(moment, digits):
    with ambient.fixed(moment):
        assert code(None, Settings(totp_secret=RFC_SECRET)) == digits


def test_a_given_code_is_used():
    assert code(" 012345 ", Settings(totp="999999")) == "012345"


def test_a_function_is_asked_at_login():
    assert code(lambda: "012345", Settings()) == "012345"


def test_a_code_of_the_settings_comes_before_the_secret():
    assert code(None, Settings(totp="012345", totp_secret=RFC_SECRET)) == "012345"


@pytest.mark.parametrize("source", ["12345", "1234567", "12345a", "", "١٢٣٤٥٦", RFC_SECRET, lambda: "x", lambda: 12345])
def test_what_is_no_code_is_refused_and_not_shown(source):
    with pytest.raises(ConfigurationError, match=r"^KS_COMPAT_TOTP: is not a six-digit code") as caught:
        code(source, Settings())
    assert not isinstance(source, str) or not source or source not in str(caught.value)


def test_without_code_and_secret_the_secret_is_asked_for():
    with pytest.raises(ConfigurationError, match="KS_COMPAT_TOTP_SECRET: is not set"):
        code(None, Settings())


def rfc_4226(key, counter):
    digest = hmac.digest(key, struct.pack(">Q", counter), "sha1")
    offset = digest[-1] & 15
    return f"{(int.from_bytes(digest[offset : offset + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


@pytest.mark.parametrize("key", [b"0123456789", b"0123456789ab", b"x" * 20, b"y" * 32])
def test_a_secret_of_any_length_gives_the_authenticators_code(key):
    secret = base64.b32encode(key).decode().rstrip("=")
    with ambient.fixed(1111111109):
        assert code(None, Settings(totp_secret=secret)) == rfc_4226(key, 1111111109 // 30)


@pytest.mark.parametrize("cut", [1, 3, 6])
def test_a_secret_that_is_not_whole_is_named_and_not_shown(cut):
    secret = RFC_SECRET[: 24 + cut]
    with pytest.raises(ConfigurationError, match="KS_COMPAT_TOTP_SECRET: is not whole") as caught:
        code(None, Settings(totp_secret=secret))
    assert secret not in str(caught.value)
    assert caught.value.__suppress_context__


def test_fresh_codes_come_from_a_function_or_the_secret():
    assert fresh(lambda: "012345", Settings())() == "012345"
    with ambient.fixed(59):
        assert fresh("999999", Settings(totp="999999", totp_secret=RFC_SECRET))() == "287082"


@pytest.mark.parametrize("source", ["999999", None])
def test_one_code_is_not_fresh_twice(source):
    assert fresh(source, Settings(totp="999999")) is None
