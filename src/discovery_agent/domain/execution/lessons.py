"""Lessons that rules propose: what drifted, where people did not agree, which assumption was wrong.

A proposal holds no words of anybody and no names: it says what kind of thing happened, in figures. A person adds why, and approves it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from discovery_agent.domain.agreement.names import ALSO_WORDS
from discovery_agent.domain.agreement.rounds import Outcome
from discovery_agent.domain.blueprint.claims import Assumption
from discovery_agent.domain.blueprint.document import Blueprint
from discovery_agent.domain.conversation import Role, Value
from discovery_agent.domain.execution.values import Drift, DriftState
from discovery_agent.domain.job_titles import role_of_department, role_of_title

_ADD = "\n\n## Why, and what to do next time\n\n(To be written by somebody who was there.)\n"
_LABELS = frozenset("reviewer speaker management board team".split())
"""What people are called by who are listed without a name."""
UNFINISHED = "(To be written by somebody who was there.)"
"""Stands in a proposal until somebody wrote the reason; no lesson is approved with it."""


class Proposal(Value):
    """A lesson that a rule proposes. `about` is the same for the same thing, so that it is proposed once."""

    about: str
    title: str
    body: str
    why: str


def proposals(blueprint: Blueprint, drifts: Iterable[Drift], outcome: Outcome | None, changed: Sequence[Assumption]) -> list[Proposal]:
    """What there is to learn from. `changed` are assumptions that a person changed."""
    return [
        *(_of_drift(one, blueprint) for one in drifts if one.alarming or one.state is DriftState.REACHED),
        *(_of_dissent(outcome) if outcome is not None and outcome.minority else ()),
        *(_of_assumption(one) for one in changed if one.changed_by),
    ]


def _of_drift(drift: Drift, blueprint: Blueprint) -> Proposal:
    how = {
        DriftState.REACHED: ("was reached", "reached its target"),
        DriftState.BEHIND: ("fell behind", "fell behind the straight line from its baseline to its target"),
        DriftState.AWAY: ("went the wrong way", "was further from its target than at the start"),
    }[drift.state]
    share = f" After the last check-in, {drift.share:.0%} of the way was done." if drift.share is not None else ""
    course = blueprint.course.label
    return Proposal(
        about=f"drift:{drift.kpi_id}:{drift.state.value}",
        title=f"A KPI on {drift.metric} {how[0]}"[:200],
        body=f"A project whose course was “{course}” steered by the KPI “{drift.metric}”. It {how[1]}.{share}{_ADD}",
        why=f"The KPI “{drift.metric}” {how[0]}."[:300],
    )


def _of_dissent(outcome: Outcome) -> Iterable[Proposal]:
    roles = sorted({view.role.value.replace("_", " ") for view in outcome.minority})
    vetoes = f", {len(outcome.vetoes)} of them with a veto" if outcome.vetoes else ""
    yield Proposal(
        about=f"dissent:{outcome.id}",
        title="Going on without everybody's consent",
        body=f"Of {len(outcome.views)} people who were asked for the shared objective, {len(outcome.minority)} did not agree{vetoes}; their "
        f"roles: {', '.join(roles)}. The lead went on with their dissent on record.{_ADD}",
        why="The lead recorded dissent.",
    )


def _of_assumption(assumption: Assumption) -> Proposal:
    span = ""
    if assumption.value is not None:
        span = f" It is {assumption.value:g} {assumption.unit} now".rstrip()
        if assumption.low is not None and assumption.high is not None:
            span += f" ({assumption.low:g} to {assumption.high:g})"
        span += "."
    return Proposal(
        about=f"assumption:{assumption.id}",
        title=f"An assumption was corrected: {assumption.text}"[:200],
        body=f"A plan rested on this assumption of the table, and somebody who knew better corrected it: {assumption.text}{span}{_ADD}",
        why="Somebody changed an assumption of the plan.",
    )


def names_in(text: str, names: Iterable[str], organisation: str = "") -> tuple[str, ...]:
    """Which names a text holds: whole ones in any case, and parts of them (a first or last name).

    A part that is an ordinary word as well, what somebody does, or a word of the organisation's name counts only where it begins with a
    capital; any other part counts in any case.

    >>> names_in("maria said it; mark it in the calendar", ["Maria Santos", "Mark Hall"])
    ('Maria Santos',)
    """
    folded = " ".join(text.casefold().split())
    written = {*(words := re.findall(r"\w[\w'’-]*", text)), *(one for word in words for one in re.split(r"['’-]", word) if one)}
    said = {word.casefold() for word in written}
    found: dict[str, None] = {}
    for name in dict.fromkeys((*names, organisation)):
        whole = " ".join(name.casefold().split())
        if not whole:
            continue
        parts = [part for part in re.findall(r"\w[\w'’-]*", name) if len(part) > 2 and not part[0].islower()]
        if (
            (not _ordinary(whole) and re.search(rf"(?<!\w){re.escape(whole)}(?!\w)", folded))
            or any(part in written or part.upper() in written for part in parts)
            or (name != organisation and any(part.casefold() in said for part in parts if not _ordinary(part)))
        ):
            found[name] = None
    return tuple(found)


def _ordinary(part: str) -> bool:
    """Whether a single word is more than a name, so that it names nobody where it is not written as a name."""
    if " " in part:
        return False
    known = role_of_title(part) is not Role.UNKNOWN or role_of_department(part) is not Role.UNKNOWN
    return known or part.casefold() in ALSO_WORDS | _LABELS or not any(sign.isalpha() for sign in part)
