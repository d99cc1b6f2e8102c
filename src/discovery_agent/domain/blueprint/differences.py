"""What changed between two versions, section by section in reading order: added, removed and changed, with both texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from typing import TypeVar

from discovery_agent.domain.blueprint.claims import Assumption, Claim, Part, Row
from discovery_agent.domain.blueprint.document import Blueprint, BlueprintSection, KpiTarget, SectionId
from discovery_agent.domain.conversation import Value
from discovery_agent.domain.planning.forecast import Forecast

T = TypeVar("T")


class Happened(StrEnum):
    """What happened to a thing."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Difference(Value):
    """One thing that differs. `was` is empty for an added one, `now` for a removed one."""

    happened: Happened
    part_id: str = ""
    heading: str = ""
    was: str = ""
    now: str = ""
    support_changed: bool = False
    """Whether what it stands on differs, too; with the same text this is the whole difference."""
    by: str = ""
    """Who wrote what it is now."""


class SectionDifferences(Value):
    """The differences of one section; `happened` says if the section as a whole came or went."""

    section_id: SectionId
    title: str
    happened: Happened = Happened.CHANGED
    differences: tuple[Difference, ...]


class BlueprintDifferences(Value):
    """Everything that differs between two versions."""

    older: int
    newer: int
    sections: tuple[SectionDifferences, ...]
    assumptions: tuple[Difference, ...] = ()
    kpis: tuple[Difference, ...] = ()
    figures: tuple[Difference, ...] = ()
    """Of the plan: dates, budget, payback."""

    @property
    def none(self) -> bool:
        """Whether both say the same."""
        return not (self.sections or self.assumptions or self.kpis or self.figures)


def differences_of(older: Blueprint, newer: Blueprint) -> BlueprintDifferences:
    """From `older` to `newer`."""
    return BlueprintDifferences(
        older=older.number,
        newer=newer.number,
        sections=tuple(_sections(older, newer)),
        assumptions=_named(older.assumptions, newer.assumptions, lambda one: one.id, _assumption),
        kpis=_named(older.kpis, newer.kpis, lambda one: one.id, _kpi),
        figures=tuple(_figures(older, newer)),
    )


def section_differences(older: BlueprintSection, newer: BlueprintSection) -> tuple[Difference, ...]:
    """The differences of one section in both versions, part by part."""
    before = {one.id: one for one in older.parts}
    after = {one.id: one for one in newer.parts}
    found: list[Difference] = []
    for part in newer.parts:
        known = before.get(part.id)
        found += _part(known, part) if known else _whole(part, Happened.ADDED)
    for part in older.parts:
        if part.id not in after:
            found += _whole(part, Happened.REMOVED)
    return tuple(found)


def aligned(before: Sequence[Claim | Row], after: Sequence[Claim | Row]) -> Iterator[tuple[Claim | Row | None, Claim | Row | None, int]]:
    """What each became, in the order of `after`, with its place there: (was, now, place). Equal ones are left out."""
    matcher = SequenceMatcher(None, [_key(one) for one in before], [_key(one) for one in after], autojunk=False)
    for what, from_, to, place, until in matcher.get_opcodes():
        if what == "equal":
            continue
        olds, news = before[from_:to], after[place:until]
        for at in range(max(len(olds), len(news))):
            was = olds[at] if at < len(olds) else None
            now = news[at] if at < len(news) else None
            yield was, now, place + min(at, max(0, len(news) - 1))


def shown(held: Claim | Row | None) -> str:
    """A claim or row as text."""
    return "" if held is None else held.text if isinstance(held, Claim) else " | ".join(held.cells)


def _sections(older: Blueprint, newer: Blueprint) -> Iterator[SectionDifferences]:
    before = {one.id: one for one in older.sections}
    after = {one.id: one for one in newer.sections}
    for section_id in SectionId:
        was, now = before.get(section_id), after.get(section_id)
        if was and now:
            if was.content_hash == now.content_hash:
                continue
            found = section_differences(was, now)
            if was.title != now.title:
                found = (Difference(happened=Happened.CHANGED, was=was.title, now=now.title), *found)
            if found:
                yield SectionDifferences(section_id=section_id, title=now.title, differences=found)
        elif now:
            told = tuple(one for part in now.parts for one in _whole(part, Happened.ADDED))
            yield SectionDifferences(section_id=section_id, title=now.title, happened=Happened.ADDED, differences=told)
        elif was:
            told = tuple(one for part in was.parts for one in _whole(part, Happened.REMOVED))
            yield SectionDifferences(section_id=section_id, title=was.title, happened=Happened.REMOVED, differences=told)


def _part(older: Part, newer: Part) -> list[Difference]:
    found: list[Difference] = []
    if older.heading != newer.heading:
        found.append(Difference(happened=Happened.CHANGED, part_id=newer.id, was=older.heading, now=newer.heading))
    if older.columns != newer.columns:
        found.append(Difference(happened=Happened.CHANGED, part_id=newer.id, was=" | ".join(older.columns), now=" | ".join(newer.columns)))
    for was, now, _ in (*aligned(older.claims, newer.claims), *aligned(older.rows, newer.rows)):
        found.append(_difference(newer.id, newer.heading, was, now))
    return found


def _difference(part_id: str, heading: str, was: Claim | Row | None, now: Claim | Row | None) -> Difference:
    happened = Happened.CHANGED if was and now else Happened.ADDED if now else Happened.REMOVED
    support = bool(was and now) and _support(was) != _support(now)
    by = now.written_by if now and now.written_by != "rules" else ""
    return Difference(happened=happened, part_id=part_id, heading=heading, was=shown(was), now=shown(now), support_changed=support, by=by)


def _whole(part: Part, happened: Happened) -> list[Difference]:
    held = (*part.claims, *part.rows)
    if happened is Happened.ADDED:
        return [_difference(part.id, part.heading, None, one) for one in held]
    return [_difference(part.id, part.heading, one, None) for one in held]


def _key(held: Claim | Row) -> str:
    return held.model_dump_json()


def _support(held: Claim | Row | None) -> tuple[frozenset[str], frozenset[str], str]:
    return (frozenset(held.findings), frozenset(held.assumptions), held.how) if held else (frozenset(), frozenset(), "")


def _named(before: Iterable[T], after: Iterable[T], name: Callable[[T], str], told: Callable[[T], str]) -> tuple[Difference, ...]:
    was = {name(one): told(one) for one in before}
    now = {name(one): told(one) for one in after}
    found = [
        Difference(happened=Happened.CHANGED if id_ in was else Happened.ADDED, part_id=id_, was=was.get(id_, ""), now=text)
        for id_, text in now.items()
        if was.get(id_) != text
    ]
    found += [Difference(happened=Happened.REMOVED, part_id=id_, was=text) for id_, text in was.items() if id_ not in now]
    return tuple(found)


def _assumption(one: Assumption) -> str:
    figures = [f"{value:g}" for value in (one.low, one.value, one.high) if value is not None]
    return " ".join(part for part in (one.text, " / ".join(figures), one.unit, f"({one.changed_by})" if one.changed_by else "") if part)


def _kpi(one: KpiTarget) -> str:
    said = [
        one.baseline and f"today {one.baseline}",
        one.target and f"target {one.target}",
        one.deadline,
        one.measured_by,
        one.owner and f"owner {one.owner}",
    ]
    disputed = f"disputed: {', '.join(one.disputed)}" if one.disputed else ""
    return "; ".join(part for part in (one.metric, *said, disputed) if part)


def _figures(older: Blueprint, newer: Blueprint) -> Iterator[Difference]:
    before = _of_plan(older.plan.forecast) if older.plan else {}
    after = _of_plan(newer.plan.forecast) if newer.plan else {}
    before["starts on"], after["starts on"] = older.starts_on.isoformat(), newer.starts_on.isoformat()
    before["course"], after["course"] = older.course.label, newer.course.label
    for name in dict.fromkeys((*before, *after)):
        was, now = before.get(name, ""), after.get(name, "")
        if was != now:
            happened = Happened.CHANGED if was and now else Happened.ADDED if now else Happened.REMOVED
            yield Difference(happened=happened, part_id=name, heading=name, was=was, now=now)


def _of_plan(forecast: Forecast) -> dict[str, str]:
    def whole(value: float | None, digits: int = 0) -> str:
        return "cannot be told" if value is None else f"{value:,.{digits}f}"

    return {
        "days (P50)": whole(forecast.duration_days.p50),
        "days (P80)": whole(forecast.duration_days.p80),
        "budget (P50)": whole(forecast.budget.p50),
        "budget (P80)": whole(forecast.budget.p80),
        "pilot, month (P80)": whole(forecast.pilot_month.p80) if forecast.pilot_month else "no pilot",
        "paid back, month": whole(forecast.payback_month) if forecast.payback_month else "not within the horizon, or not known",
        "result after 12 months": whole(forecast.twelve_month_result),
    }
