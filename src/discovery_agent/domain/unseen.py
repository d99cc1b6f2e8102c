"""Characters that no reader sees, or that do something instead of being seen."""

from __future__ import annotations

import re

# Zero-width spaces and fillers, marks that turn the direction of text, and the invisible alphabets of tags and variants.
# The two joiners stay: words of several languages are spelled with them.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def visible(text: str) -> str:
    """The text without characters that have no shape."""
    return _UNSEEN.sub("", text)
