"""Every import of the old package that spec/v1.md 1 lists, under the new name and, in a bot, under the old one."""

import importlib
import subprocess
import sys

import pytest

import ks_compat

APIS = {
    "HistoricalApi": "historical_api",
    "MISOrderApi": "mis_order_api",
    "MarginApi": "margin_api",
    "MarginTradingApi": "margin_trading_api",
    "NormalOrderApi": "normal_order_api",
    "OrderApi": "order_api",
    "PositionsApi": "positions_api",
    "QuoteApi": "quote_api",
    "ReportsApi": "reports_api",
    "SessionApi": "session_api",
    "SmartOrderRoutingApi": "smart_order_routing_api",
    "SuperMultipleOrderApi": "super_multiple_order_api",
    "TokenApi": "token_api",
}
MODELS = {
    "NewNormalOrder": "new_normal_order",
    "NewMTFOrder": "new_mtf_order",
    "NewMISOrder": "new_mis_order",
    "NewSMOrder": "new_sm_order",
    "NewSOROrder": "new_sor_order",
    "NewOrder": "new_order",
    "ExistingOrder": "existing_order",
    "ExistingNormalOrder": "existing_normal_order",
    "ExistingSMOrder": "existing_sm_order",
    "ExistingMTFOrder": "existing_mtf_order",
    "ExistingMISOrder": "existing_mis_order",
    "ExistingSOROrder": "existing_sor_order",
    "ReqMargin": "req_margin",
    "OrderInfo": "order_info",
    "UserCredentials": "user_credentials",
    "UserDetails": "user_details",
    "Fault": "fault",
    "Bracketplace": "bracketplace",
    "Bracketmodify": "bracketmodify",
    "Tsloplace": "tsloplace",
    "Tslomodify": "tslomodify",
    "Gtcplace": "gtcplace",
    "Gtcmodify": "gtcmodify",
    "Ctdplace": "ctdplace",
    "Ctdmodify": "ctdmodify",
    "Codplace": "codplace",
    "Codmodify": "codmodify",
}
MODELS_ONLY = {"InlineObject": "inline_object", "MarginDet": "margin_det", "Orders": "orders"}
ERRORS = ["OpenApiException", "ApiTypeError", "ApiValueError", "ApiKeyError", "ApiAttributeError", "ApiException"]

FORMS = [
    "from ks_api_client import ks_api; ks_api.KSTradeApi",
    "from ks_api_client.ks_api import KSTradeApi",
    "import ks_api_client.ks_api; ks_api_client.ks_api.KSTradeApi",
    "import ks_api_client.ks_api as k; k.KSTradeApi",
    "import ks_api_client; ks_api_client.settings.access_token, ks_api_client.rest.ApiException",
    "import ks_api_client; ks_api_client.models.NewOrder, ks_api_client.api.OrderApi",
    "import ks_api_client; ks_api_client.api_client.ApiClient",
    "import ks_api_client; ks_api_client.configuration.Configuration, ks_api_client.exceptions.ApiException",
    f"from ks_api_client.exceptions import {', '.join(ERRORS)}, render_path",
    "from ks_api_client.rest import ApiException, ApiValueError, RESTClientObject, RESTResponse, logger",
    "from ks_api_client.models import NewOrder, Orders",
    "from ks_api_client.models.new_order import NewOrder",
    "import ks_api_client.models.new_mtf_order as m; m.NewMTFOrder",
    "from ks_api_client.settings import access_token, ip, broadcast_host",
    "from ks_api_client.configuration import Configuration, JSON_SCHEMA_VALIDATION_KEYWORDS",
    "from ks_api_client.api_client import ApiClient",
    "from ks_api_client.api import OrderApi, TokenApi",
    "from ks_api_client.api.order_api import OrderApi",
    "import ks_api_client.api.mis_order_api; ks_api_client.api.mis_order_api.MISOrderApi",
    "from ks_api_client import *; KSTradeApi = None; NewOrder, OrderApi, ApiException, rest, settings",
]


def python(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("form", FORMS)
def test_the_old_forms_with_the_new_name(form):
    done = python(form.replace("ks_api_client", "ks_compat"))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("form", FORMS)
def test_the_old_forms_in_a_bot(form):
    done = python(f"from ks_compat.runner import answer_old_imports\nanswer_old_imports()\n{form}")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", [*APIS, *MODELS, *ERRORS, "ApiClient", "Configuration"])
def test_the_package_carries(name):
    assert isinstance(getattr(ks_compat, name), type)
    assert name in dir(ks_compat)


@pytest.mark.parametrize("name", MODELS_ONLY)
def test_three_models_are_in_models_only(name):
    assert isinstance(getattr(ks_compat.models, name), type)
    assert not hasattr(ks_compat, name)


@pytest.mark.parametrize(("name", "module"), {**MODELS, **MODELS_ONLY}.items())
def test_each_model_has_its_module(name, module):
    assert getattr(importlib.import_module(f"ks_compat.models.{module}"), name) is getattr(ks_compat.models, name)


@pytest.mark.parametrize(("name", "module"), APIS.items())
def test_each_low_level_class_has_its_module(name, module):
    assert getattr(importlib.import_module(f"ks_compat.api.{module}"), name) is getattr(ks_compat.api, name)


def test_ks_api_is_not_bound_by_the_package():
    done = python("import ks_compat; print(hasattr(ks_compat, 'ks_api'), hasattr(ks_compat, 'settings'))")
    assert done.stdout == "False True\n"


def test_the_version_is_our_own():
    assert ks_compat.__version__ != "1.0.0"


@pytest.mark.parametrize(
    "name", ["ApiException", "ApiValueError", "json", "base64", "os", "urllib", "NewOrder", "InlineObject", "OrderInfo"]
)
def test_what_the_old_module_carried_by_its_imports(name):
    from ks_compat import ks_api

    assert getattr(ks_api, name) is not None


def test_the_stream_address_of_the_old_module():
    from ks_compat import ks_api

    assert ks_api.broadcast_host == "https://wstreamer.kotaksecurities.com/feed"


@pytest.mark.parametrize("name", ["requests", "socketio", "make_headers", "nothing"])
def test_what_ks_api_does_not_carry(name):
    from ks_compat import ks_api

    with pytest.raises(AttributeError, match=f"module 'ks_compat.ks_api' has no attribute '{name}'"):
        getattr(ks_api, name)


def test_settings_of_the_old_package():
    code = "from ks_compat import settings; print({k: v for k, v in vars(settings).items() if k[0] != '_'})"
    empty = ("access_token", "userid", "consumer_key", "app_id", "consumer_secret")
    assert eval(python(code).stdout) == {
        **dict.fromkeys([*empty, "proxy_url", "proxy_user", "proxy_pass", "cacert_file", "cacert_dir"], ""),
        "ip": "127.0.0.1",
        "broadcast_host": "https://wstreamer.kotaksecurities.com/feed",
    }


HEAVY = {"libcst", "typer", "ks_compat.sandbox", "starlette", "uvicorn", "ks_codemods", "multiprocessing.pool"}
LATE = {"ks_compat.models", "ks_compat.api", "ks_compat.api_client", "ks_compat.rest"}


def test_importing_ks_api_loads_nothing_heavy():
    done = python("import sys, ks_compat.ks_api; print(*sys.modules)")
    assert set(done.stdout.split()) & (HEAVY | LATE) == set()


@pytest.mark.parametrize("module", ["models", "api", "rest", "settings", "configuration", "api_client"])
def test_the_other_old_modules_load_no_client(module):
    done = python(f"import sys, ks_compat.{module}; print(*sys.modules)")
    loaded = set(done.stdout.split())
    assert loaded & {"libcst", "typer", "starlette", "httpx", "pydantic", "ks_compat.native", "ks_compat.v1"} == set()
