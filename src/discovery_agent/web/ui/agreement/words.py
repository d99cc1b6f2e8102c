"""How the pages of the agreement put things."""

from __future__ import annotations

from discovery_agent.domain.agreement.objective import PartKind
from discovery_agent.domain.agreement.register import ConflictState
from discovery_agent.domain.agreement.rounds import AnswerKind

STATES = {
    ConflictState.OPEN: ("open", "clash"),
    ConflictState.IN_TALKS: ("in talks", "warn"),
    ConflictState.SETTLED: ("settled", "good"),
    ConflictState.ACCEPTED: ("accepted as it is", "warn"),
    ConflictState.GONE: ("gone", ""),
}
"""Words and tone of each state."""
ANSWERS = {AnswerKind.ENDORSE: ("endorses it", "good"), AnswerKind.CRITICISE: ("criticises it", "warn"), AnswerKind.VETO: ("veto", "clash")}
"""What somebody else says of a draft, in words and tone."""
PARTS = {PartKind.OUTCOME: "Outcome", PartKind.MEANS: "Means", PartKind.MEASURE: "Measure", PartKind.LIMIT: "Limit"}


def fit_words(fit: int | None) -> str:
    """`fit 3 of 4`; empty if nothing was said."""
    return f"fit {fit} of 4" if fit else ""
