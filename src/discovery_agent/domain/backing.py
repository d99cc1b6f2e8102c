"""Which figures of the work back the economics of which goal: those of its own process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from discovery_agent.domain.economics import Figure, SaidFigures
from discovery_agent.domain.findings import Finding, FindingKind
from discovery_agent.domain.said_figures import said_figures
from discovery_agent.domain.subjects import subject_words

BACKING_KINDS = (FindingKind.KPI, FindingKind.PROCESS_STEP, FindingKind.PAIN_POINT)
"""Kinds in whose quotes the amount of work is said."""

BearsOn = Callable[[str, frozenset[str], int], bool]
"""Whether what is said in a conversation, in these words, may be about the goal at a place."""


@dataclass(frozen=True)
class _Amount:
    """A number of cases with the words it was said in."""

    figure: Figure
    conversation: str
    words: frozenset[str]


class Backing:
    """The number of cases and the cost of an hour for each goal; found once, for there may be thousands of goals.

    Of numbers of cases the largest counts, which is the whole and not a part, but nine thousand e-mails are not nine thousand
    warranty claims: what is said in words of the goal comes before what names no goal, and what names another goal does not count.
    """

    def __init__(self, findings: Sequence[Finding], goals: Sequence[str], bears_on: BearsOn, currency: str) -> None:
        self._bears_on = bears_on
        self._currency = currency
        self._goals = [subject_words(goal) for goal in goals]
        self._named = frozenset[str]().union(*self._goals)
        self._hourly_cost = said_figures(findings, currency).hourly_cost
        amounts = sorted(self._amounts_in(findings), key=lambda one: -one.figure.likely)
        # Thousands of goals and of amounts are never compared with one another: the largest of each word, and those of none.
        self._by_word: dict[str, tuple[int, _Amount]] = {}
        self._unnamed: list[_Amount] = []
        for at, amount in enumerate(amounts):
            for word in amount.words & self._named:
                self._by_word.setdefault(word, (at, amount))
            if not amount.words & self._named:
                self._unnamed.append(amount)

    def of(self, goal: int, evidence: Sequence[Finding]) -> SaidFigures:
        """The figures for the goal at this place; `evidence` was found to be about it."""
        own = said_figures(evidence, self._currency)
        near = self._amounts_in(evidence)
        amount = _largest([one for one in near if one.words & self._goals[goal]], self._in_words_of(goal))
        if amount is None:
            amount = _largest([one for one in near if self._may_bear(one, goal)], self._of_no_goal(goal))
        return SaidFigures(
            cases_per_month=amount.figure if amount else None,
            hourly_cost=own.hourly_cost or self._hourly_cost,
        )

    def _in_words_of(self, goal: int) -> _Amount | None:
        """The largest amount said in words of the goal."""
        found = [self._by_word[word] for word in self._goals[goal] if word in self._by_word]
        return min(found, key=lambda one: one[0])[1] if found else None

    def _of_no_goal(self, goal: int) -> _Amount | None:
        """The largest amount that names no goal, and may be about this one."""
        return next((one for one in self._unnamed if self._bears_on(one.conversation, one.words, goal)), None)

    def _may_bear(self, amount: _Amount, goal: int) -> bool:
        return not amount.words & self._named and self._bears_on(amount.conversation, amount.words, goal)

    def _amounts_in(self, findings: Sequence[Finding]) -> list[_Amount]:
        """One for each quote that says how many cases there are."""
        found: dict[tuple[str, str, int], _Amount] = {}
        for finding in findings:
            figure = said_figures([finding], self._currency).cases_per_month
            if figure is None:
                continue
            (quote,) = figure.quotes
            found[quote.conversation_id, quote.utterance_id, quote.start] = _Amount(
                figure, quote.conversation_id, subject_words(quote.text)
            )
        return list(found.values())


def _largest(near: Sequence[_Amount], other: _Amount | None) -> _Amount | None:
    """The largest amount; of equal ones the first, and what is near before the other."""
    candidates = [*near, other] if other else near
    return max(candidates, key=lambda one: one.figure.likely, default=None)
