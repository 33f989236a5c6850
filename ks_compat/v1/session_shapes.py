"""The old answers of the session calls: what v2 knows, and the constants of what it does not (spec/v1.md 6). Pure.

v2 gives no e-mail address, phone number, name or login time; they are empty. Hosts of services that are gone are empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ks_compat.native.session import Session

Answer = dict[str, Any]
_EXCHANGES = {"CASH": ("NSE", "BSE"), "CDS": (), "COMMODITY": ("MCX",), "FNO": ("NSE", "BSE")}
"""What v2 takes orders for; whether the account may is not known before the first order. v2 has no currency."""


def session_init_answer(userid: str, host: str) -> Answer:
    """The old answer to the constructor's own call, which is not made any more. ``host``: where the client is."""
    return {
        "Success": {
            "clientType": "ONLINE",
            "encryption": {"keySize": 0, "publickKey": "", "type": "PLAIN"},
            "isNRI": "N",
            "message": "",
            "redirect": _host(host),
            "service": _host(host),
            "status": "Success",
            "userType": "G",
            "userid": userid,
        }
    }


def login_answer(session: Session) -> Answer:
    """The old ``login`` answer."""
    return {
        "Success": {
            "Status": "Temporary",
            "accessCodeTime": "",
            "biometric": "N",
            "clientType": "ONLINE",
            "emailId": "",
            "message": "Authentication Successful.",
            "mpin": "Y",
            "oneTimeToken": session.dump(),
            "phoneNo": "",
            "redirect": {**_host(""), "userid": session.ucc},
            "userid": session.ucc,
        }
    }


def session_answer(session: Session) -> Answer:
    """The old ``session_2fa`` answer: the inner dict, without an envelope (spec/v1.md 9, row 1)."""
    return {
        "advancedChart": _host(""),
        "apiToken": {"redirect": _host(session.base_url), "sessionId": ""},
        "broadcast": _host(""),
        "clientCode": session.ucc,
        "clientName": "",
        "dormantType": "-",
        "emailId": "",
        "enabledExchangeSegments": {
            segment: [{"exchange": exchange, "status": "ACTIVE"} for exchange in exchanges]
            for segment, exchanges in _EXCHANGES.items()
        },
        "enabledProducts": ["NORMAL", "MTF", "MIS"],
        "enabledSegments": ["CASH", "FO"],
        "getLtp": _host(""),
        "isNRI": "N",
        "loginTime": "",
        "marginProduct": {"isEnabled": "Y"},
        "marketData": _host(""),
        "phoneNo": "",
        "redirect": _host(session.base_url),
        "search": _host(""),
        "service": _host(session.base_url),
        "sessionToken": session.dump(),
        "stwtFlag": "Y",
        "userId": session.ucc,
        "weblink": _host(""),
    }


def logout_answer(_: None = None) -> Answer:
    """The old ``logout`` answer."""
    return {"Success": {"message": "Logout Successful."}}


def _host(url: str) -> Answer:
    return {"host": url, "port": 443}
