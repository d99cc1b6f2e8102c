"""How alike the statements of the cases are, without a model that embeds them."""

from __future__ import annotations

_TOGETHER = (
    ("Pay suppliers on time", "Release matched invoices without typing", "Handling time per invoice"),
    ("Customers get an answer while they still care", "Answer customer complaints faster", "Time to answer a complaint"),
    ("Production does not stop over a misunderstanding", "A clean handover between shifts", "Length of a handover"),
    ("Export papers do not hold up the truck", "Fill in the export papers without typing", "Time to fill in the export papers"),
    ("Waste less food in the canteen", "Plan the canteen's portions better"),
)
"""Business goal, operational goal and measure, as they belong together."""


def alike(left: str, right: str) -> float:
    """What an embedding would say of these statements, with shared words for all others."""
    if any(any(left.startswith(one) for one in group) and any(right.startswith(one) for one in group) for group in _TOGETHER):
        return 1.0 if left == right else 0.6
    one, other = set(left.lower().split()), set(right.lower().split())
    return 0.5 * len(one & other) / max(1, len(one | other))
