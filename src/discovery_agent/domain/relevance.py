"""Which operational goal a rating or a claim about data is about.

Somebody who says "it's always the same eleven columns" does not name the goal. What was said close to where a goal was
said, in words like its own, is about it; what fits no goal better than the others is about all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from discovery_agent.domain.findings import Finding

Similarity = Callable[[str, str], float]
"""How alike two texts are, 0..1."""

# A goal that fits this much worse than the best one is not what was meant.
BEHIND = 0.15
# Said within so many turns of the goal counts as close, falling off with distance.
NEAR_TURNS = 8
NEARNESS = 0.3


class Relevance:
    """Shares evidence out among goals, each given by its findings."""

    def __init__(self, goals: Sequence[Sequence[Finding]], similarity: Similarity) -> None:
        self._goals = [list(findings)[:5] for findings in goals]
        self._similarity = similarity

    def share(self, evidence: Sequence[Finding]) -> list[list[Finding]]:
        """The evidence of each goal, in the order of the goals; each piece goes to at least one.

        What one speaker shows of one criterion in one stretch goes together: half of "it's tedious, and nobody owns it" would
        mislead.
        """
        shares: list[list[Finding]] = [[] for _ in self._goals]
        for stretch in _stretches(evidence):
            scores = [[self._score(piece, goal) for goal in self._goals] for piece in stretch]
            fits = {at for row in scores for at, score in enumerate(row) if score >= max(row) - BEHIND}
            for at in fits:
                shares[at].extend(stretch)
        order = {id(piece): at for at, piece in enumerate(evidence)}
        return [sorted(share, key=lambda piece: order[id(piece)]) for share in shares]

    def _score(self, piece: Finding, goal: Sequence[Finding]) -> float:
        words = piece.quotes[0].text
        return max((self._similarity(words, one.statement) + _nearness(piece, one) for one in goal), default=0.0)


def _stretches(evidence: Sequence[Finding]) -> list[list[Finding]]:
    """Evidence in groups: readings of one criterion by one speaker, each within `NEAR_TURNS` of the one before; others alone."""
    alone: list[list[Finding]] = []
    spoken: dict[tuple[str, str, tuple[str, ...]], list[tuple[int, Finding]]] = {}
    for piece in evidence:
        if piece.criterion is None:
            alone.append([piece])
            continue
        first = piece.quotes[0]
        spoken.setdefault((piece.criterion.criterion, first.conversation_id, piece.speakers), []).append((_turn(first.utterance_id), piece))
    for turns in spoken.values():
        turns.sort(key=lambda pair: pair[0])
        last = None
        for turn, piece in turns:
            if last is None or turn - last > NEAR_TURNS:
                alone.append([])
            alone[-1].append(piece)
            last = turn
    return alone


def _nearness(left: Finding, right: Finding) -> float:
    """`NEARNESS` in the same turn, less with each turn between, 0 in another conversation."""
    distances = [
        abs(_turn(one.utterance_id) - _turn(other.utterance_id))
        for one in left.quotes
        for other in right.quotes
        if one.conversation_id == other.conversation_id
    ]
    return NEARNESS * max(0.0, 1 - min(distances) / NEAR_TURNS) if distances else 0.0


def _turn(utterance_id: str) -> int:
    return int(utterance_id[1:])
