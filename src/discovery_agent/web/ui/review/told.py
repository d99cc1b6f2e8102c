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
"""Rows that are shown at once."""


async def show_part(visit: Visit, marks: Marks, part: Part, act: Callable[[Part], None] | None = None) -> None:
    """A part of the section that is open; `act` adds what can be done with it beside its heading."""
    with div("told-part"):
        if part.heading:
            with div("told-head"):
                heading(4, part.heading)
                if act:
                    act(part)
        if part.claims:
            with Piece("ul", "", "claims-told"):
                for claim in part.claims:
                    with Piece("li"):
                        words_of(claim.text, "span")
                        span(" ")
                        _stands_on(marks, claim)
        if part.rows:
            await _rows(visit, marks, part)


def show_plainly(section: BlueprintSection) -> None:
    """The whole text of a section without what it stands on, to be set beside another text."""
    for part in section.parts:
        with div("told-part"):
            if part.heading:
                words_of(part.heading, classes="strong")
            with Piece("ul", "", "claims-told"):
                for held in (*part.claims, *part.rows):
                    words_of(held.text if isinstance(held, Claim) else " · ".join(one for one in held.cells if one), "li")


async def _rows(visit: Visit, marks: Marks, part: Part) -> None:
    """The rows of a table, each as a small list of its cells: beside comments there is no room for columns."""

    hows = {row.how for row in part.rows}
    shared = next(iter(hows)) if len(hows) == 1 and len(part.rows) > 1 else ""

    async def read(offset: int, limit: int) -> tuple[Sequence[Row], int]:
        return part.rows[offset : offset + limit], len(part.rows)

    def build(rows: Sequence[Row]) -> None:
        with Piece("ul", "", "told-rows"):
            for row in rows:
                with Piece("li"):
                    with Piece("dl"):
                        for at, (head, cell) in enumerate(zip(part.columns, row.cells, strict=False)):
                            if cell:
                                with div("first" if not at else ""):
                                    Piece("dt", head)
                                    words_of(cell, "dd")
                    _stands_on(marks, row, shared)
        if shared:
            words_of(shared, "p", "how")

    await Paged(visit, part.heading or "rows", read, build, size=_ROWS).load()


def _stands_on(marks: Marks, held: Claim | Row, told: str = "") -> None:
    marks.show(held)
    if held.how and held.how != told:
        words_of(held.how, "span", "how")
    if not held.supported:
        badge("stands on nothing", "clash")
    if held.written_by != "rules":
        badge(f"written by {held.written_by}")
