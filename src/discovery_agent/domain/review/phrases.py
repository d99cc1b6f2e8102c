"""Names in a row, as sentences hold them."""

from __future__ import annotations

from collections.abc import Sequence


def listed(names: Sequence[str], last: str = "and") -> str:
    """All of them in a row.

    >>> listed(("Ana", "Ben", "Cleo"))
    'Ana, Ben and Cleo'
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}" if names else ""
