"""A client of the old surface that speaks the old wire: it stands for ``ks_api_client`` in the demo and in tests.

The real package cannot be installed from PyPI; this is built from spec/v1.md 2 to 5 and shares no code with it. Paths,
headers, bodies, checks, envelopes and exceptions are the old ones. What it leaves out: streaming, ``token`` and
``revoke``, settings files, the fail-over between hosts, the low-level classes; and the old retries, which sent a PUT or
DELETE up to four times (spec/v1.md 5.4) and would hide what a test counts.
"""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote as percent_encoded

import httpx

from ks_compat.exceptions import ApiException, ApiValueError

Answer = dict[str, Any]

_PLACE_PATHS = {
    "O": "orders",
    "N": "order/normal",
    "SM": "order/supermultiple",
    "SOR": "order/sor",
    "MTF": "order/mtf",
    "MIS": "order/mis",
}
_QUOTES = {None: "", "LTP": "ltp/", "DEPTH": "depth/", "OHLC": "ohlc/"}
_POSITIONS = ("TODAYS", "OPEN", "STOCKS")
_SIDES = ["BUY", "SELL"]
_VALIDITIES = ["GFD", "IOC"]
_VARIETIES = ["REGULAR", "AMO", "SQUAREOFF"]
_PRODUCTS = [
    "NORMAL", "SUPERMULTIPLE", "SUPERMULTIPLEOPTION", "MTF", "SOR", "TSLONEW", "BRACKETNEW", "TSLO", "BRACKET", "GTC",
    "COD", "CONVERT",
]  # fmt: skip
_USER_AGENT = "KSTradeApi-python/1.0.0/python"
_JSON = "application/json"


class KSTradeApi:
    """The old client, version 1.1.0, on the old API."""

    def __init__(
        self,
        access_token: str | None = None,
        userid: str | None = None,
        consumer_key: str | None = None,
        ip: str | None = None,
        app_id: str = "",
        host: str | None = None,
        proxy_url: str | None = None,  # noqa: ARG002 - of the old surface
        proxy_user: str | None = None,  # noqa: ARG002
        proxy_pass: str | None = None,  # noqa: ARG002
        consumer_secret: str | None = None,
        *,
        timeout: float | None = 60.0,
    ) -> None:
        """Opens the session's first call, as the old constructor did. ``timeout`` is ours: the old client had none."""
        for name, value in (("access_token", access_token), ("userid", userid), ("consumer_key", consumer_key)):
            if not value:
                raise ApiValueError(
                    f"Please provide the {name} paramater while creating KSTradeApi object, or supply in settings "
                    f"file. Without {name} the API cannot be accessed."
                )
        self.access_token, self.userid, self.consumer_key = access_token, userid, consumer_key
        self.ip, self.app_id, self.consumer_secret = ip or "127.0.0.1", app_id, consumer_secret or ""
        self.host = host or "https://tradeapi.kotaksecurities.com/apim"
        self._http = httpx.Client(timeout=timeout, trust_env=False, follow_redirects=False)
        answer = self._init()
        there = _inner(answer)["redirect"]["host"]
        if there != self.host:
            self.host = there
            self._init()

    # -- session -------------------------------------------------------------------------------------------------------

    def login(self, password: str | None) -> Answer:
        """User id and password against a one-time token. Returns the whole body."""
        body = _present({"userid": self.userid, "password": password})
        answer = self._call("POST", "/session/1.0/session/login/userid", self._application(), body)
        self.one_time_token = _inner(answer)["oneTimeToken"]
        return answer

    def session_2fa(self, access_code: Any = None) -> Answer:
        """The second factor. Returns the inner dict."""
        if "one_time_token" not in vars(self):
            raise ApiValueError("Please invoke 'login' function first")
        if not self.one_time_token:
            raise ApiValueError("No one time token found. Please invoke 'session_login_api' function first")
        body = {"userid": self.userid, **({"accessCode": access_code} if access_code else {})}
        headers = {"oneTimeToken": self.one_time_token, **self._application()}
        step = "accesscode" if access_code else "oneTimeToken"
        inner = _inner(self._call("POST", f"/session/1.0/session/2FA/{step}", headers, body))
        self.session_token = inner["sessionToken"]
        return inner

    def logout(self) -> Answer:
        """Ends the session at the server; the client keeps its token, as the old one did."""
        self._need_session()
        headers = {"sessionToken": self.session_token, **self._application(), "userid": str(self.userid)}
        return self._call("DELETE", "/session/1.0/session/logout", headers)

    # -- orders --------------------------------------------------------------------------------------------------------

    def place_order(
        self,
        order_type: str,
        instrument_token: Any,
        transaction_type: str,
        quantity: Any,
        price: Any,
        disclosed_quantity: Any = 0,
        trigger_price: Any = 0,
        tag: str | None = "string",
        validity: str = "GFD",
        variety: str = "REGULAR",
        product: str | None = None,
        smart_order_routing: str | None = None,
    ) -> Answer:
        """Places an order."""
        self._need_session()
        if order_type != "O" and product:
            raise ApiValueError("Product can be supplied only if Order Type value is 'O'")
        if order_type == "O" and not product:
            raise ApiValueError("Please pass product paramater with order_type = 'O' OR change order_type")
        if order_type not in _PLACE_PATHS:
            raise TypeError(
                "Provided order type is invalid, use either of O(Order), N(Normal Order), SM(Super Multiple Order), "
                "SOR(Smart Order Routing), MTF(Margin Tading Facility) or MIS"
            )
        _one_of("transactionType", transaction_type, _SIDES)
        if order_type == "O":
            _one_of("product", product, _PRODUCTS)
        _one_of("validity", validity, _VALIDITIES[:1] if order_type in ("SM", "SOR") else _VALIDITIES)
        _one_of("variety", variety, _VARIETIES[:1] if order_type == "SOR" else _VARIETIES)
        general = order_type == "O"
        body = {
            "instrumentToken": instrument_token,
            "transactionType": transaction_type,
            "quantity": quantity,
            "price": price,
            "product": product if general else None,
            "validity": validity,
            "variety": variety,
            "disclosedQuantity": disclosed_quantity,
            "triggerPrice": trigger_price,
            "tag": tag,
            "smartOrderRouting": smart_order_routing if general else None,
        }
        return self._in_session("POST", f"/orders/1.0/{_PLACE_PATHS[order_type]}", _present(body))

    def modify_order(
        self, order_id: Any, price: Any, quantity: Any, disclosed_quantity: Any, trigger_price: Any, validity: str
    ) -> Answer:
        """Gives an open order new terms, by the general endpoint whatever its kind."""
        self._need_session()
        for name, value in (("orderId", order_id), ("validity", validity)):
            if value is None:
                raise ValueError(f"Invalid value for `{name}`, must not be `None`")
        _one_of("validity", validity, _VALIDITIES)
        body = {
            "orderId": order_id,
            "quantity": quantity,
            "price": price,
            "disclosedQuantity": disclosed_quantity,
            "triggerPrice": trigger_price,
            "validity": validity,
        }
        return self._in_session("PUT", "/orders/1.0/orders", _present(body))

    def cancel_order(self, order_id: Any) -> Answer:
        """Cancels an order."""
        self._need_session()
        return self._in_session("DELETE", f"/orders/1.0/orders/{_part('orderId', order_id, 'cancel_order')}")

    def get_order_id(self, order_res: Answer) -> str:
        """The order number of an order answer, as text."""
        inner = _inner(order_res)
        chosen = next((inner[name] for name in ("NSE", "BSE") if (inner.get(name) or {}).get("orderId")), inner)
        return str(chosen["orderId"])

    # -- reports, money, market ----------------------------------------------------------------------------------------

    def order_report(self, order_id: Any = None, is_fno: Any = "") -> Answer:
        """The order book, or the states of one order."""
        return self._report("orders", order_id, is_fno)

    def trade_report(self, order_id: Any = None, is_fno: Any = "") -> Answer:
        """The fills, or the states of one order."""
        return self._report("trades", order_id, is_fno)

    def positions(self, position_type: str) -> Answer:
        """``TODAYS``, ``OPEN`` or ``STOCKS``."""
        self._need_session()
        if position_type not in _POSITIONS:
            raise TypeError("Provided position type is invalid, use either of TODAYS, OPEN or STOCKS")
        return self._in_session("GET", f"/positions/1.0/positions/{position_type.lower()}")

    def margin_required(self, transaction_type: str | None, order_info: list[dict[str, Any]]) -> Answer:
        """What orders need."""
        self._need_session()
        if transaction_type is not None:
            _one_of("transactionType", transaction_type, _SIDES)
        body = {"transactionType": transaction_type, "orderInfo": self.convertArray(order_info)}
        return self._in_session("POST", "/margin/1.0/margin/required", _present(body))

    def margin(self) -> Answer:
        """The account's funds."""
        return self._in_session("GET", "/margin/1.0/margin")

    def quote(self, instrument_token: Any, quote_type: str | None = None) -> Answer:
        """Quotes of one instrument, or of several joined by ``-``."""
        self._need_session()
        if quote_type not in _QUOTES:
            raise TypeError("Provided quote type is invalid, use either of LTP, DEPTH or OHLC")
        tokens = _part("instrumentTokens", instrument_token, "get_instruments_details")
        return self._in_session("GET", f"/quotes/v1.0/{_QUOTES[quote_type]}instruments/{tokens}")

    def history(self, resource: str, json_input: Any) -> Answer:
        """Never answered by the real server but with 404."""
        self._need_session()
        text = base64.urlsafe_b64encode(json.dumps(json_input).encode()).decode()
        path = f"/trade/1.0.0/equity/{_encoded(resource)}/i/{_encoded(text)}"
        return self._call("GET", path, {})

    # -- helpers of the old surface ------------------------------------------------------------------------------------

    def convertObject(self, object: dict[str, Any]) -> dict[str, Any]:  # noqa: A002, N802 - the old names
        """Keys like ``trigger_price`` as ``triggerPrice``."""
        words = ((key.split("_"), value) for key, value in object.items())
        return {first + "".join(word.title() for word in rest): value for (first, *rest), value in words}

    def convertArray(self, array: list[dict[str, Any]]) -> list[dict[str, Any]]:  # noqa: N802
        """The same for each dict of a list."""
        return [self.convertObject(item) for item in array]

    def close(self) -> None:
        """Closes the connections; the old client had no such method."""
        self._http.close()

    def __repr__(self) -> str:
        return f"<KSTradeApi (old wire) at {self.host}>"

    # -- the wire ------------------------------------------------------------------------------------------------------

    def _init(self) -> Answer:
        headers = {"userid": str(self.userid), **self._application()}
        return self._call("GET", "/session/1.0/session/init", headers)

    def _application(self) -> dict[str, str]:
        return {"consumerKey": str(self.consumer_key), "ip": self.ip, "appId": self.app_id}

    def _report(self, name: str, order_id: Any, is_fno: Any) -> Answer:
        self._need_session()
        path = f"/reports/1.0/{name}"
        if order_id is not None:
            path += f"/{_encoded(order_id)}"
            path += f"/{is_fno.upper()}" if is_fno in ("Y", "N", "y", "n") else ""
        return self._in_session("GET", path)

    def _need_session(self) -> None:
        if "session_token" not in vars(self):
            raise ApiValueError("Please invoke 'session_2fa' function first")

    def _in_session(self, method: str, path: str, body: Answer | None = None) -> Answer:
        headers = {"consumerKey": str(self.consumer_key), "sessionToken": self.session_token}
        return self._call(method, path, headers, body)

    def _call(self, method: str, path: str, headers: dict[str, str], body: Answer | None = None) -> Answer:
        common = {
            "Accept": _JSON,
            "User-Agent": _USER_AGENT,
            "Authorization": f"Bearer {self.access_token}",
            "Content-Type": _JSON,
        }
        content = None if body is None else json.dumps(body).encode()
        response = self._http.request(method, self.host + path, headers={**headers, **common}, content=content)
        if not 200 <= response.status_code <= 299:
            raise ApiException(status=response.status_code, reason=response.reason_phrase, body=response.text)
        answer: Answer = json.loads(response.text)
        fault = answer.get("fault")
        if fault:
            raise ApiException(status=fault["code"], reason=fault["message"], body=response.text)
        return answer


def _inner(answer: Answer) -> Answer:
    return answer.get("Success") or answer.get("success")  # type: ignore[return-value]


def _present(body: Answer) -> Answer:
    return {name: value for name, value in body.items() if value is not None}


def _one_of(name: str, value: Any, allowed: list[str]) -> None:
    if value is not None and value not in allowed:
        raise ValueError(f"Invalid value for `{name}` ({value}), must be one of {allowed}")


def _part(name: str, value: Any, call: str) -> str:
    if value is None:
        raise ApiValueError(f"Missing the required parameter `{name}` when calling `{call}`")
    return _encoded(value)


def _encoded(value: Any) -> str:
    return percent_encoded(str(value), safe="-" if str(value).replace("-", "").isalnum() else "")
