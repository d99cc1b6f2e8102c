"""Markup of captions, which is not speech: tags, time stamps inside a cue, character references."""

from __future__ import annotations

import re

_TAG = re.compile(
    r"</?(?:c|i|b|u|s|v|ruby|rt|lang|font|em|strong|span|br)(?:[.\s][^<>]{0,300})?/?>"
    r"|<(?:\d{1,3}:)?\d{1,2}:\d{1,2}[.,]\d{1,6}>",
    re.IGNORECASE,
)
_STYLE_CODE = re.compile(r"\{\\[^{}\n]{1,60}\}")
_REFERENCE = re.compile(r"&(?:(amp|lt|gt|nbsp|lrm|rlm|quot|apos)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "nbsp": " ", "lrm": "", "rlm": "", "quot": '"', "apos": "'"}


def plain(text: str) -> str:
    """Text of a cue without tags (`<i>`, `<c.red>`, `<00:01.000>`), SRT style codes and `&amp;` references.

    A `<` that begins no known tag is speech: "x < 3" stays.
    """
    if "<" in text:
        text = _TAG.sub("", text)
    if "{\\" in text:
        text = _STYLE_CODE.sub("", text)
    return _REFERENCE.sub(_letter, text) if "&" in text else text


def _letter(match: re.Match[str]) -> str:
    name, decimal, hexadecimal = match.groups()
    if name:
        return _NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(code) if 32 <= code < 0xD800 or 0xDFFF < code < 0x110000 else " "
