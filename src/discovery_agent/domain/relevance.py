"""Which operational goal a rating or a claim about data is about.

Somebody who says "it's always the same eleven columns" does not name the goal. What was said close to where a goal was
said, in words like its own, is about it; what fits no goal better than the others is about all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from discovery_agent.domain.findings import Finding
from discovery_agent.domain.likeness import Similarity, nearest

# A goal that fits this much worse than the best one is not what was meant.
BEHIND = 0.15
# Said within so many turns of the goal counts as close, falling off with distance.
NEAR_TURNS = 8
NEARNESS = 0.3
# Evidence that fits no goal better than the others is about all of them, but of very many only about the best.
MOST_GOALS = 24
_FINDINGS_PER_GOAL = 5


class Relevance:
    """Shares evidence out among goals, each given by its findings."""

    def __init__(self, goals: Sequence[Sequence[Finding]], similarity: Similarity) -> None:
        self._count = len(goals)
        self._rows = [(at, finding) for at, findings in enumerate(goals) for finding in findings[:_FINDINGS_PER_GOAL]]
        self._spoken: dict[str, list[tuple[int, Finding]]] = defaultdict(list)
        for at, finding in self._rows:
            for conversation in dict.fromkeys(quote.conversation_id for quote in finding.quotes):
                self._spoken[conversation].append((at, finding))
        self._similarity = similarity

    def share(self, evidence: Sequence[Finding]) -> list[list[Finding]]:
        """The evidence of each goal, in the order of the goals; each piece goes to at least one and at most `MOST_GOALS`.

        What one speaker shows of one criterion in one stretch goes together: half of "it's tedious, and nobody owns it" would
        mislead.
        """
        fitting = self._fitting(evidence)
        shares: list[list[Finding]] = [[] for _ in range(self._count)]
        for stretch in _stretches(evidence):
            for at in sorted({goal for piece in stretch for goal in fitting[id(piece)]}):
                shares[at].extend(stretch)
        order = {id(piece): at for at, piece in enumerate(evidence)}
        return [sorted(share, key=lambda piece: order[id(piece)]) for share in shares]

    def _fitting(self, evidence: Sequence[Finding]) -> dict[int, list[int]]:
        """The goals of each piece of evidence, by its `id()`."""
        texts = list(dict.fromkeys(piece.quotes[0].text for piece in evidence))
        statements = [finding.statement for _, finding in self._rows]
        alike = nearest(self._similarity, texts, statements, within=BEHIND, most=MOST_GOALS * _FINDINGS_PER_GOAL)
        by_text = dict(zip(texts, alike, strict=True))
        return {id(piece): self._best(piece, by_text[piece.quotes[0].text]) for piece in evidence}

    def _best(self, piece: Finding, alike: Sequence[tuple[int, float]]) -> list[int]:
        """Goals not much behind the best, given the statements most like the words of the piece."""
        scores: dict[int, float] = {}
        for row, score in alike:
            goal = self._rows[row][0]
            scores[goal] = max(score, scores.get(goal, score))
        for conversation in dict.fromkeys(quote.conversation_id for quote in piece.quotes):
            for goal, finding in self._spoken.get(conversation, ()):
                if near := _nearness(piece, finding):
                    score = self._similarity(piece.quotes[0].text, finding.statement) + near
                    scores[goal] = max(score, scores.get(goal, score))
        if not scores:  # goals without any finding: nothing tells them apart
            return list(range(self._count))[:MOST_GOALS]
        least = max(scores.values()) - BEHIND
        fitting = [goal for goal, score in scores.items() if score >= least]
        return sorted(fitting, key=lambda goal: (-scores[goal], goal))[:MOST_GOALS]


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
