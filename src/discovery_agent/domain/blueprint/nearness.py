"""What findings have to do with which goal: those that share words with it, or were said close to it.

A pain point or a system is told beside the goal that it is about. Words are looked up in an index and turns in another, so the time
grows with the findings and not with findings times goals.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from discovery_agent.domain.findings import Finding

NEAR_TURNS = 6
ENOUGH = 0.5
"""From here on a finding is taken to be about a goal: two words that few goals share, or one said close to it."""
_NEARNESS = 0.6
# A word of so many goals tells none of them from the others.
_COMMON = 24
_STEM = 6
_WORD = re.compile(r"[^\W\d_]{4,}")
_STOP = frozenset(
    """
    about after again against almost along already also although always among another anything around because become been before
    being below between both bring cannot case cases could does doing done down during each either else enough ever every everybody
    everything from full give given goal goals going gone good have having here honestly however into itself just keep kind know less
    like long look made make makes making many maybe mean means more most much must need needs never nobody nothing often once only
    other others ought over part people perhaps point quite rather really right said same says seem seems should since some somebody
    something sometimes start still such sure take than that their them then there these they thing things think this those through
    time today together under until upon used using very want wanted wants well were what when where whether which while whole whom
    whose will with within without work works would yesterday your yours
    """.split()
)


def words_of(text: str) -> frozenset[str]:
    """The words of a text that tell what it is about, cut to their beginnings."""
    return frozenset(word[:_STEM] for word in _WORD.findall(text.lower()) if word not in _STOP)


class Nearness:
    """Which of several subjects, each given by a statement and its findings, a finding is about."""

    def __init__(self, subjects: Sequence[tuple[str, Sequence[Finding]]]) -> None:
        self._words: dict[str, list[int]] = defaultdict(list)
        self._turns: dict[tuple[str, int], list[int]] = defaultdict(list)
        for at, (statement, findings) in enumerate(subjects):
            for word in frozenset[str]().union(words_of(statement), *(words_of(one.statement) for one in findings[:4])):
                self._words[word].append(at)
            for place in {_turn(quote.conversation_id, quote.utterance_id) for one in findings[:8] for quote in one.quotes[:2]}:
                self._turns[place].append(at)

    def about(self, finding: Finding) -> tuple[tuple[int, float], ...]:
        """Places of the subjects that it is about, with how much it is, the most first."""
        scores: dict[int, float] = defaultdict(float)
        for word in words_of(f"{finding.statement} {finding.quotes[0].text}"):
            sharing = self._words.get(word, ())
            if len(sharing) <= _COMMON:
                for at in sharing:
                    scores[at] += 1 / (1 + len(sharing))
        near: dict[int, float] = {}
        for quote in finding.quotes[:2]:
            conversation, turn = _turn(quote.conversation_id, quote.utterance_id)
            for distance in range(-NEAR_TURNS, NEAR_TURNS + 1):
                for at in self._turns.get((conversation, turn + distance), ())[:_COMMON]:
                    near[at] = max(near.get(at, 0.0), _NEARNESS * (1 - abs(distance) / (NEAR_TURNS + 1)))
        for at, weight in near.items():
            scores[at] += weight
        found = [(at, score) for at, score in scores.items() if score >= ENOUGH]
        return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0])))

    def shares(self, findings: Sequence[Finding], most: int) -> dict[int, list[Finding]]:
        """Subject -> at most `most` findings about it, the nearest first; each finding goes to the subject that it is about most."""
        scored: dict[int, list[tuple[float, int, Finding]]] = defaultdict(list)
        for order, finding in enumerate(findings):
            about = self.about(finding)
            if about:
                at, score = about[0]
                scored[at].append((-score, order, finding))
        return {at: [one for _, _, one in sorted(found, key=lambda entry: entry[:2])[:most]] for at, found in scored.items()}


def _turn(conversation_id: str, utterance_id: str) -> tuple[str, int]:
    number = utterance_id.lstrip("u")
    return conversation_id, int(number) if number.isdigit() else -1
