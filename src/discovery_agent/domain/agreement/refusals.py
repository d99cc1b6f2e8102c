"""Rules that refuse a statement of the objective. Whoever proposed it, a model or a person, the same rules decide."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from discovery_agent.domain.agreement.amounts import Figure, figures_in, holds_amount, same, unit_of
from discovery_agent.domain.agreement.approval_words import approvals_in
from discovery_agent.domain.agreement.compose import Composition
from discovery_agent.domain.agreement.decided import decided, mistaken_view, visibly_open
from discovery_agent.domain.agreement.demands import Demand, OpenQuestion
from discovery_agent.domain.agreement.measures_told import MONTH, tells_date, turned_around
from discovery_agent.domain.agreement.objective import PartKind, Refusal
from discovery_agent.domain.agreement.sentences import sentences_of
from discovery_agent.domain.agreement.solution_words import solutions_in
from discovery_agent.domain.findings import Amount
from discovery_agent.domain.merging import telling_words


class Lacks(NamedTuple):
    """A reason to refuse a statement that lacks what a part of the objective says."""

    why: str
    part_id: str


Rule = Callable[[str, Composition], Iterable[str | Lacks]]
"""Gives, for each reason to refuse a statement, what its author has to change."""

# Of the telling words of an outcome, so many have to be in the statement.
_OUTCOME_SHARE = 1 / 3
# And of those of a condition.
_CONDITION_SHARE = 2 / 3

_PROMISE = re.compile(
    r"\b(?:promis(?:e|es|ed|ing)|guarantee\w*|garantier\w*|warrant(?:y|ies|s)? that|assur(?:e|es|ed|ance)|certainly|definitely|undoubtedly|without (?:fail|doubt|question|exception)"
    r"|no doubt|risk[- ]free|foolproof|sure to|bound to|(?:is|are) certain|100\s?% (?:sure|certain|safe)|we (?:hereby )?commit|committed to deliver|cannot fail|can't fail|never fail|will surely|will succeed)\b",
    re.IGNORECASE,
)
_MULTIPLES = re.compile(
    r"\b(?:halv(?:e|es|ed|ing)|doubl(?:e|es|ed|ing)|tripl(?:e|es|ed|ing)|quadrupl\w*|(?:two|three|five|ten)fold|twice)\b", re.IGNORECASE
)


def refusals_of(text: str, composition: Composition) -> tuple[Refusal, ...]:
    """Every reason why a statement cannot be put to the stakeholders; empty if it stands."""
    return tuple(_refusal(name, reason) for name, rule in RULES.items() for reason in rule(text, composition))


def _refusal(rule: str, reason: str | Lacks) -> Refusal:
    return Refusal(rule=rule, why=reason) if isinstance(reason, str) else Refusal(rule=rule, why=reason.why, part_id=reason.part_id)


def no_outcome(text: str, composition: Composition) -> Iterable[str]:
    """It does not say what will be different."""
    outcomes = [part for part in composition.draft.parts if part.kind is PartKind.OUTCOME and not (part.open or part.settled)]
    if not outcomes:
        yield "Nobody has stated a business goal yet, so there is no outcome. Ask a sponsor what should be different in a year."
        return
    said = telling_words(text)
    for part in outcomes:
        words = telling_words(part.text)
        if (words and len(words & said) >= _OUTCOME_SHARE * len(words)) or part.text.casefold() in text.casefold():
            return
    yield f"It contains no outcome. Say what will be different, such as: {outcomes[0].text}."


def says_less_than_the_kpis(text: str, composition: Composition) -> Iterable[str | Lacks]:
    """A KPI with a target is neither there with its figure, nor visibly open."""
    for demand in composition.demands:
        if not gives(text, demand, composition):
            wanted = f" with its figure ({', '.join(one.text for one in demand.amounts)})" if demand.amounts else ""
            wrong = " If the figure is wrong, correct or strike what was found." if demand.amounts else ""
            yield Lacks(f"It says less than the KPI table. Add {demand.metric}{wanted}.{wrong}", demand.part_id)
        elif demand.deadline and not tells_date(text, demand.deadline):
            yield Lacks(
                f"It says less than the KPI table. Add the date for {demand.metric}: {demand.deadline}."
                " If the date is wrong, correct or strike what was found.",
                demand.part_id,
            )
        elif demand.condition and not _tells(text, demand.condition):
            yield f"It leaves out under which condition {demand.metric} was settled. Add: {demand.condition}."
    for question in composition.questions:
        if question.required and not visibly_open(text, question, composition) and not decided(text, question, composition):
            yield f"It says less than the KPI table. Leave open {question.about}. {_as_open(question)}"


def gives(text: str, demand: Demand, composition: Composition) -> bool:
    """Whether a KPI is there with its figure: in a sentence about it, or with a figure that no other KPI has."""
    figures = figures_in(text)
    near = [sentence for sentence in sentences_of(text) if demand.words & telling_words(sentence)] if demand.words else [text]
    if not demand.amounts:
        return bool(near)
    for amount in demand.amounts:
        if any(holds_amount(sentence, figures_in(sentence), amount, demand.unit) for sentence in near):
            continue
        shared = any(
            _equal(amount, demand.unit, other, one.unit) for one in composition.demands if one is not demand for other in one.amounts
        )
        if shared or not holds_amount(text, figures, amount, demand.unit):
            return False
    return True


def _tells(text: str, condition: str) -> bool:
    """Whether a statement tells a condition: in most of its telling words, or as it stands."""
    words = telling_words(condition)
    return condition.casefold() in text.casefold() or len(words & telling_words(text)) >= _CONDITION_SHARE * len(words)


def _equal(left: Amount, left_unit: str | None, right: Amount, right_unit: str | None) -> bool:
    return same(left.value, unit_of(left, left_unit), Figure(right.value, unit_of(right, right_unit), "", 0, 0), loosely=True)


def figure_that_no_part_holds(text: str, composition: Composition) -> Iterable[str]:
    """A figure or a date comes from nowhere."""
    parts = [part.text for part in composition.draft.parts]
    known = [figure for part in parts for figure in figures_in(part)]
    amounts = [amount for demand in composition.demands for amount in demand.amounts]
    known += [figure for amount in amounts for figure in figures_in(amount.text)]
    for figure in figures_in(text):
        counts = not (figure.unit is None and figure.value == 1)  # "one shared list" counts nothing
        if counts and not any(same(one.value, one.unit, figure, loosely=True) for one in known):
            yield f"It contains a figure that no part holds: {_shown(text, figure)}. Take it out, or have somebody say it."
    told = " ".join([*parts, *(amount.text for amount in amounts)]).casefold()
    for word in dict.fromkeys(one.group() for pattern in (MONTH, _MULTIPLES) for one in pattern.finditer(text)):
        if not re.search(rf"\b{re.escape(word.casefold()[:4])}", told):
            yield f"It contains a date or a figure that no part holds: {word}. Take it out, or have somebody say it."


def _shown(text: str, figure: Figure) -> str:
    after = re.match(r"\s?[%€$£]|\s\w+", text[figure.end :])
    return text[figure.start : figure.end] + (after.group() if after else "")


def names_a_person(text: str, composition: Composition) -> Iterable[str]:
    """An objective belongs to all of them, and who said what is not for everybody to read."""
    if named := composition.names.found_in(text):
        yield f"It names a person: {', '.join(named)}. Say it without names."


def decides_an_open_conflict(text: str, composition: Composition) -> Iterable[str]:
    """What the parties do not agree on is not the author's to decide."""
    for question in composition.questions:
        if decided(text, question, composition):
            yield f"It decides what is not agreed: {question.crux} {_as_open(question)} Or settle it first."


def _as_open(question: OpenQuestion) -> str:
    """How a question is told, for whoever told it otherwise."""
    views = " or ".join(f"{view.holds} ({view.label})" if view.label else view.holds for view in question.views)
    return f"Write in one sentence “not agreed: {views}”, prefer none of them, and name none of them elsewhere."


def tells_it_the_wrong_way_round(text: str, composition: Composition) -> Iterable[str]:
    """Today's value and the target have changed places, or the views of two departments have."""
    for demand in composition.demands:
        if turned_around(text, demand, composition.demands):
            assert demand.baseline is not None
            yield f"It turns {demand.metric} around. Today's value is {demand.baseline.text}, and the target is {demand.amounts[0].text}."
    for question in composition.questions:
        if (found := mistaken_view(text, question, composition)) is not None:
            view, other = found
            yield f"It gives the view “{view.holds}” to {other}. It is that of {view.label}."


def claims_approval(text: str, composition: Composition) -> Iterable[str]:
    """Only the answers of the people who are asked show whether they approve."""
    if found := approvals_in(_without_parts(text, composition)):
        yield f"It claims approval: {', '.join(found)}. Take it out; the stakeholders answer for themselves."


def too_long(text: str, composition: Composition) -> Iterable[str]:
    """Nobody remembers it."""
    words = len(text.split())
    if words > composition.longest:
        yield f"It has {words} words; at most {composition.longest} are read. Make it shorter."


def names_a_solution(text: str, composition: Composition) -> Iterable[str]:
    """Whether AI or any other tool is needed is decided elsewhere; the goal is stated without it."""
    if found := solutions_in(_without_parts(text, composition, outcomes=False)):
        yield f"It names a solution: {', '.join(found)}. Say what is to be different, not what to buy or build."


def promises(text: str, composition: Composition) -> Iterable[str]:
    """An objective says what is wanted; nobody can promise that it will come."""
    found = dict.fromkeys(one.group() for one in _PROMISE.finditer(_without_parts(text, composition)))
    if found:
        yield f"It promises: {', '.join(found)}. Say what is wanted, not that it will surely come."


def _without_parts(text: str, composition: Composition, *, outcomes: bool = True) -> str:
    """The statement without the parts that it gives word for word: those are somebody's own words, with a quote each."""
    parts = [part.text for part in composition.draft.parts if outcomes or part.kind is not PartKind.OUTCOME]
    for part in sorted(parts, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", " . ", text, flags=re.IGNORECASE)
    return text


RULES: dict[str, Rule] = {
    "no_outcome": no_outcome,
    "says_less_than_the_kpis": says_less_than_the_kpis,
    "figure_that_no_part_holds": figure_that_no_part_holds,
    "decides_an_open_conflict": decides_an_open_conflict,
    "tells_it_the_wrong_way_round": tells_it_the_wrong_way_round,
    "claims_approval": claims_approval,
    "names_a_person": names_a_person,
    "names_a_solution": names_a_solution,
    "promises": promises,
    "too_long": too_long,
}
"""The rules by id, in the order in which their reasons are told."""
