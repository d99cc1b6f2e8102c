"""Lessons that rules propose: what drifted, where people did not agree, which assumption was wrong.

A proposal holds no words of anybody and no names: it says what kind of thing happened, in figures. A person adds why, and approves it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from discovery_agent.domain.agreement.rounds import Outcome
from discovery_agent.domain.blueprint.claims import Assumption
from discovery_agent.domain.blueprint.document import Blueprint
from discovery_agent.domain.conversation import Value
from discovery_agent.domain.execution.values import Drift, DriftState

_ADD = "\n\n## Why, and what to do next time\n\n(To be written by somebody who was there.)\n"
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


def names_in(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """Which names a text holds: whole ones in any case, and parts of them (a first or last name) where they begin with a capital.

    >>> names_in("Maria said it; the santos process did not change", ["Maria Santos"])
    ('Maria Santos',)
    """
    folded = " ".join(text.casefold().split())
    words = set(re.findall(r"\w[\w'’-]*", text))
    words |= {word[:-2] for word in words if word.endswith(("'s", "’s"))}
    found: dict[str, None] = {}
    for name in names:
        whole = " ".join(name.casefold().split())
        if not whole:
            continue
        parts = [part for part in re.findall(r"\w[\w'’-]*", name) if len(part) > 2 and part[0].isupper()]
        if re.search(rf"(?<!\w){re.escape(whole)}(?!\w)", folded) or any(part in words for part in parts):
            found[name] = None
    return tuple(found)
