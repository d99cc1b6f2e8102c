"""The work that a course takes: backlog items and tasks from the planning table, for what stakeholders named.

Nothing is claimed here: templates of the table are filled with names that stakeholders gave, and every estimate is an
assumption that is listed and can be changed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from hashlib import sha256

from pydantic import Field

from discovery_agent.domain.blueprint.claims import FROM_PLANNING, Assumption
from discovery_agent.domain.blueprint.document import BacklogItem, Course
from discovery_agent.domain.blueprint.texts import counted, listed, short
from discovery_agent.domain.conversation import Value
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.domain.planning.changes import sound
from discovery_agent.domain.planning.settings import PlanSettings
from discovery_agent.domain.planning.table import PLACE, PlanningTable, When, WorkPackage
from discovery_agent.domain.planning.work import MOST_DAYS, Estimate, Task
from discovery_agent.errors import InvalidRequest

_WORDS = re.compile(r"[^\W_]+")
_MOST_IN_AN_ID = 24
_MOST_NAMED, _LONGEST_METRIC = 3, 60
_QUOTED_PLACE = re.compile(rf"“?{PLACE.pattern.replace('(', '(?P<name>', 1)}”?")
_ANY = {
    "kpi": "a KPI",
    "system": "a system",
    "question": "an open question",
    "goal": "the goal",
    "action": "Ask how it stands with a side of the data that nobody spoke of",
}
"""What a place of a template stands for, in general."""


class NamedKpi(Value):
    """A KPI, as far as the work depends on it."""

    id: str
    metric: str = Field(min_length=1)
    has_baseline: bool = True
    has_owner: bool = True
    findings: tuple[str, ...] = ()


class Gap(Value):
    """A readiness gate that is not open."""

    dimension: str
    action: str = Field(min_length=1, description="The next step of the readiness assessment: what opens it, or what to ask.")
    closed: bool = Field(default=True, description="Known to be too low; else nobody has told enough, and asking comes first.")
    findings: tuple[str, ...] = ()


class NamedThing(Value):
    """Something that stakeholders named, such as a system, or asked, such as an open question."""

    name: str = Field(min_length=1)
    findings: tuple[str, ...] = ()


class WorkFor(Value):
    """One epic, as far as its work depends on it."""

    epic_id: str
    goal: str = Field(min_length=1, description="The operational goal, as it was stated.")
    course: Course
    solution: SolutionClass | None = None
    systems: tuple[NamedThing, ...] = ()
    gaps: tuple[Gap, ...] = ()
    kpis: tuple[NamedKpi, ...] = ()
    open_questions: tuple[NamedThing, ...] = Field(default=(), description="What would settle the verdict, while it is open.")
    mvp: bool = True
    findings: tuple[str, ...] = ()


class SameWork(StrEnum):
    """When a task is one piece of work with a task of the same title in another epic."""

    ALWAYS = "always"
    """It ties in the same system, or is done for all at once."""
    SAME_DATA = "same_data"
    """It asks for, or opens, a side of the data: one piece of work if both epics work on the same data."""


_SAME = {
    When.EACH_SYSTEM: SameWork.ALWAYS,
    When.UNKNOWN_GATE: SameWork.SAME_DATA,
    When.GAP: SameWork.SAME_DATA,
    When.EACH_OPEN_QUESTION: SameWork.SAME_DATA,
}


class Breakdown(Value):
    """The work of one epic."""

    items: tuple[BacklogItem, ...]
    tasks: tuple[Task, ...]
    assumptions: tuple[Assumption, ...]
    same: dict[str, SameWork] = Field(
        default_factory=dict[str, "SameWork"], description="Task -> when it is one with a task of the same title in another epic."
    )


class _Occurrence(Value):
    """A package as it occurs: what its templates are filled with, and what that stands on."""

    suffix: str = ""
    places: dict[str, str]
    findings: tuple[str, ...] = ()
    kpi_ids: tuple[str, ...] = Field(default=(), description="The KPIs that it is about; empty where it is about all of the epic.")


def break_down(work: WorkFor, table: PlanningTable, settings: PlanSettings | None = None) -> Breakdown:
    """Items and tasks of an epic. Each item is one task; both name the KPIs, and the task its item and its assumptions.

    Ids stay the same from version to version while the table and the names do: `<epic>.<package>`, with the name of the
    system, KPI or question behind it if a package occurs for each.
    """
    packages = table.packages_of(work.course, work.solution)
    found = {package.id: _occurrences(package, work) for package in packages}
    before = {package.id: package.after for package in table.packages}
    kpis = tuple(kpi.id for kpi in work.kpis)
    items: list[BacklogItem] = []
    tasks: list[Task] = []
    assumptions: dict[str, Assumption] = {}
    same: dict[str, SameWork] = {}
    for package in packages:
        waits = [_id(work, one, other) for one in _that_occur(package.after, before, found) for other in found[one]]
        for occurrence in found[package.id]:
            task_id = _id(work, package.id, occurrence)
            if kind := SameWork.ALWAYS if package.shared else _SAME.get(package.when):
                same[task_id] = kind
            assumption, estimate = _estimate(package, task_id, settings, _filled(package.title, occurrence.places))
            lasting = _lasting(package, settings)
            used = [one for one in (assumption, lasting) if one is not None]
            assumptions.update({one.id: one for one in used})
            named = tuple(one.id for one in used)
            evidence = tuple(dict.fromkeys((*occurrence.findings, *work.findings)))
            title = _filled(package.title, occurrence.places)
            served = occurrence.kpi_ids or kpis
            items.append(
                BacklogItem(
                    id=task_id,
                    title=title,
                    story=_filled(package.story, occurrence.places),
                    acceptance=tuple(_filled(one, occurrence.places) for one in package.acceptance),
                    mvp=package.mvp and work.mvp,
                    kpi_ids=served,
                    findings=evidence,
                    assumptions=named,
                )
            )
            tasks.append(
                Task(
                    id=task_id,
                    title=title,
                    stage=package.stage,
                    role=package.role,
                    estimate=estimate,
                    lasts_at_least=(lasting.value or 0.0) if lasting else 0.0,
                    after=tuple(waits),
                    epic_id=work.epic_id,
                    item_ids=(task_id,),
                    kpi_ids=served,
                    mvp=package.mvp and work.mvp,
                    findings=evidence,
                    assumptions=named,
                )
            )
    return Breakdown(items=tuple(items), tasks=tuple(tasks), assumptions=tuple(assumptions.values()), same=same)


def _occurrences(package: WorkPackage, work: WorkFor) -> list[_Occurrence]:
    """What a package occurs for; empty if it does not."""

    def each(place: str, things: Sequence[tuple[str, str, tuple[str, ...]]]) -> list[_Occurrence]:
        return [
            _Occurrence(suffix=key, places={"goal": work.goal, place: name}, findings=evidence) for key, name, evidence in _distinct(things)
        ]

    match package.when:
        case When.ONCE:
            return [_Occurrence(places={"goal": work.goal})]
        case When.NO_SYSTEM:
            return [] if work.systems else [_Occurrence(places={"goal": work.goal})]
        case When.EACH_SYSTEM:
            return each("system", [(_key(one.name), one.name, one.findings) for one in work.systems])
        case When.EACH_OPEN_QUESTION:
            return each("question", [(_key(one.name), one.name, one.findings) for one in work.open_questions])
        case When.EACH_KPI_WITHOUT_BASELINE:
            ids = {_key(one.id): one.id for one in reversed(work.kpis)}
            found = each("kpi", [(_key(one.id), one.metric, one.findings) for one in work.kpis if not one.has_baseline])
            return [one.model_copy(update={"kpi_ids": (ids[one.suffix],)}) for one in found]
        case When.KPIS_WITHOUT_OWNER:
            return _of_all([one for one in work.kpis if not one.has_owner], work.goal)
        case When.UNKNOWN_GATE:
            return each("action", [(_key(one.dimension), one.action, one.findings) for one in work.gaps if not one.closed])
        case When.GAP:
            gap = next((one for one in work.gaps if one.closed and one.dimension == package.dimension), None)
            return [_Occurrence(places={"goal": work.goal, "action": gap.action}, findings=gap.findings)] if gap else []


def _of_all(kpis: Sequence[NamedKpi], goal: str) -> list[_Occurrence]:
    """One occurrence for all of these, with their names in quotation marks; none without any."""
    if not kpis:
        return []
    names = list(dict.fromkeys(f"“{short(one.metric, _LONGEST_METRIC)}”" for one in kpis))
    more = len(names) - _MOST_NAMED
    named = listed([*names[:_MOST_NAMED], *([counted(more, "further KPI")] if more > 0 else [])])
    findings = tuple(dict.fromkeys(id_ for one in kpis for id_ in one.findings[:2]))
    return [_Occurrence(places={"goal": goal, "kpi": named}, findings=findings, kpi_ids=tuple(one.id for one in kpis))]


def _distinct(things: Sequence[tuple[str, str, tuple[str, ...]]]) -> list[tuple[str, str, tuple[str, ...]]]:
    """Each key once, with the name that came first."""
    return list({key: (key, name, evidence) for key, name, evidence in reversed(things)}.values())[::-1]


def _key(name: str) -> str:
    """A name as a part of an id: readable, and different for different names."""
    words = "-".join(_WORDS.findall(name.lower()))
    if words == name.lower() and len(words) <= _MOST_IN_AN_ID:
        return words
    return f"{words[:_MOST_IN_AN_ID].strip('-')}-{sha256(name.lower().encode('utf-8', 'surrogatepass')).hexdigest()[:6]}"


def _id(work: WorkFor, package: str, occurrence: _Occurrence) -> str:
    return ".".join(part for part in (work.epic_id, package, occurrence.suffix) if part)


def _that_occur(after: Sequence[str], before: Mapping[str, Sequence[str]], found: Mapping[str, Sequence[_Occurrence]]) -> list[str]:
    """The packages to wait for; one that does not occur hands on what it waits for itself."""
    waits: dict[str, None] = {}
    todo = list(reversed(after))
    seen: set[str] = set()
    while todo:
        one = todo.pop()
        if one in seen:
            continue
        seen.add(one)
        if found.get(one):
            waits[one] = None
        else:
            todo.extend(reversed(before[one]))
    return list(waits)


def _filled(template: str, places: Mapping[str, str]) -> str:
    """A template with its places filled in one pass, so that braces in what stakeholders said stay as they are."""
    return PLACE.sub(lambda place: places[place[1]], template)


def _in_general(template: str) -> str:
    """A template as it stands for whatever it occurs for: “{kpi}” is “a KPI”."""
    return _QUOTED_PLACE.sub(lambda place: _ANY.get(place["name"], "something"), template)


def _quoted(title: str) -> str:
    """A title in quotation marks, those within it made single."""
    return f"“{title.replace('“', '‘').replace('”', '’')}”"


def _estimate(package: WorkPackage, task_id: str, settings: PlanSettings | None, title: str) -> tuple[Assumption, Estimate]:
    """The estimate that holds, as an assumption: a person's for this task, else a changed one of the package, else the table's."""
    own = settings.estimates.get(task_id) if settings else None
    if settings and own:
        text = f"Days for {_quoted(title)}, as estimated for this task alone"
        return _days(f"estimate.{task_id}", text, own, "estimated in the plan", settings.changed_by or "a person"), own
    name = f"estimate.{package.id}"
    text = f"Days of one person for {_quoted(_in_general(package.title))}"
    changed = _changed(name, settings)
    if changed is None or changed.value is None:
        return _days(name, text, package.days, FROM_PLANNING, ""), package.days
    low = package.days.optimistic if changed.low is None else changed.low
    high = package.days.pessimistic if changed.high is None else changed.high
    estimate = Estimate(optimistic=min(low, changed.value), likely=changed.value, pessimistic=max(high, changed.value))
    return _days(name, text, estimate, changed.source or "changed in the plan", changed.changed_by or "a person"), estimate


def _changed(name: str, settings: PlanSettings | None) -> Assumption | None:
    """An assumption as a person changed it, which must be a number of days."""
    found = next((one for one in settings.assumptions if one.id == name), None) if settings else None
    if found is not None and max(found.value or 0, found.low or 0, found.high or 0) > MOST_DAYS:
        raise InvalidRequest(f"`{name}` is more than {MOST_DAYS:,} days.", where=name, remedy="Correct the figure.")
    return sound(found) if found is not None else None


def _lasting(package: WorkPackage, settings: PlanSettings | None) -> Assumption | None:
    """How long a package lasts at least, as an assumption; None if its work is all there is."""
    if not package.lasts_at_least:
        return None
    name = f"lasts.{package.id}"
    changed = _changed(name, settings)
    if changed is not None and changed.value is not None:
        return changed
    return Assumption(
        id=name,
        text=f"Working days that {_quoted(_in_general(package.title))} lasts at least, whatever the work in it",
        value=package.lasts_at_least,
        unit="days",
        source=FROM_PLANNING,
    )


def _days(name: str, text: str, estimate: Estimate, source: str, changed_by: str) -> Assumption:
    return Assumption(
        id=_short(name),
        text=text[:500],
        value=estimate.likely,
        low=estimate.optimistic,
        high=estimate.pessimistic,
        unit="days",
        source=source,
        changed_by=changed_by,
    )


def _short(name: str) -> str:
    """Ids of assumptions have a limit; a longer one keeps its start and a mark of its own."""
    return name if len(name) <= 120 else f"{name[:100]}-{sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"
