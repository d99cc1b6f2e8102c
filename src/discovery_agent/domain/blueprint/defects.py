"""What is wrong with a draft: orphans, unsupported claims, figures from nowhere, questions that nobody answered.

A defect blocks if the draft would say something that nobody said; it warns if something is still to be found out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from discovery_agent.domain.blueprint.claims import Claim, Defect, Row, Severity
from discovery_agent.domain.blueprint.departures import of_the_objective
from discovery_agent.domain.blueprint.document import Blueprint, BlueprintSection, Course
from discovery_agent.domain.blueprint.held_against import due_too_early
from discovery_agent.domain.blueprint.said_limit import LimitKind, LimitState
from discovery_agent.domain.blueprint.support import Support
from discovery_agent.domain.blueprint.texts import capital, counted

_BLOCKS, _WARNS = Severity.BLOCKS, Severity.WARNS
_NEEDED = {"baseline": "a value of today", "target": "a target", "deadline": "a date"}
MOST_CITED = 40
"""So many findings of one choice are kept with their words; a choice that stands for more names the others by their ids."""


def defects_of(blueprint: Blueprint, live: Callable[[str], bool] | None = None) -> tuple[Defect, ...]:
    """Every defect, blocking ones first. `live` says whether a finding can still be cited; without it all that were can."""
    found = [
        *_claims(blueprint),
        *_gone(blueprint, live),
        *_epics(blueprint),
        *_work(blueprint),
        *_kpis(blueprint),
        *_held_against(blueprint),
        *_served_by_nothing(blueprint),
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
    found = [one.model_copy(update={"text": _ended(one.text)}) for one in found]
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


def _ended(text: str) -> str:
    """A text as a sentence ends: its remedy is written behind it."""
    return text if text.endswith((".", "!", "?", "…", ".”", "?”", "!”")) else f"{text}."


def _held(section: BlueprintSection) -> Iterator[tuple[str, Claim | Row]]:
    for told in section.parts:
        for held in (*told.claims, *told.rows):
            yield told.id, held


def _claims(blueprint: Blueprint) -> Iterator[Defect]:
    """Claims and rows that stand on nothing, on assumptions that are not listed, or name figures or quote words that they do not cite."""
    support = Support(blueprint)
    for section in blueprint.sections:
        for told in section.parts:
            place = f"In “{section.title}”, “{_cut(told.heading)}”" if told.heading else f"In “{section.title}”"
            where = section.id.value, f"{section.id.value}/{told.id}", place
            yield from _not_held(where, *support.heading(section.id, told), f"the heading or columns of “{_cut(told.heading)}”")
            for held in (*told.claims, *told.rows):
                about = _cut(held.text if isinstance(held, Claim) else held.cells[0])
                if not held.supported:
                    remedy = "Cite a finding, make it an assumption, or take it out."
                    yield _of_line("claim_without_support", where, f"Nothing supports: {about}", remedy)
                    continue
                if unknown := [one for one in held.assumptions if not support.listed(one)]:
                    what = f"It rests on an assumption that is not listed ({unknown[0]}): {about}"
                    yield _of_line("assumption_not_listed", where, what, "List the assumption, or take the claim out.")
                yield from _not_held(where, support.figures(section.id, told.id, held), support.quotes(section.id, told.id, held), about)


def _not_held(where: tuple[str, str, str], figures: Sequence[str], quotes: Sequence[str], about: str) -> Iterator[Defect]:
    if figures:
        remedy = "Correct the figure, cite who said it, or list it as an assumption."
        yield _of_line("figure_without_source", where, f"Nothing that it cites holds {_cut(', '.join(figures))}: {about}", remedy)
    if quotes:
        remedy = "Quote what was said, cite who said it, or take the quotation marks off."
        yield _of_line("quote_not_said", where, f"Nobody that it cites said “{_cut(quotes[0])}”: {about}", remedy)


def _of_line(rule: str, where: tuple[str, str, str], text: str, remedy: str) -> Defect:
    told = f"{where[2]}: {text[:1].lower()}{text[1:]}"
    return Defect(rule=rule, severity=_BLOCKS, section_id=where[0], subject=where[1], text=told, remedy=remedy)


def _gone(blueprint: Blueprint, live: Callable[[str], bool] | None) -> Iterator[Defect]:
    kept = {one.finding_id for one in blueprint.evidence}
    for one in cited(blueprint):
        if one not in kept or (live is not None and not live(one)):
            yield Defect(
                rule="cited_finding_is_gone",
                severity=_BLOCKS,
                subject=one,
                text="A finding that is cited was rejected, or is gone.",
                remedy="Draft it again, or rewrite what cites it.",
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


def _held_against(blueprint: Blueprint) -> Iterator[Defect]:
    """Budgets and dates that people set and the plan exceeds; KPIs that are due before the work that moves them has ended."""
    for one in blueprint.limits:
        if one.state is LimitState.EXCEEDED:
            remedy = "Take work out of the first version, or have whoever set the limit agree to another one."
            if one.kind is LimitKind.PERIOD:
                remedy = f"Plan it before or after that time, or have {one.speaker or 'whoever set it'} agree to work in it."
            yield Defect(
                rule="plan_exceeds_what_was_said",
                severity=_WARNS,
                section_id="plan",
                subject=one.findings[0],
                text=one.text,
                remedy=remedy,
            )
    first = {one for epic in blueprint.epics if epic.mvp for one in epic.kpi_ids}
    for kpi, text in due_too_early(blueprint.plan, (one for one in blueprint.kpis if one.id in first)) if blueprint.plan else ():
        yield Defect(
            rule="kpi_due_before_the_work_ends",
            severity=_WARNS,
            section_id="sponsor_vision",
            subject=kpi.id,
            text=text,
            remedy=f"Agree on a later date with {kpi.owner or 'its owner'}, begin earlier, or plan more people.",
        )


def _served_by_nothing(blueprint: Blueprint) -> Iterator[Defect]:
    """What people agreed on in the shared objective and no work of this version serves."""
    for one in blueprint.choices:
        if of_the_objective(one):
            yield Defect(
                rule="objective_served_by_no_work",
                severity=_WARNS,
                section_id="choices",
                subject=one.id,
                text=f"In the objective, served by no work: {_cut(one.asked)}",
                remedy="Ask by which operational goal it is to be reached, or have whoever agreed to the objective approve that it waits.",
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
