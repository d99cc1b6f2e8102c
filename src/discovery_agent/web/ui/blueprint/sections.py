"""The sections of a version: claims and tables with the numbers of what they stand on."""

from __future__ import annotations

from collections.abc import Sequence

from discovery_agent.domain.blueprint.claims import Claim, Part, Row
from discovery_agent.domain.blueprint.document import BlueprintSection, SectionId
from discovery_agent.web.ui.blueprint.desk import Desk
from discovery_agent.web.ui.blueprint.editing import may_rewrite
from discovery_agent.web.ui.blueprint.marks import Marks, in_plain_words
from discovery_agent.web.ui.elements import Piece, badge, div, fold, heading, span, words_of
from discovery_agent.web.ui.paging import Paged

_ROWS = 12
"""Rows of a table that are shown at once."""
_CLAIMS = 25
_SHORT = 70
"""Signs of an explanation that is shown at once."""


class SectionParts:
    """Shows the parts of one section. `edits` says whether each claim and row gets a button to change it."""

    def __init__(self, desk: Desk, marks: Marks, section: BlueprintSection, *, edits: bool) -> None:
        self._desk = desk
        self._marks = marks
        self._section = section
        self._edits = edits and may_rewrite(desk, section.id)

    async def show(self, part: Part, at: int) -> None:
        """One part, which is the one of that count in its section."""
        with div("stretch", id=f"{self._section.id.value}-{part.id}"):
            if part.heading or self._edits:
                with div("stretch-head"):
                    if part.heading:
                        heading(3, part.heading)
                    if self._edits:
                        what = "row" if part.columns else "statement"
                        self._act(
                            "Add", f"edit|{self._section.id.value}|{at}|add", f"Add a {what} to {part.heading or self._section.title}"
                        )
            if part.claims:
                await self._claims(part, at)
            if part.columns:
                await self._table(part, at)

    async def _claims(self, part: Part, at: int) -> None:
        async def read(offset: int, limit: int) -> tuple[Sequence[tuple[int, Claim]], int]:
            return list(enumerate(part.claims))[offset : offset + limit], len(part.claims)

        def build(claims: Sequence[tuple[int, Claim]]) -> None:
            with Piece("ul", "", "claims-list"):
                for index, claim in claims:
                    with Piece("li"):
                        with div("said-so"):
                            words_of(claim.text, "span")
                            span(" ")
                            self._stands_on(claim)
                            if claim.how:
                                words_of(claim.how, "span", "how")
                        self._edit(at, index, claim.text)

        await Paged(self._desk.visit, part.heading or self._section.title, read, build, size=_CLAIMS).load()

    async def _table(self, part: Part, at: int) -> None:
        first = len(part.claims)
        hows = {row.how for row in part.rows}
        shared = next(iter(hows)) if len(hows) == 1 and len(part.rows) > 1 else ""

        async def read(offset: int, limit: int) -> tuple[Sequence[tuple[int, Row]], int]:
            return list(enumerate(part.rows, first))[offset : offset + limit], len(part.rows)

        def build(rows: Sequence[tuple[int, Row]]) -> None:
            name = part.heading or self._section.title
            with div("table", tabindex="0", role="group", aria_label=name), Piece("table", "", "kpis"):
                with Piece("thead"), Piece("tr"):
                    for head in (*part.columns, "Stands on"):
                        Piece("th", head, scope="col")
                with Piece("tbody"):
                    for index, row in rows:
                        self._row(part, at, index, row, shared)
            if shared:
                words_of(shared, "span", "how")

        await Paged(self._desk.visit, part.heading or self._section.title, read, build, size=_ROWS).load()

    def _row(self, part: Part, at: int, index: int, row: Row, shared: str) -> None:
        with Piece("tr"):
            if row.cells[0]:
                words_of(row.cells[0], "th").put("scope", "row").put("data_label", part.columns[0])
            else:
                Piece("td")
            for head, cell in zip(part.columns[1:], row.cells[1:], strict=False):
                words_of(in_plain_words(cell), "td").put("data_label", head)
            with Piece("td", "", "stands", data_label="Stands on"):
                self._stands_on(row)
                if row.how and row.how != shared:
                    _how(row.how)
                if self._section.id is SectionId.ASSUMPTIONS and row.assumptions:
                    words = "Change" if self._desk.editable else "Show"
                    self._act(words, f"assumption|{row.assumptions[0]}", f"{words} the assumption: {row.cells[0]}")
                self._edit(at, index, row.cells[0])

    def _stands_on(self, held: Claim | Row) -> None:
        self._marks.show(held)
        if not held.supported:
            badge("stands on nothing", "clash")
        if held.written_by != "rules":
            badge(held.written_by)

    def _edit(self, at: int, index: int, text: str) -> None:
        if self._edits:
            self._act("Edit", f"edit|{self._section.id.value}|{at}|{index}", f"Edit: {text[:80]}")

    def _act(self, words: str, does: str, label: str) -> None:
        Piece("button", words, "button plain tiny", type="button", data_do=does, aria_label=label)


def _how(text: str) -> None:
    """How a row was worked out; behind a fold where it is long, for its column is narrow."""
    if len(text) <= _SHORT:
        words_of(text, "span", "how")
        return
    with fold("How", classes="how"):
        words_of(text)
