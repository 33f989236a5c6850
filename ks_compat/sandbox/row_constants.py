"""Fields of report rows that never change here, with the values of the samples orders, order_history and trades."""

Row = dict[str, object]

_ARITHMETIC: Row = {"genDen": "1", "genNum": "1", "prcNum": "1", "prcDen": "1", "multiplier": "1", "precision": "2"}
_NOT_ALGO: Row = {"algId": "NA", "algCat": "NA"}
_LOCATION = "111111111111100"
ORDER: Row = {
    **_ARITHMETIC,
    **_NOT_ALGO,
    "actId": "",
    "algSeqNo": "NA",
    "brkClnt": "08081",
    "coPct": 0,
    "defMktProV": "0",
    "dscQtyPct": "0",
    "exUsrInfo": "NA",
    "expDtSsb": "-",
    "mktProPct": "--",
    "mktPro": "0",
    "mfdBy": "NA",
    "minQty": 0,
    "mktProFlg": "0",
    "noMktProFlg": "0",
    "ordAutSt": "NA",
    "odCrt": "NA",
    "ordValDt": "NA",
    "refLmtPrc": 0,
    "rmk": "--",
    "rptTp": "NA",
    "reqId": "1",
    "sipInd": "NA",
    "symOrdId": "NA",
    "usrId": "",
    "classification": "0",
    "vendorCode": "",
    "locId": _LOCATION,
    "appInstlId": "NA",
    "ordModNo": "",
    "strategyCode": "NA",
}
"""Of an order book row (spec/v2.md 2.7)."""
HISTORY: Row = {
    **_ARITHMETIC,
    **_NOT_ALGO,
    "algSeqNo": "NA",
    "nReqId": "1",
    "rptTp": "NA",
    "cstFrm": "C",
    "legOrdInd": "NA",
    "ordUsrMsg": "NA",
    "mfdBy": "XX",
    "vendorCode": "",
    "classification": "0",
    "mktPro": "0.00",
    "symOrdId": "NA",
    "locId": _LOCATION,
    "strategyCode": "NA",
    "ordValDt": "NA",
}
"""Of a history row (spec/v2.md 2.8)."""
# `tok`, `qty`, `prc`, `tm` and `posFlg` of a trade row are useless on the real service too (spec/v2.md 2.9).
TRADE: Row = {
    **_ARITHMETIC,
    **_NOT_ALGO,
    "actId": "",
    "brkClnt": "NA",
    "cstFrm": "C",
    "flLeg": 1,
    "minQty": 0,
    "nReqId": "1",
    "ordDur": "NA",
    "rmk": "--",
    "rptTp": "fill",
    "usrId": "SBXXX0000X",
    "locId": _LOCATION,
    "ordSrc": "NA",
    "strategyCode": "",
    "tok": "",
    "posFlg": "",
    "prc": "",
    "qty": 0,
    "tm": "",
}
"""Of a trade row (spec/v2.md 2.9)."""
