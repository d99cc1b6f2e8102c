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
        self._amounts = self._amounts_in(findings)

    def of(self, goal: int, evidence: Sequence[Finding]) -> SaidFigures:
        """The figures for the goal at this place; `evidence` was found to be about it."""
        own = said_figures(evidence, self._currency)
        amounts = [*self._amounts_in(evidence), *self._amounts]
        fitting = max(
            ((self._closeness(amount, goal), amount.figure.likely, at) for at, amount in enumerate(amounts)),
            key=lambda one: (one[0], one[1], -one[2]),
            default=(0, 0.0, 0),
        )
        return SaidFigures(
            cases_per_month=amounts[fitting[2]].figure if fitting[0] else None,
            hourly_cost=own.hourly_cost or self._hourly_cost,
        )

    def _closeness(self, amount: _Amount, goal: int) -> int:
        """2 where it is said in words of the goal, 1 where it names no goal, 0 where it is about another process."""
        if amount.words & self._goals[goal]:
            return 2
        return int(not amount.words & self._named and self._bears_on(amount.conversation, amount.words, goal))

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
