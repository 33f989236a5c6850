import pytest

from ks_compat.native import ConfigurationError, Settings, ambient
from ks_compat.native.totp import code

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
