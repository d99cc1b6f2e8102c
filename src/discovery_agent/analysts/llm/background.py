"""What is known elsewhere of what a window is about: retrieved passages, within a budget of tokens."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from discovery_agent.analysts.llm.fence import one_line
from discovery_agent.domain.conversation import Utterance
from discovery_agent.domain.page_labels import PageKind
from discovery_agent.domain.retrieval import PassageFilter, Retrieved
from discovery_agent.errors import DiscoveryError

Retrieve = Callable[[Sequence[str], PassageFilter, int], Sequence[Sequence[Retrieved]]]
"""For each query the best passages, so many at most."""

FOR_EXTRACTION = PassageFilter(kinds=(PageKind.KPI, PageKind.ARCHETYPE, PageKind.DOCUMENT))
FOR_RATING = PassageFilter(kinds=(PageKind.LADDER, PageKind.ARCHETYPE, PageKind.DATA_READINESS, PageKind.DOCUMENT))

# A passage less alike than this is about something else.
_NEAR = 0.38
_QUERY_CHARACTERS = 800
_MOST_QUERIES = 12
_EACH = 3


class Background:
    """Chooses passages for windows. It is help, not a need: if retrieval fails, the model is shown none."""

    def __init__(self, retrieve: Retrieve, tokens_of: Callable[[str], int], budget: int) -> None:
        self._retrieve = retrieve
        self._tokens_of = tokens_of
        self.budget = budget

    def lines(self, utterances: Sequence[Utterance], only: PassageFilter) -> tuple[str, ...]:
        """Passages near to what is said, the nearest first, one a line, together within the budget.

        Those that give orders to a model are left out.
        """
        try:
            found = self._retrieve(_queries(utterances), only, _EACH)
        except DiscoveryError:
            return ()
        nearest: dict[tuple[object, ...], Retrieved] = {}
        for one in (one for hits in found for one in hits):
            citation = one.passage.citation
            key = (citation.engagement, citation.page, citation.start)
            if not one.passage.instructs and (one.similarity or 0.0) >= max(
                _NEAR, nearest[key].similarity or 0.0 if key in nearest else 0.0
            ):
                nearest[key] = one
        lines: list[str] = []
        left = self.budget
        for one in sorted(nearest.values(), key=lambda one: -(one.similarity or 0.0)):
            line = f"k{len(lines) + 1} {one_line(one.passage.citation.label)}: {one_line(one.passage.text)}"
            cost = self._tokens_of(line) + 1
            if cost <= left:
                lines.append(line)
                left -= cost
        return tuple(lines)


def _queries(utterances: Sequence[Utterance]) -> list[str]:
    """What is said, in pieces that a sentence model can take in; of a long window, pieces from all over it."""
    pieces: list[str] = []
    run: list[str] = []
    for utterance in utterances:
        run.append(utterance.text)
        if sum(map(len, run)) >= _QUERY_CHARACTERS:
            pieces.append(" ".join(run))
            run = []
    if run:
        pieces.append(" ".join(run))
    step = max(1, -(-len(pieces) // _MOST_QUERIES))
    return [piece[: 2 * _QUERY_CHARACTERS] for piece in pieces[::step]]
