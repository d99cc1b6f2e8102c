"""Where a person's words go: one claim or row of a part, found again in a newer version if somebody was quicker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from discovery_agent.domain.blueprint.claims import Claim, Part, Row
from discovery_agent.domain.blueprint.document import Blueprint, SectionId
from discovery_agent.errors import InvalidRequest

Held = TypeVar("Held", Claim, Row)


@dataclass(frozen=True)
class Place:
    """One claim or row of a version, or the end of a part for one that is added."""

    section_id: SectionId
    part_id: str
    columns: tuple[str, ...] = ()
    """Heads of the table; empty in a part of claims."""
    at: int | None = None
    was: Claim | Row | None = None


def place_named(blueprint: Blueprint, name: str) -> Place:
    """The place that a button names: `section|part|at` by count, with `add` for the end of the part.

    Raises:
        InvalidRequest: this version has no such place.
    """
    section_name, _, rest = name.partition("|")
    part_at, _, at = rest.partition("|")
    section = next((one for one in blueprint.sections if one.id.value == section_name), None)
    part = section.parts[int(part_at)] if section and part_at.isdecimal() and int(part_at) < len(section.parts) else None
    if section is None or part is None:
        raise _GONE
    if at == "add":
        return Place(section.id, part.id, part.columns)
    held = (*part.claims, *part.rows)
    if not at.isdecimal() or int(at) >= len(held):
        raise _GONE
    return Place(section.id, part.id, part.columns if int(at) >= len(part.claims) else (), int(at), held[int(at)])


def now_there(blueprint: Blueprint, place: Place) -> Claim | Row | None:
    """What stands at a place in another version: the same if it is still there, else what took its place; None if it is gone."""
    if place.at is None or place.was is None:
        return None
    part = _part(blueprint, place)
    held = (*part.claims, *part.rows) if part else ()
    if place.was in held:
        return place.was
    other = held[place.at] if place.at < len(held) else None
    return other if type(other) is type(place.was) else None


def rewritten(blueprint: Blueprint, place: Place, now: Claim | Row | None) -> tuple[Part, ...]:
    """The parts of a section with one claim or row replaced, added, or for None taken out.

    Raises:
        InvalidRequest: this version has no such section or part any more.
    """
    section, part = blueprint.section(place.section_id), _part(blueprint, place)
    if section is None or part is None:
        raise _GONE
    old = now_there(blueprint, place)
    update: dict[str, object] = {}
    if isinstance(old, Claim) or (old is None and isinstance(now, Claim)):
        update["claims"] = _put(part.claims, old if isinstance(old, Claim) else None, now if isinstance(now, Claim) else None)
    else:
        update["rows"] = _put(part.rows, old if isinstance(old, Row) else None, now if isinstance(now, Row) else None)
    changed = part.model_copy(update=update)
    return tuple(changed if one.id == part.id else one for one in section.parts)


_GONE = InvalidRequest("What you wanted to change is not there any more.", remedy="Look at the newest version.")


def _part(blueprint: Blueprint, place: Place) -> Part | None:
    section = blueprint.section(place.section_id)
    return next((one for one in section.parts if one.id == place.part_id), None) if section else None


def _put(held: Sequence[Held], old: Held | None, now: Held | None) -> tuple[Held, ...]:
    if old is None:
        return (*held, now) if now is not None else tuple(held)
    at = held.index(old)
    return (*held[:at], *([now] if now is not None else []), *held[at + 1 :])
