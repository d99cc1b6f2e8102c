"""What people changed in sections, kept short, and put back into a blueprint that was computed anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from discovery_agent.domain.blueprint.claims import Claim, Part, Row
from discovery_agent.domain.blueprint.differences import aligned, shown
from discovery_agent.domain.blueprint.document import BlueprintSection, PartEdit, PartHead, SectionId, TextEdit

Edit = TextEdit | PartEdit


def content(held: Claim | Row) -> str:
    """The same for a claim or row that a person left as it was, whatever the form sent back with it."""
    return f"{type(held).__name__}\x1f{shown(held)}\x1f{sorted(held.findings)}\x1f{sorted(held.assumptions)}"


def edits_between(section_id: SectionId, before: Sequence[Part], after: Sequence[Part], actor: str) -> list[Edit]:
    """What somebody changed in a section: lines that went come first, so that the places of the others are those of the result."""
    old = {one.id: one for one in before}
    new = {one.id for one in after}
    edits: list[Edit] = []
    for at, part in enumerate(after):
        known = old.get(part.id)
        if known is None or _head(known) != _head(part):
            was = _head(known) if known else None
            edits.append(PartEdit(section_id=section_id, part_id=part.id, at=at, was=was, now=_head(part), by=actor))
        edits += _lines(section_id, known or Part(id=part.id), part, actor)
    for at, part in enumerate(before):
        if part.id not in new:
            edits += _lines(section_id, part, Part(id=part.id), actor)
            edits.append(PartEdit(section_id=section_id, part_id=part.id, at=at, was=_head(part), by=actor))
    return edits


def joined(earlier: Sequence[Edit], later: Sequence[Edit]) -> tuple[Edit, ...]:
    """Both in one list, in which a thing that was changed twice stands once, and one that came and went not at all."""
    kept = list(earlier)
    found: list[Edit] = []
    for edit in later:
        at = next((at for at in reversed(range(len(kept))) if _goes_on(kept[at], edit)), None)
        one = edit if at is None else edit.model_copy(update={"was": kept.pop(at).was})
        if not _changes_nothing(one):
            found.append(one)
    return (*kept, *found)


def again(section: BlueprintSection, edits: Sequence[Edit]) -> tuple[BlueprintSection, list[Edit]]:
    """A section that was computed anew with the edits put in again, and those that found no place.

    An edit of a text that reads otherwise now (a figure in it was computed anew) keeps the person's words: a person wrote them, and the
    claim that they replaced is left out where it stands at the same place.
    """
    heads = [one for one in edits if isinstance(one, PartEdit)]
    drafted = {one.id: one for one in section.parts}
    parts = list(section.parts)
    added = {one.part_id: one for one in heads if one.was is None and one.now is not None and one.part_id not in drafted}
    parts += [Part(id=one) for one in added]
    lost: list[Edit] = []
    for edit in edits:
        if isinstance(edit, TextEdit) and not _line_again(parts, edit):
            lost.append(edit)
    for head in heads:
        at = next((at for at, one in enumerate(parts) if one.id == head.part_id), None)
        if at is None:
            lost += [head] if head.now else []
        elif head.now is not None:
            parts[at] = _with_head(parts[at], head)
        elif parts[at].claims or parts[at].rows:
            lost.append(head)  # what was taken out reads otherwise now; whether it should go, too, is for a person to say
        else:
            del parts[at]
    new = {one.part_id for one in heads}
    parts = [one for one in parts if one.claims or one.rows or one.id in drafted or one.id in new]
    own = sorted((one for one in parts if one.id in added), key=lambda one: added[one.id].at)
    parts = [one for one in parts if one.id not in added]
    for one in own:  # now that those are gone that went, places are those of the result
        parts.insert(min(added[one.id].at, len(parts)), one)
    return section.model_copy(update={"parts": tuple(parts)}), lost


def _head(part: Part) -> PartHead:
    return PartHead(heading=part.heading, columns=part.columns)


def _lines(section_id: SectionId, old: Part, new: Part, actor: str) -> list[Edit]:
    pairs = [*aligned(old.claims, new.claims), *aligned(old.rows, new.rows)]
    pairs.sort(key=lambda one: one[1] is not None)
    return [TextEdit(section_id=section_id, part_id=new.id, at=at, was=was, now=now, by=actor) for was, now, at in pairs]


def _goes_on(earlier: Edit, later: Edit) -> bool:
    """Whether the later edit is about what the earlier one left."""
    if (earlier.section_id, earlier.part_id) != (later.section_id, later.part_id):
        return False
    if isinstance(earlier, PartEdit) or isinstance(later, PartEdit):
        return isinstance(earlier, PartEdit) and isinstance(later, PartEdit)
    return earlier.now is not None and later.was is not None and content(earlier.now) == content(later.was)


def _changes_nothing(edit: Edit) -> bool:
    if isinstance(edit, PartEdit) or edit.was is None or edit.now is None:
        return edit.was == edit.now
    return content(edit.was) == content(edit.now)


def _line_again(parts: list[Part], edit: TextEdit) -> bool:
    """Put one line in again; False if it finds no place."""
    where = next((at for at, one in enumerate(parts) if one.id == edit.part_id), None)
    if where is None:
        if edit.now is None:
            return True  # gone already
        if edit.was is not None or not isinstance(edit.now, Claim):
            return False
        where = len(parts)
        parts.append(Part(id=edit.part_id))
    part = parts[where]
    rows = isinstance(edit.was or edit.now, Row)
    held: list[Claim | Row] = list(part.rows if rows else part.claims)
    place = next((at for at, one in enumerate(held) if edit.was is not None and content(one) == content(edit.was)), None)
    if place is not None:
        held[place : place + 1] = [edit.now] if edit.now else []
    elif edit.now is not None:
        at = min(edit.at, len(held))
        replaces = edit.was is not None and at < len(held) and held[at].written_by == edit.was.written_by
        held[at : at + 1 if replaces else at] = [edit.now]
    elif edit.was is not None and edit.at < len(held) and held[edit.at].written_by == edit.was.written_by:
        return False  # what was taken out reads otherwise now; whether it should go, too, is for a person to say
    lines = {"rows": _only_rows(held)} if rows else {"claims": tuple(one for one in held if isinstance(one, Claim))}
    parts[where] = part.model_copy(update=lines)
    return True


def _with_head(part: Part, edit: PartEdit) -> Part:
    """The part with the heading and columns as the person changed them; what they left is as it is now."""
    assert edit.now is not None
    was = edit.was or PartHead(heading="", columns=())
    heading = part.heading if edit.now.heading == was.heading else edit.now.heading
    columns = part.columns if edit.now.columns == was.columns else edit.now.columns
    rows = tuple(row if len(row.cells) == len(columns) else _under(columns, part.columns, row) for row in part.rows)
    return part.model_copy(update={"heading": heading, "columns": columns, "rows": rows})


def _under(columns: Sequence[str], before: Sequence[str], row: Row) -> Row:
    """A row that came anew under other columns: its cells by the names of theirs, empty where there was no such column."""
    cells = dict(zip(before, row.cells, strict=False))
    found = tuple(cells.get(one, "") for one in columns)
    return row.model_copy(update={"cells": found if found and found[0] else (*row.cells, *("" for _ in columns))[: len(columns)]})


def _only_rows(held: Iterable[Claim | Row]) -> tuple[Row, ...]:
    return tuple(one for one in held if isinstance(one, Row))
