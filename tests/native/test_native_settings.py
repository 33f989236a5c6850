import os

import pytest

from ks_compat.native import ConfigurationError, Settings
from ks_compat.native.settings import WHERE, safe_url

TOTP_SECRET = "KNAU4RCCJ5MFGQKOIRBE6WCTIFHEIQSP"
SECRETS = {
    "access_token": "5a4db0c5-aaaa-4000-8000-5a4db0c50001",
    "mobile_number": "+919876543210",
    "mpin": "864209",
    "totp_secret": TOTP_SECRET,
    "totp": "975310",
}

pytestmark = pytest.mark.usefixtures("clean_env")


@pytest.fixture
def settings_file(clean_env, tmp_path):
    def write(text):
        path = tmp_path / "settings.env"
        path.write_text(text, encoding="utf-8")
        clean_env.setenv("KS_COMPAT_SETTINGS_FILE", str(path))

    return write


def test_nothing_is_needed_before_a_call_needs_it():
    assert Settings.load().access_token is None
    assert Settings.load().login_url == "https://mis.kotaksecurities.com"


@pytest.mark.parametrize("name", [*SECRETS, "ucc", "login_url"])
def test_a_setting_comes_from_the_environment(clean_env, name):
    value = {**SECRETS, "ucc": "AB123", "login_url": "https://example.invalid"}[name]
    clean_env.setenv(f"KS_COMPAT_{name.upper()}", value)
    assert Settings.load().need(name) == value


@pytest.mark.parametrize("name", [*SECRETS, "ucc"])
def test_a_setting_comes_from_the_file(settings_file, name):
    value = {**SECRETS, "ucc": "AB123"}[name]
    settings_file(f"# mine\nOTHER=1\nKS_COMPAT_{name.upper()}={value}\n")
    assert Settings.load().need(name) == value


@pytest.mark.parametrize("name", ["mobile_number", "mpin", "totp_secret"])
def test_the_environment_wins_over_the_file(clean_env, settings_file, name):
    settings_file(f"KS_COMPAT_{name.upper()}=not even valid\n")
    clean_env.setenv(f"KS_COMPAT_{name.upper()}", SECRETS[name])
    assert Settings.load().need(name) == SECRETS[name]


def test_a_keyword_wins_over_the_environment(clean_env):
    clean_env.setenv("KS_COMPAT_MPIN", "111111")
    assert Settings.load(mpin="222222").need("mpin") == "222222"


@pytest.mark.parametrize("name", ["access_token", "ucc"])
def test_what_old_programs_give_yields_to_the_environment(clean_env, name):
    clean_env.setenv(f"KS_COMPAT_{name.upper()}", "of-the-environment")
    assert Settings.load(**{name: "of-the-old-program"}).need(name) == "of-the-environment"


@pytest.mark.parametrize("name", ["access_token", "ucc"])
def test_what_old_programs_give_yields_to_the_file(settings_file, name):
    settings_file(f"KS_COMPAT_{name.upper()}=of-the-file\n")
    assert Settings.load(**{name: "of-the-old-program"}).need(name) == "of-the-file"


@pytest.mark.parametrize("name", ["access_token", "ucc"])
def test_what_old_programs_give_is_used_where_nothing_is_set(clean_env, name):
    clean_env.setenv(f"KS_COMPAT_{name.upper()}", "")
    assert Settings.load(**{name: "of-the-old-program"}).need(name) == "of-the-old-program"


def test_a_settings_file_that_is_not_there_is_an_error(clean_env, tmp_path):
    clean_env.setenv("KS_COMPAT_SETTINGS_FILE", str(tmp_path / "gone.env"))
    with pytest.raises(ConfigurationError, match=r"KS_COMPAT_SETTINGS_FILE: there is no file .*gone\.env"):
        Settings.load()


MALFORMED = [
    ("access_token", "Bearer secret-part"),
    ("access_token", "bearer secret-part"),
    ("access_token", "   "),
    ("access_token", "secret part"),
    ("access_token", "secret\npart"),
    ("access_token", "secret…part"),
    ("mobile_number", "98765"),
    ("mobile_number", "+91987654321x"),
    ("mobile_number", "919876543210"),
    ("mpin", "86420"),
    ("mpin", "8642097"),
    ("mpin", "86420a"),
    ("mpin", "٨٦٤٢٠٩"),
    ("totp_secret", "864209"),
    ("totp_secret", "KNAU4RCC"),
    ("totp_secret", "KNAU4RCCJ5MFGQK1"),
    ("totp", "86420"),
    ("totp", TOTP_SECRET),
    ("totp", "٨٦٤٢٠٩"),
    ("login_url", "http://mis.kotaksecurities.com/secret"),
]


@pytest.mark.parametrize(("name", "value"), MALFORMED)
def test_a_malformed_setting_is_named_explained_and_not_shown(clean_env, name, value):
    clean_env.setenv(f"KS_COMPAT_{name.upper()}", value)
    with pytest.raises(ConfigurationError) as caught:
        Settings.load()
    assert caught.value.setting == f"KS_COMPAT_{name.upper()}"
    assert WHERE[name] in str(caught.value)
    assert not value.strip() or value not in f"{caught.value} {caught.value!r}"
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("name", [*SECRETS, "ucc"])
def test_a_missing_setting_is_named_and_explained(name):
    with pytest.raises(ConfigurationError, match=f"KS_COMPAT_{name.upper()}: is not set") as caught:
        Settings.load().need(name)
    assert WHERE[name] in str(caught.value)


@pytest.mark.parametrize("written", [" token-0001 ", "token-0001\n", "\ttoken-0001"])
def test_blanks_around_the_access_token_are_dropped(clean_env, written):
    clean_env.setenv("KS_COMPAT_ACCESS_TOKEN", written)
    assert Settings.load().need("access_token") == "token-0001"


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("9876543210", "+919876543210"),
        ("98765 43210", "+919876543210"),
        ("+91 98765-43210", "+919876543210"),
        ("+44 (20) 79460000", "+442079460000"),
    ],
)
def test_a_mobile_number_gets_its_country_code(written, number):
    assert Settings.load(mobile_number=written).need("mobile_number") == number


@pytest.mark.parametrize("written", ["knau 4rcc j5mf gqko", "KNAU-4RCC-J5MF-GQKO", "KNAU4RCCJ5MFGQKO"])
def test_a_totp_secret_may_be_written_in_groups(written):
    assert Settings.load(totp_secret=written).need("totp_secret") == "KNAU4RCCJ5MFGQKO"


@pytest.mark.parametrize(
    "url",
    [
        "https://mis.kotaksecurities.com",
        "https://neo-gw.kotaksecurities.com/xyz/",
        "http://127.0.0.1:8080",
        "http://127.9.9.9",
        "http://[::1]:8080",
        "http://localhost:8080/",
    ],
)
def test_https_and_this_machine_are_taken(url):
    assert safe_url(url) == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "http://mis.kotaksecurities.com",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "http://127.0.0.1@example.com",
        "http://10.0.0.1",
        "http://0.0.0.0:8080",
        "ftp://127.0.0.1",
        "//127.0.0.1",
        "127.0.0.1:8080",
        "https://",
        "",
    ],
)
def test_any_other_url_is_refused(url):
    with pytest.raises(ValueError, match="must start with https://"):
        safe_url(url)


def test_no_secret_shows():
    settings = Settings.load(**SECRETS)
    shown = f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    assert [value for value in SECRETS.values() if value in shown] == []


def test_old_instrument_files_are_a_list_of_paths(clean_env, tmp_path):
    clean_env.setenv(
        "KS_COMPAT_V1_INSTRUMENTS", os.pathsep.join([str(tmp_path / "a.txt"), "", str(tmp_path / "b.txt")])
    )
    assert Settings.load().v1_instruments == [tmp_path / "a.txt", tmp_path / "b.txt"]


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_a_settings_file_in_another_encoding_is_named_with_the_way_out(clean_env, tmp_path, encoding):
    file = tmp_path / "my.env"
    file.write_bytes("KS_COMPAT_UCC=AB123  # Zoë's".encode(encoding))
    clean_env.setenv("KS_COMPAT_SETTINGS_FILE", str(file))
    with pytest.raises(
        ConfigurationError, match=r"SETTINGS_FILE: .*my\.env is not in UTF-8: save it as UTF-8"
    ) as caught:
        Settings.load()
    assert caught.value.__suppress_context__  # a UnicodeDecodeError holds the whole file


def test_a_tilde_is_the_home_folder(clean_env, tmp_path):
    clean_env.setenv("HOME", str(tmp_path))
    clean_env.setenv("USERPROFILE", str(tmp_path))
    clean_env.setenv("KS_COMPAT_HOME", "~/kept here")
    clean_env.setenv("KS_COMPAT_V1_INSTRUMENTS", "~/old.txt")
    found = Settings.load()
    assert (found.home, found.v1_instruments) == (tmp_path / "kept here", [tmp_path / "old.txt"])


@pytest.mark.parametrize("name", ["KS_COMPAT_HOME", "KS_COMPAT_V1_INSTRUMENTS"])
def test_a_home_folder_that_is_not_there_is_told_by_the_setting(clean_env, name):
    clean_env.setenv(name, "~nobody-of-that-name/x")
    with pytest.raises(ConfigurationError, match=f"{name}: .*home folder"):
        Settings.load()


def test_a_user_without_a_home_folder_is_told_what_to_set(clean_env):
    def homeless(_):
        raise RuntimeError("Could not determine home directory.")  # as pathlib says it

    clean_env.delenv("KS_COMPAT_HOME")
    clean_env.setattr("platformdirs.user_cache_path", homeless)
    with pytest.raises(ConfigurationError, match="KS_COMPAT_HOME: is not set, and this user has no home folder"):
        Settings.load()
