"""The constant part of `POST /quick/user/limits`: its 88 names, in the order of the sample limits.json."""

_NAMES = """
Category EntityId BoardLotLimit CollateralValue Collateral RmsCollateral AdhocMargin NotionalCash CdsSpreadBenefit
AmountUtilizedPrsnt UnrealizedMtomPrsnt RealizedMtomPrsnt ExposureMarginPrsnt SpanMarginPrsnt NfospreadBenefit
PremiumPrsnt MarginVarPrsnt MarginScripBasketPrsnt MtomWarningPrcntPrsnt MarginWarningPrcntPrsnt
MtomSquareOffWarningPrcntPrsnt MarginUsed RmsPayInAmt RmsPayOutAmt Net SpecialMarginPrsnt DaneLimit
DeliveryMarginPresent CncSellcrdPresent CollateralValueMult AdhocLimitMult RmsCollateralMult NationalCashMult
ComSpanMrgnNrmlPrsnt ComSpanMrgnMisPrsnt ComExpsrMrgnNrmlPrsnt ComExpsrMrgnMisPrsnt AddMrgnNrmlPrsnt AddMrgnMisPrsnt
AddPreExpMrgnNrmlPrsnt AddPreExpMrgnMisPrsnt SplMrgnNrmlPrsnt SplMrgnMisPrsnt TenderMrgnNrmlPrsnt TenderMrgnMisPrsnt
DeliveryMrgnNrmlPrsnt DeliveryMrgnMisPrsnt CurExpMrgnNrmlPrsnt CurExpMrgnMisPrsnt CurPremiumNrmlPrsnt
CurPremiumMisPrsnt CurSpanMrgnNrmlPrsnt CurSpanMrgnMisPrsnt FoPremiumNrmlPrsnt FoPremiumMisPrsnt FoExpMrgnNrmlPrsnt
FoExpMrgnMisPrsnt FoSpanrgnNrmlPrsnt FoSpanrgnMisPrsnt MrgnScrpBsktNrmlPrsnt MrgnScrpBsktMisPrsnt
MrgnScrpBsktCncPrsnt MrgnVarNrmlPrsnt MrgnVarMisPrsnt AmtUntilizedPrsnt CncMrgnVarPrsnt MarginUsedPrsnt
CashUnRlsMtomPrsnt FoUnRlsMtomPrsnt ComUnRlsMtomPrsnt CurUnRlsMtomPrsnt CashRlsMtomPrsnt FoRlsMtomPrsnt
ComRlsMtomPrsnt CurRlsMtomPrsnt BrokeragePrsnt SlbmLimit SlbmVarElm SlbmMtom LendingFee RmsMutualFundAmt TimeStamp
AuxRmsCollateral AuxNotionalCash AuxAdhocMargin stCode stat RmsIpoAmt
"""

LIMITS: dict[str, object] = {
    **dict.fromkeys(_NAMES.split(), "0"),
    "Category": "CLIENT_SPECIAL",
    "EntityId": "",
    "BoardLotLimit": "5000",
    "CollateralValueMult": "1",
    "AdhocLimitMult": "1",
    "RmsCollateralMult": "1",
    "NationalCashMult": "1",
    "SlbmVarElm": "",
    "SlbmMtom": "",
    "LendingFee": "",
    "stCode": 200,
    "stat": "Ok",
}
"""What no order changes. Fills happen at a price that never moves, so the mark-to-market figures stay 0."""
