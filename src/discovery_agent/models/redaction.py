"""What a server says, made fit for an error message: without keys, and without what was said to it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

_SECRETS = re.compile(r"\b(?:sk|key|org|proj)-[\w*-]{6,}|(?i:\bbearer\s+)\S+|(?<=//)[^/\s@]+@")
_ESCAPED_SIGN = re.compile(r"\\u([0-9a-fA-F]{4})|\\[nrt]")
_LONGEST = 300
_READ_AT_MOST = 20_000
_SAME_CHARACTERS = 16
"""Letters and digits in a row that count as an echo of what was sent; shorter ones are words that anybody uses."""


def redact(text: str, sent: Iterable[str] = ()) -> str:
    """A server's words in one line, without keys, without echoes of `sent`, and at a bearable length.

    Servers that check a request often quote it when they reject it, and with it the transcript.
    """
    key = os.environ.get("OPENAI_API_KEY")
    if key and len(key) > 3:
        text = text.replace(key, "[key]")
    text = _SECRETS.sub("[hidden]", text[:_READ_AT_MOST])
    return " ".join(_without_echoes(text, sent).split())[:_LONGEST]


def _without_echoes(text: str, sent: Iterable[str]) -> str:
    """The text with every longer run of letters and digits that is also in `sent` taken out, whatever is between them."""
    text = _ESCAPED_SIGN.sub(lambda found: chr(int(found[1], 16)) if found[1] else " ", text)
    places = [place for place, sign in enumerate(text) if sign.isalnum()]
    letters = "".join(text[place] for place in places).lower()
    if len(letters) != len(places):  # a sign whose small form is two signs: rare, and not worth a guess
        letters = "".join(text[place] for place in places)
    known: set[str] = set()
    for one in sent:
        plain = "".join(sign for sign in one if sign.isalnum())
        for form in (plain, plain.lower()):
            known.update(form[start : start + _SAME_CHARACTERS] for start in range(len(form) - _SAME_CHARACTERS + 1))
    pieces: list[str] = []
    read, hidden_to = 0, -1
    for start in range(len(letters) - _SAME_CHARACTERS + 1):
        if letters[start : start + _SAME_CHARACTERS] in known:
            if places[start] > hidden_to:
                pieces += [text[read : places[start]], "[…]"]
            hidden_to = places[start + _SAME_CHARACTERS - 1]
            read = hidden_to + 1
    return "".join(pieces) + text[read:]
