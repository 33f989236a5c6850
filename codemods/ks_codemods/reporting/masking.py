"""Literal secrets, hidden in what is shown (money rule 5). Never applied to what is written."""

from __future__ import annotations

import re

_SECRET_WORD = (
    r"(?:access_?token|session_?token|token|password|passwd|pwd|secret|mpin|pin|otp|totp|access_?code|code|api_?key"
    r"|consumer(?:_?key|_?secret)?|user_?id|ucc|mobile(?:_?number)?|app_?id|key|auth\w*)"
)
_NAME = rf"(?<![A-Za-z0-9])(?:[A-Za-z0-9]+_)*?{_SECRET_WORD}s?(?:_[A-Za-z0-9]+)*(?![A-Za-z0-9_])"
_STRING = r"(?P<prefix>[rbfuRBFU]{0,2})(?P<quote>\"\"\"|'''|\"|')(?P<text>(?:\\.|(?!(?P=quote)).)*)(?P=quote)"
_GIVEN = re.compile(
    rf"(?P<head>\b(?!instrument_token\b|\w*wtoken\b){_NAME}[\"']?\s*\]?\s*(?::\s*[\w.\[\], |]+?\s*)?[=:](?!=)\s*\(?\s*)"
    rf"(?:{_STRING}|(?P<digits>\d[\d_]*))",
    re.IGNORECASE | re.DOTALL,
)
_DEFAULT = re.compile(
    rf"(?P<head>(?:getenv|environ\.get|\bor\b|\belse\b|\.get)\s*\(?\s*(?:[\"'][^\"'\n]*[\"']\s*,\s*)){_STRING}",
    re.DOTALL,
)
_POSITIONAL = re.compile(rf"(?P<head>(?:\.login|\.session_2fa|KSTradeApi)\(\s*){_STRING}", re.DOTALL)
_MORE_POSITIONAL = re.compile(r"(?P<call>KSTradeApi\()(?P<args>[^()]*)\)")
_NEXT_LITERAL = re.compile(rf"(?P<head>(?:^|,)\s*){_STRING}", re.DOTALL)
_IN_URL = re.compile(r"(?P<head>://)[^/\s@'\"]+@")
_JWT = re.compile(r"[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,}|\beyJ[A-Za-z0-9_-]{10,}")


def masked(text: str) -> str:
    """``text`` with what may be a secret shown as ``***``. Lines stay lines."""
    for pattern in (_GIVEN, _DEFAULT, _POSITIONAL):
        text = pattern.sub(_hidden, text)
    text = _MORE_POSITIONAL.sub(lambda m: m["call"] + _NEXT_LITERAL.sub(_hidden, m["args"]) + ")", text)
    text = _IN_URL.sub(r"\g<head>***@", text)
    return _JWT.sub("***", text)


def _hidden(match: re.Match[str]) -> str:
    found = match.groupdict()
    if found.get("digits"):
        return f"{match['head']}***"
    if not match["text"]:
        return match[0]
    ends = "\n" * match["text"].count("\n")
    return f"{match['head']}{match['prefix']}{match['quote']}***{ends}{match['quote']}"
