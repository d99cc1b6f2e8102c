"""What is wrong with a draft: orphans, unsupported claims, figures from nowhere, questions that nobody answered.

A defect blocks if the draft would say something that nobody said; it warns if something is still to be found out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from discovery_agent.domain.agreement.amounts import figures_in
from discovery_agent.domain.blueprint.claims import Assumption, Claim, Defect, Evidence, Row, Severity
from discovery_agent.domain.blueprint.document import Blueprint, BlueprintSection, Course
from discovery_agent.domain.blueprint.texts import capital, counted

_BLOCKS, _WARNS = Severity.BLOCKS, Severity.WARNS
_NEEDED = {"baseline": "a value of today", "target": "a target", "deadline": "a date"}
# Names hold digits that are no figures: M365, B2B, ISO 9001, v0003.
_IN_A_NAME = re.compile(r"\b(?=\w*[A-Za-z])(?=\w*\d)[\w-]+\b|\b(?!(?:EUR|USD|GBP|CHF|SEK|NOK|DKK|PLN|CZK)\b)[A-Z]{2,}\s\d+\b(?![.,]\d)")
MOST_CITED = 40
"""So many findings of one choice are kept with their words; a choice that stands for more names the others by their ids."""
_SAME = 0.005
"""Figures this close, as a share, are one: rules write sums without their small change."""


def defects_of(blueprint: Blueprint, live: Callable[[str], bool] | None = None) -> tuple[Defect, ...]:
    """Every defect, blocking ones first. `live` says whether a finding can still be cited; without it all that were can."""
    found = [
        *_claims(blueprint),
        *_gone(blueprint, live),
        *_epics(blueprint),
        *_work(blueprint),
        *_kpis(blueprint),
        *_goals(blueprint),
        *(
            Defect(
                rule="wording_note",
                severity=_WARNS,
                subject=f"note-{at}",
                text=note,
                remedy="Nothing has to be done: the rules' wording stands there.",
            )
            for at, note in enumerate(blueprint.notes, start=1)
        ),
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda one: one.severity is not _BLOCKS))


def cited(blueprint: Blueprint) -> tuple[str, ...]:
    """Ids of the findings that a version cites anywhere, each once; of a choice for thousands of wishes the first `MOST_CITED`."""
    ids: dict[str, None] = {}
    for section in blueprint.sections:
        for _, held in _held(section):
            ids.update(dict.fromkeys(held.findings))
    for one in (*blueprint.goals, *blueprint.kpis, *blueprint.epics):
        ids.update(dict.fromkeys(one.findings))
    for choice in blueprint.choices:
        ids.update(dict.fromkeys(choice.findings[:MOST_CITED]))
    for epic in blueprint.epics:
        for item in epic.items:
            ids.update(dict.fromkeys(item.findings))
    for task in blueprint.plan.tasks if blueprint.plan else ():
        ids.update(dict.fromkeys(task.findings))
    return tuple(ids)


def figures_without_source(text: str, held: Iterable[str], values: Iterable[float] = ()) -> tuple[str, ...]:
    """The figures of a text that none of the texts holds, nor the values: as they are written."""
    known: list[tuple[float, str | None]] = [(value, None) for value in values]
    for one in held:
        known += [(figure.value, figure.unit) for figure in figures_in(one)]
    wanted = figures_in(_IN_A_NAME.sub(" ", text))
    # "one team" counts nothing.
    return tuple(
        one.text
        for one in wanted
        if one.text.lower() != "one" and not any(_same(one.value, value) and _fit(one.unit, unit) for value, unit in known)
    )


def _held(section: BlueprintSection) -> Iterator[tuple[str, Claim | Row]]:
    for told in section.parts:
        for held in (*told.claims, *told.rows):
            yield told.id, held


def _fit(unit: str | None, known: str | None) -> bool:
    """Whether a figure in one unit may stand for one in the other; one that names no unit may be in any."""
    return unit is None or known is None or unit == known


def _same(value: float, known: float) -> bool:
    scaled = (known, known * 100, known / 100)  # "a third" is 33 %
    return any(abs(value - one) <= max(abs(one) * _SAME, 1e-9) for one in scaled)


def _claims(blueprint: Blueprint) -> Iterator[Defect]:
    """Claims and rows that stand on nothing, on assumptions that are not listed, or name figures that what they cite does not hold."""
    evidence = {one.finding_id: one for one in blueprint.evidence}
    assumptions = {one.id: one for one in blueprint.assumptions}
    said_of = _said_of_kpis(blueprint)
    for section in blueprint.sections:
        for part_id, held in _held(section):
            text = held.text if isinstance(held, Claim) else held.cells[0]
            subject = f"{section.id.value}/{part_id}"
            about = _cut(text)
            if not held.supported:
                remedy = "Cite a finding, make it an assumption, or take it out."
                yield Defect(
                    rule="claim_without_support",
                    severity=_BLOCKS,
                    section_id=section.id.value,
                    subject=subject,
                    text=f"Nothing supports: {about}",
                    remedy=remedy,
                )
                continue
            if unknown := [one for one in held.assumptions if one not in assumptions]:
                what = f"It rests on an assumption that is not listed ({unknown[0]}): {about}"
                yield Defect(
                    rule="assumption_not_listed",
                    severity=_BLOCKS,
                    section_id=section.id.value,
                    subject=subject,
                    text=what,
                    remedy="List the assumption, or take the claim out.",
                )
            if isinstance(held, Row):
                continue
            lacking = _figures(held, evidence, assumptions, said_of)
            if lacking:
                what = f"Nothing that it cites holds {', '.join(lacking)}: {about}"
                remedy = "Correct the figure, cite who said it, or list it as an assumption."
                yield Defect(
                    rule="figure_without_source", severity=_BLOCKS, section_id=section.id.value, subject=subject, text=what, remedy=remedy
                )


def _said_of_kpis(blueprint: Blueprint) -> dict[str, list[str]]:
    """Finding -> what was read from it of a KPI, in figures as they were said."""
    found: dict[str, list[str]] = {}
    for kpi in blueprint.kpis:
        for one in kpi.findings:
            found.setdefault(one, []).extend(text for text in (kpi.metric, kpi.baseline, kpi.target, kpi.deadline) if text)
    return found


def _figures(
    claim: Claim, evidence: dict[str, Evidence], assumptions: dict[str, Assumption], said_of: dict[str, list[str]]
) -> tuple[str, ...]:
    texts = [claim.how]
    values: list[float] = []
    for one in claim.findings:
        if one in evidence:
            texts += [evidence[one].statement, *(quote.text for quote in evidence[one].quotes), *said_of.get(one, ())]
    for one in claim.assumptions:
        if one in assumptions:
            held = assumptions[one]
            texts.append(held.text)
            values += [value for value in (held.value, held.low, held.high) if value is not None]
    return figures_without_source(claim.text, texts, values)


def _gone(blueprint: Blueprint, live: Callable[[str], bool] | None) -> Iterator[Defect]:
    kept = {one.finding_id for one in blueprint.evidence}
    for one in cited(blueprint):
        if one not in kept or (live is not None and not live(one)):
            yield Defect(
                rule="cited_finding_is_gone",
                severity=_BLOCKS,
                subject=one,
                text="A finding that is cited was rejected, or is gone.",
                remedy="Draft anew, or rewrite what cites it.",
            )


def _epics(blueprint: Blueprint) -> Iterator[Defect]:
    goals = {one.goal_id for one in blueprint.goals}
    tasks = Counter(one.epic_id for one in (blueprint.plan.tasks if blueprint.plan else ()))
    for epic in blueprint.epics:
        if epic.goal_id not in goals:
            yield Defect(
                rule="epic_without_goal",
                severity=_BLOCKS,
                section_id="mvp",
                subject=epic.id,
                text=f"No goal stands behind: {_cut(epic.title)}",
                remedy="Tie it to a goal, or take it out.",
            )
        if not epic.kpi_ids:
            where = "mvp" if epic.mvp else "backlog"
            remedy = "Agree on a KPI with whoever stated the goal: that is its first item."
            work = [counted(len(epic.items), "item"), *([counted(tasks[epic.id], "task")] if tasks[epic.id] else [])]
            text = f"No KPI measures the epic and its {' and '.join(work)}: {_cut(epic.title)}"
            yield Defect(rule="epic_without_kpi", severity=_WARNS, section_id=where, subject=epic.id, text=text, remedy=remedy)


def _work(blueprint: Blueprint) -> Iterator[Defect]:
    """Items and tasks that serve no KPI, or hang in the air. Of an epic that has no KPI at all this is told once, at the epic."""
    without = {epic.id for epic in blueprint.epics if not epic.kpi_ids}
    known = {epic.id: {item.id for item in epic.items} for epic in blueprint.epics}
    for epic in blueprint.epics:
        for item in epic.items:
            if not item.kpi_ids and epic.id not in without:
                yield Defect(
                    rule="item_without_kpi",
                    severity=_BLOCKS,
                    section_id="mvp" if item.mvp else "backlog",
                    subject=item.id,
                    text=f"No KPI measures the item: {_cut(item.title)}",
                    remedy="Tie it to a KPI of its epic, or take it out.",
                )
    for task in blueprint.plan.tasks if blueprint.plan else ():
        if task.epic_id not in known or not set(task.item_ids) & known[task.epic_id]:
            yield Defect(
                rule="task_without_item",
                severity=_BLOCKS,
                section_id="plan",
                subject=task.id,
                text=f"The task belongs to no item of an epic: {_cut(task.title)}",
                remedy="Tie it to an item, or take it out.",
            )
        if not task.kpi_ids and task.epic_id not in without:
            yield Defect(
                rule="task_without_kpi",
                severity=_BLOCKS,
                section_id="plan",
                subject=task.id,
                text=f"No KPI measures the task: {_cut(task.title)}",
                remedy="Tie it to a KPI of its epic, or take it out.",
            )


def _kpis(blueprint: Blueprint) -> Iterator[Defect]:
    first = {one for epic in blueprint.epics if epic.mvp for one in epic.kpi_ids}
    for kpi in blueprint.kpis:
        if kpi.id not in first:
            continue
        for field, what in _NEEDED.items():
            if field in kpi.gaps:
                remedy = f"Ask {kpi.owner or 'its owner'} for {what} of it."
                yield Defect(
                    rule=f"kpi_without_{field}",
                    severity=_WARNS,
                    section_id="sponsor_vision",
                    subject=kpi.id,
                    text=f"{_cut(capital(kpi.metric))} has no {what.removeprefix('a ')} yet.",
                    remedy=remedy,
                )
        if disputed := [one for one in kpi.disputed if one in ("target", "change", "baseline", "direction")]:
            # The rounds of agreement ended with it in view, or the lead decided to go on with it.
            seen = bool(blueprint.objective) or all("target" if one == "change" else one in kpi.accepted for one in disputed)
            severity = _WARNS if seen else _BLOCKS
            text = f"People disagree on the {' and the '.join(disputed)} of {_cut(kpi.metric)}."
            if kpi.accepted:
                text = f"{text} {capital('; '.join(kpi.accepted.values())).rstrip('.')}."
            yield Defect(
                rule="kpi_disputed",
                severity=severity,
                section_id="sponsor_vision",
                subject=kpi.id,
                text=text,
                remedy="Settle it in a round of agreement, or record the dissent.",
            )


def _goals(blueprint: Blueprint) -> Iterator[Defect]:
    evidence = {one.finding_id: one for one in blueprint.evidence}
    first = {epic.goal_id for epic in blueprint.epics if epic.mvp}
    for goal in blueprint.goals:
        subject = goal.goal_id or "whole"
        if goal.course is Course.UNDECIDED:
            yield Defect(
                rule="goal_undecided",
                severity=_WARNS,
                subject=subject,
                text=f"It is not decided yet what to do about: {_cut(goal.statement)}",
                remedy="Ask the questions that would settle the verdict.",
            )
        voices = {speaker for one in goal.findings if one in evidence for speaker in evidence[one].speakers}
        if goal.goal_id in first and len(voices) == 1:
            text = f"It rests on one voice ({next(iter(voices))}): {_cut(goal.statement)}"
            yield Defect(rule="single_voice", severity=_WARNS, subject=subject, text=text, remedy="Ask a second person about it.")


def _cut(text: str, longest: int = 140) -> str:
    return text if len(text) <= longest else f"{text[: longest - 2].rstrip()} …"


def blocking(defects: Sequence[Defect]) -> tuple[Defect, ...]:
    """Those with which a version cannot be signed."""
    return tuple(one for one in defects if one.severity is _BLOCKS)
