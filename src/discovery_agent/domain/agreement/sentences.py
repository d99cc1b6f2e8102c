"""Sentences and list entries of a statement."""

from __future__ import annotations

import re

_END = re.compile(r"[;\n]|[.!?](?=\s|$)")


def sentences_of(text: str) -> list[str]:
    """Sentences, and the entries of a list that semicolons part.

    >>> sentences_of("Cut costs to 4.50 EUR. Keep customers; answer them.")
    ['Cut costs to 4.50 EUR', 'Keep customers', 'answer them']
    """
    return [piece for one in _END.split(text) if (piece := one.strip(" ."))]
