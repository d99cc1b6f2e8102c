"""Changes that a person makes to a version. Each gives the next version; what others wrote stays.

What a person writes names them. Without a citation it becomes an assumption of its own, "stated by" that person: it may stand in the
blueprint, but never as something that somebody said in a conversation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from discovery_agent.domain.blueprint.claims import Assumption, Claim, Part, Row
from discovery_agent.domain.blueprint.differences import shown
from discovery_agent.domain.blueprint.document import Blueprint, BlueprintSection, SectionId
from discovery_agent.domain.blueprint.replay import Edit, again, content, edits_between, joined
from discovery_agent.domain.blueprint.scope import assumptions_section
from discovery_agent.domain.blueprint.support import STATED
from discovery_agent.domain.conversation import content_id
from discovery_agent.errors import InvalidRequest, NotFound

MOST_PARTS, MOST_HELD, MOST_CHARACTERS = 60, 400, 150_000
"""Parts of a section, claims and rows in all of them, and their characters. A section that has more already may keep as many."""

COMPUTED: Mapping[SectionId, str] = {
    SectionId.PLAN: "Change the plan's settings, its estimates or an assumption; its figures are computed anew then.",
    SectionId.ECONOMICS: "Change an assumption or the plan's settings; its figures are computed anew then.",
    SectionId.ASSUMPTIONS: "Change an assumption where assumptions are changed.",
    SectionId.CHOICES: "A choice is approved or rejected in the review, and goes when its wish is met. It cannot be taken out here.",
}
"""Sections that nobody writes, with what to do instead."""


def with_section(blueprint: Blueprint, section_id: SectionId, parts: Sequence[Part], actor: str, known: Callable[[str], bool]) -> Blueprint:
    """The blueprint with other parts in a section. Number, time and evidence are left to the caller.

    `known` says which findings may be cited.

    Raises:
        NotFound: this version has no such section.
        InvalidRequest: the section is computed, the parts do not hold together, or a citation leads nowhere.
    """
    section = _editable(blueprint, section_id)
    if actor.strip().casefold() in ("", "rules"):  # nobody passes their own words off as the rules'
        actor = f"{actor} (a person)".strip()
    _refuse_too_much(section.parts, parts)
    _refuse_malformed(parts)
    before = {one.id: one for one in section.parts}
    assumptions = {one.id: one for one in blueprint.assumptions}
    stated: dict[str, Assumption] = {}
    written: list[Part] = []
    for part in parts:
        old = before.get(part.id) or Part(id=part.id)
        unchanged = {content(one): one for one in (*old.claims, *old.rows)}

        def mine(held: Claim | Row, unchanged: Mapping[str, Claim | Row] = unchanged) -> Claim | Row:
            return unchanged.get(content(held)) or _written(held, actor, assumptions, stated, known)

        new = part.model_copy(
            update={
                "claims": tuple(one for one in map(mine, part.claims) if isinstance(one, Claim)),
                "rows": tuple(one for one in map(mine, part.rows) if isinstance(one, Row)),
            }
        )
        written.append(new)
    changed = section.model_copy(update={"parts": tuple(written)})
    sections = tuple(changed if one.id is section_id else one for one in blueprint.sections)
    edits = joined(blueprint.edits, edits_between(section_id, section.parts, written, actor))
    listed = (*blueprint.assumptions, *(one for one in stated.values() if one.id not in assumptions))
    found = blueprint.model_copy(update={"sections": sections, "assumptions": listed, "edits": edits})
    return with_assumptions_listed(found)


def with_edits(blueprint: Blueprint, edits: Iterable[Edit], stated: Iterable[Assumption]) -> tuple[Blueprint, tuple[Edit, ...]]:
    """A blueprint that was computed anew with what people had rewritten put back in, and the edits that found no place."""
    sections = {one.id: one for one in blueprint.sections}
    lost: list[Edit] = []
    kept: list[Edit] = []
    by_section: dict[SectionId, list[Edit]] = {}
    for edit in edits:
        by_section.setdefault(edit.section_id, []).append(edit)
    for section_id, own in by_section.items():
        if section_id not in sections:
            lost += own
            continue
        sections[section_id], without = again(sections[section_id], own)
        gone = {id(one) for one in without}
        lost += without
        kept += [one for one in own if id(one) not in gone]
    listed = {one.id: one for one in blueprint.assumptions}
    found = blueprint.model_copy(
        update={
            "sections": tuple(sections[one.id] for one in blueprint.sections),
            "assumptions": (*blueprint.assumptions, *(one for one in stated if one.id not in listed)),
            "edits": tuple(kept),
        }
    )
    return with_assumptions_listed(found), tuple(lost)


def with_assumptions_listed(blueprint: Blueprint) -> Blueprint:
    """The section of assumptions as the assumptions are now; those that a person stated and nothing rests on any more are gone."""
    rested_on = {
        one
        for section in blueprint.sections
        if section.id is not SectionId.ASSUMPTIONS
        for part in section.parts
        for held in (*part.claims, *part.rows)
        for one in held.assumptions
    }
    kept = tuple(one for one in blueprint.assumptions if not one.id.startswith(f"{STATED}-") or one.id in rested_on)
    section = assumptions_section(kept)
    others = tuple(one for one in blueprint.sections if one.id is not SectionId.ASSUMPTIONS)
    return blueprint.model_copy(update={"assumptions": kept, "sections": (*others, *([section] if section.parts else []))})


def edited_sections(blueprint: Blueprint) -> tuple[SectionId, ...]:
    """Sections with words of a person in them, or without words that a person took out, in reading order."""
    touched = {one.section_id for one in blueprint.edits}
    return tuple(one for one in SectionId if one in touched)


def _editable(blueprint: Blueprint, section_id: SectionId) -> BlueprintSection:
    section = blueprint.section(section_id)
    if section is None:
        raise NotFound("This version has no such section.", where=section_id.value)
    if section_id in COMPUTED:
        raise InvalidRequest("This section is computed; nobody writes it.", where="section", remedy=COMPUTED[section_id])
    return section


def _refuse_too_much(before: Sequence[Part], parts: Sequence[Part]) -> None:
    """A section is read and compared as a whole, again and again: it has limits as a whole."""
    for most, what, size in (
        (MOST_PARTS, "parts", len),
        (MOST_HELD, "claims and rows", _lines),
        (MOST_CHARACTERS, "characters", _characters),
    ):
        if size(parts) > max(most, size(before)):
            raise InvalidRequest(f"A section has at most {most:,} {what}.", where="parts", remedy="Make it shorter.")


def _lines(parts: Sequence[Part]) -> int:
    return sum(len(one.claims) + len(one.rows) for one in parts)


def _characters(parts: Sequence[Part]) -> int:
    return sum(len(one.heading) + sum(map(len, one.columns)) + sum(len(shown(held)) for held in (*one.claims, *one.rows)) for one in parts)


def _refuse_malformed(parts: Sequence[Part]) -> None:
    ids = [one.id for one in parts]
    if twice := [one for one in ids if ids.count(one) > 1]:
        raise InvalidRequest(f"Two parts are called `{twice[0]}`.", where="parts", remedy="Give each part an id of its own.")
    for part in parts:
        if any(len(row.cells) != len(part.columns) for row in part.rows):
            raise InvalidRequest("A row has another number of cells than the table has columns.", where=f"parts.{part.id}")
        texts = [*(one.text for one in part.claims), *(cell for row in part.rows for cell in row.cells[:1])]
        if any(not any(sign.isalnum() for sign in text) for text in texts):
            raise InvalidRequest("A claim or row says nothing.", where=f"parts.{part.id}", remedy="Write it, or take it out.")


def _written(
    held: Claim | Row, actor: str, assumptions: Mapping[str, Assumption], stated: dict[str, Assumption], known: Callable[[str], bool]
) -> Claim | Row:
    """A claim or row as this person wrote it: they are named, and nothing counts as computed any more."""
    if strange := [one for one in held.findings if not known(one)]:
        raise InvalidRequest("A finding that is cited is not there, or was rejected.", where=strange[0], remedy="Cite another one.")
    if strange := [one for one in held.assumptions if one not in assumptions]:
        raise InvalidRequest("An assumption that is cited is not listed.", where=strange[0], remedy="Cite one of those listed.")
    update: dict[str, object] = {"how": "", "written_by": actor}
    if not held.findings and not held.assumptions:
        text = shown(held)
        one = Assumption(id=content_id(STATED, actor, text), text=text[:500], source=f"stated by {actor}"[:300], changed_by=actor)
        stated[one.id] = one
        update["assumptions"] = (one.id,)
    return held.model_copy(update=update)
