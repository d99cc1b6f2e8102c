"""The condition under which people settled on something: "four hours, once the new system runs" is not "four hours"."""

from __future__ import annotations

import re

_CONDITION = re.compile(
    r"\b(?:once|until|till|if|unless|as soon as|as long as|when|after|before|provided|only|except|on condition|subject to|from then on|to begin with|for a start"
    r"|at first|first for|starting with)\b",
    re.IGNORECASE,
)

_LEAST_WORDS = 3


def condition_of(chosen: str, resolution: str) -> str:
    """What a resolution says beyond the value that was chosen, if it sets a condition; empty if it sets none.

    >>> condition_of("four hours", "Four hours once the new system runs; until then one day.")
    'once the new system runs; until then one day'
    >>> condition_of("8 minutes", "Four minutes would cost two more people."), condition_of("four hours", "")
    ('', '')
    """
    plain = " ".join(resolution.split()).strip(" .")
    held = " ".join(chosen.split()).strip(" .")
    if not _CONDITION.search(plain):
        return ""
    at = plain.casefold().find(held.casefold()) if held else -1
    beyond = plain[at + len(held) :].strip(" ,;:.-–") if at >= 0 else plain
    tells = _CONDITION.search(beyond) and len(beyond.split()) >= _LEAST_WORDS
    return beyond if tells else plain
