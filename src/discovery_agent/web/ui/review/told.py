"""The text of a section as a reviewer reads it: claims and tables, with the numbers of what they stand on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from discovery_agent.domain.blueprint.claims import Claim, Part, Row
from discovery_agent.domain.blueprint.document import BlueprintSection
from discovery_agent.web.ui.blueprint.marks import Marks
from discovery_agent.web.ui.elements import Piece, badge, div, heading, span, words_of
from discovery_agent.web.ui.paging import Paged
from discovery_agent.web.ui.visit import Visit

_ROWS = 20
"""Rows of a table that are shown at once."""


async def show_part(visit: Visit, marks: Marks, part: Part, act: Callable[[Part], None] | None = None) -> None:
    """A part of the section that is open; `act` adds what can be done with it beside its heading."""
    with div("told-part"):
        if part.heading:
            with div("told-head"):
                heading(4, part.heading)
                if act:
                    act(part)
        if part.claims:
            with Piece("ul", "", "claims-list"):
                for claim in part.claims:
                    with Piece("li"):
                        words_of(claim.text, "span")
                        span(" ")
                        _stands_on(marks, claim)
        if part.rows:
            await _table(visit, marks, part)


def show_plainly(section: BlueprintSection) -> None:
    """The whole text of a section without what it stands on, to be set beside another text."""
    for part in section.parts:
        with div("told-part"):
            if part.heading:
                words_of(part.heading, classes="strong")
            with Piece("ul", "", "claims-list"):
                for held in (*part.claims, *part.rows):
                    words_of(held.text if isinstance(held, Claim) else " · ".join(one for one in held.cells if one), "li")


async def _table(visit: Visit, marks: Marks, part: Part) -> None:
    name = part.heading or "Table"

    async def read(offset: int, limit: int) -> tuple[Sequence[Row], int]:
        return part.rows[offset : offset + limit], len(part.rows)

    def build(rows: Sequence[Row]) -> None:
        with div("table told-table", tabindex="0", role="region", aria_label=name), Piece("table", "", "kpis"):
            with Piece("thead"), Piece("tr"):
                for head in (*part.columns, "Stands on"):
                    Piece("th", head, scope="col")
            with Piece("tbody"):
                for row in rows:
                    with Piece("tr"):
                        words_of(row.cells[0], "th").put("scope", "row").put("data_label", part.columns[0])
                        for head, cell in zip(part.columns[1:], row.cells[1:], strict=False):
                            words_of(cell, "td").put("data_label", head)
                        with Piece("td", "", "stands", data_label="Stands on"):
                            _stands_on(marks, row)

    await Paged(visit, name, read, build, size=_ROWS).load()


def _stands_on(marks: Marks, held: Claim | Row) -> None:
    marks.show(held)
    if held.how:
        words_of(held.how, "span", "how")
    if not held.supported:
        badge("stands on nothing", "clash")
    if held.written_by != "rules":
        badge(f"written by {held.written_by}")
