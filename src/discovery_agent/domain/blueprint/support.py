"""Whether what a line cites holds its figures and the words that it puts in quotation marks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from discovery_agent.domain.agreement.amounts import figures_in
from discovery_agent.domain.blueprint.claims import Claim, Part, Row
from discovery_agent.domain.blueprint.differences import shown
from discovery_agent.domain.blueprint.document import Blueprint, PartEdit, SectionId

STATED = "stated"
"""Prefix of the ids of assumptions that a person stated."""
_AGREED = (SectionId.SPONSOR_VISION, "objective")
"""Where the shared objective is told: its figures were agreed on as they stand in it, also those that no finding holds."""
# Names hold digits that are no figures: M365, B2B, ISO 9001, v0003.
_IN_A_NAME = re.compile(r"\b(?=\w*[A-Za-z])(?=\w*\d)[\w-]+\b|\b(?!(?:EUR|USD|GBP|CHF|SEK|NOK|DKK|PLN|CZK)\b)[A-Z]{2,}\s\d+\b(?![.,]\d)")
_SAME = 0.005
"""Figures this close, as a share, are one: rules write sums without their small change."""
# A mark that nobody closed quotes up to the end. A straight one after a word or a figure closes, or means inches.
_QUOTED = re.compile(r"(?:[“„«»”]|(?<!\w)[\"＂])([^“”„«»\"＂]+)(?:[“”„«»\"＂]|$)")
_LEFT_OUT = re.compile(r"\[?(?:…|\.{3})\]?")
_WORD = re.compile(r"\w+")
_Known = tuple[tuple[float, str | None], ...]


def figures_without_source(text: str, held: Iterable[str], values: Iterable[float] = ()) -> tuple[str, ...]:
    """The figures of a text that none of the texts holds, nor the values: as they are written."""
    return _lacking(text, [*((value, None) for value in values), *(one for text in held for one in _known(text))])


def quotes_not_said(text: str, quotes: Iterable[str]) -> tuple[str, ...]:
    """What a text puts in quotation marks and none of the quotes holds. Case, spacing and punctuation may differ, and `…` leaves out."""
    wanted = [one.strip() for one in _QUOTED.findall(text) if _WORD.search(one)]
    if not wanted:
        return ()
    said = [_plain(one) for one in quotes]
    return tuple(one for one in wanted if not any(_stands(one, quote) for quote in said))


class Support:
    """What the lines of one version stand on. A finding that many of them cite is read once."""

    def __init__(self, blueprint: Blueprint) -> None:
        self._evidence = {one.finding_id: one for one in blueprint.evidence}
        self._assumptions = {one.id: one for one in blueprint.assumptions}
        self._kpis: dict[str, list[str]] = {}
        for kpi in blueprint.kpis:
            for one in kpi.findings:
                # What was read from it of a KPI, in figures as they were said.
                self._kpis.setdefault(one, []).extend(
                    text for text in (kpi.metric, kpi.baseline, kpi.target, kpi.condition, kpi.deadline) if text
                )
        self._objective = _known(blueprint.objective)
        self._of_findings: dict[str, _Known] = {}
        self._of_assumptions: dict[str, _Known] = {}
        self._before: dict[tuple[SectionId, str, str], Claim | Row] = {}
        self._heads: dict[tuple[SectionId, str], PartEdit] = {}
        for edit in blueprint.edits:
            if isinstance(edit, PartEdit):
                self._heads[edit.section_id, edit.part_id] = edit
            elif edit.now is not None and edit.was is not None and edit.was.written_by == "rules":
                self._before[_place(edit.section_id, edit.part_id, edit.now)] = edit.was

    def listed(self, assumption: str) -> bool:
        """Whether the version lists this assumption."""
        return assumption in self._assumptions

    def figures(self, section_id: SectionId, part_id: str, held: Claim | Row) -> tuple[str, ...]:
        """Figures of a line that nothing it cites holds. A row of the rules is computed; of a person's row, what they changed counts."""
        if isinstance(held, Row) and held.written_by == "rules":
            return ()
        texts = [held.text] if isinstance(held, Claim) else self._changed_cells(section_id, part_id, held)
        known = [*_known(held.how), *self._cited(held)]
        if (section_id, part_id) == _AGREED:
            known += self._objective
        return tuple(dict.fromkeys(one for text in texts for one in _lacking(text, known)))

    def quotes(self, section_id: SectionId, part_id: str, held: Claim | Row) -> tuple[str, ...]:
        """Words in quotation marks that nobody said in a quote that the line cites. Rules quote titles, too, and a person may leave them."""
        if held.written_by == "rules":
            return ()
        texts = [held.text] if isinstance(held, Claim) else self._changed_cells(section_id, part_id, held)
        before = self._before.get(_place(section_id, part_id, held))
        quoted = _QUOTED.findall(shown(before)) if before is not None else []
        return tuple(dict.fromkeys(one for text in texts for one in quotes_not_said(text, [*self._said([held]), *quoted])))

    def heading(self, section_id: SectionId, part: Part) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Figures and quoted words in a heading or the names of columns that a person wrote, and that the part's lines do not hold."""
        edit = self._heads.get((section_id, part.id))
        if edit is None or edit.now is None:
            return (), ()
        was = edit.was
        old = [was.heading, *was.columns] if was else []
        new = [one for one in (part.heading, *part.columns) if one not in old]
        lines = (*part.claims, *part.rows)
        by_rules = [shown(one) for one in lines if one.written_by == "rules"]
        known = [one for text in (*old, *by_rules, *(line.how for line in lines)) for one in _known(text)]
        known += [one for line in lines for one in self._cited(line)]
        quoted = [one for text in (*old, *by_rules) for one in _QUOTED.findall(text)]
        quotes = [*self._said(lines), *quoted]
        return (
            tuple(dict.fromkeys(one for text in new for one in _lacking(text, known))),
            tuple(dict.fromkeys(one for text in new for one in quotes_not_said(text, quotes))),
        )

    def _changed_cells(self, section_id: SectionId, part_id: str, row: Row) -> list[str]:
        before = self._before.get(_place(section_id, part_id, row))
        old = before.cells if isinstance(before, Row) else ()
        return [cell for at, cell in enumerate(row.cells) if at >= len(old) or cell != old[at]]

    def _said(self, lines: Iterable[Claim | Row]) -> list[str]:
        ids = dict.fromkeys(one for line in lines for one in line.findings if one in self._evidence)
        return [quote.text for one in ids for quote in self._evidence[one].quotes]

    def _cited(self, held: Claim | Row) -> list[tuple[float, str | None]]:
        known: list[tuple[float, str | None]] = []
        for one in held.findings:
            if one in self._evidence:
                known += self._of_finding(one)
        for one in held.assumptions:
            if one in self._assumptions:
                known += self._of_assumption(one)
                # An assumption keeps the beginning of a long line, which it is as a whole.
                whole = shown(held)
                if one.startswith(f"{STATED}-") and len(whole) > 500 and whole.startswith(self._assumptions[one].text):
                    known += _known(whole)
        return known

    def _of_finding(self, one: str) -> _Known:
        if one not in self._of_findings:
            found = self._evidence[one]
            texts = (found.statement, *(quote.text for quote in found.quotes), *self._kpis.get(one, ()))
            self._of_findings[one] = tuple(known for text in texts for known in _known(text))
        return self._of_findings[one]

    def _of_assumption(self, one: str) -> _Known:
        if one not in self._of_assumptions:
            held = self._assumptions[one]
            values = [(value, None) for value in (held.value, held.low, held.high) if value is not None]
            self._of_assumptions[one] = (*_known(held.text), *values)
        return self._of_assumptions[one]


def _place(section_id: SectionId, part_id: str, held: Claim | Row) -> tuple[SectionId, str, str]:
    return section_id, part_id, f"{type(held).__name__}\x1f{shown(held)}"


def _known(text: str) -> _Known:
    return tuple((one.value, one.unit) for one in figures_in(text))


def _lacking(text: str, known: Sequence[tuple[float, str | None]]) -> tuple[str, ...]:
    wanted = figures_in(_IN_A_NAME.sub(" ", text))
    # "one team" counts nothing.
    return tuple(
        one.text
        for one in wanted
        if one.text.lower() != "one" and not any(_same(one.value, value) and _fit(one.unit, unit) for value, unit in known)
    )


def _fit(unit: str | None, known: str | None) -> bool:
    """Whether a figure in one unit may stand for one in the other; one that names no unit may be in any."""
    return unit is None or known is None or unit == known


def _same(value: float, known: float) -> bool:
    scaled = (known, known * 100, known / 100)  # "a third" is 33 %
    return any(abs(value - one) <= max(abs(one) * _SAME, 1e-9) for one in scaled)


def _plain(text: str) -> str:
    return f" {' '.join(_WORD.findall(unicodedata.normalize('NFKC', text).casefold()))} "


def _stands(words: str, quote: str) -> bool:
    """Whether words stand in a quote, stretch after stretch where something was left out."""
    at = 0
    for piece in map(_plain, _LEFT_OUT.split(words)):
        if piece.strip():
            found = quote.find(piece, at)
            if found < 0:
                return False
            at = found + len(piece) - 1
    return True
