"""The words of a text that carry meaning."""

from __future__ import annotations

import re

_STOP = frozenset(
    """
    the a an of to in on for and or our we i it is be with that this by from at as are not no
    so than have has will would should can could more less per all get make
    """.split()
)


def telling_words(text: str) -> frozenset[str]:
    """Crude stems of the words that carry meaning; used to find what may belong together."""
    words = re.findall(r"[^\W\d_]{3,}", text.lower())
    return frozenset(re.sub(r"(?:ations?|ings?|ers?|es|ed|s)$", "", word) if len(word) > 4 else word for word in words if word not in _STOP)
