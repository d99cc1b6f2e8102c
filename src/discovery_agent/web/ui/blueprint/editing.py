"""Rewriting a claim or a row: in a dialog, saved as the next version, refused with the differences if somebody was quicker."""

from __future__ import annotations

from discovery_agent.discovery.drafting import save_section
from discovery_agent.domain.blueprint.claims import Claim, Row
from discovery_agent.domain.blueprint.differences import shown
from discovery_agent.domain.blueprint.document import Blueprint
from discovery_agent.domain.blueprint.edit import COMPUTED
from discovery_agent.errors import InvalidRequest, StaleVersion
from discovery_agent.web.ui.blueprint.desk import Desk, Refusal
from discovery_agent.web.ui.blueprint.rewriting import Place, now_there, place_named, rewritten
from discovery_agent.web.ui.controls import Values, choice, closer, dialog, field, form, text_area, tick
from discovery_agent.web.ui.elements import Piece, div, p, words_of

_LONGEST = 2000
_FINDING, _ASSUMPTION, _CELL = "finding-", "assumption-", "cell-"
_OPTION = 110


def may_rewrite(desk: Desk, section_id: object) -> bool:
    """Whether a section is written by people, and this reader is one of them."""
    return desk.editable and section_id not in COMPUTED


def open_editor(desk: Desk, name: str) -> None:
    """Open the dialog for the place that a button names; see `place_named`."""
    place = place_named(desk.shown, name)
    if not may_rewrite(desk, place.section_id):
        raise InvalidRequest("This section is not written here.", remedy=COMPUTED.get(place.section_id))
    _Editor(desk, place).open()


class _Editor:
    """One open dialog."""

    def __init__(self, desk: Desk, place: Place) -> None:
        self._desk = desk
        self._place = place

    def open(self) -> None:
        """Build and show it."""
        adds = self._place.was is None
        what = "row" if self._place.columns else "statement"
        with self._desk.visit.client.content, dialog(f"Add a {what}" if adds else f"Change this {what}") as box:
            self._box = box.classes("wide").on("close", lambda: box.delete(), js_handler="() => emit()")
            with form(self._desk.visit, self._save, "fields", aria_label="What it should say"):
                self._refusal = Refusal(self._desk)
                self._words()
                self._support()
                if not adds:
                    tick("gone", f"Take this {what} out")
                with div("actions"):
                    closer(box)
                    Piece("button", "Save as a new version", "button main", type="submit")
        self._desk.visit.run("open", box.id)

    def _words(self) -> None:
        was = self._place.was
        if self._place.columns:
            cells = was.cells if isinstance(was, Row) else ("",) * len(self._place.columns)
            for at, (head, cell) in enumerate(zip(self._place.columns, cells, strict=False)):
                with field(head):
                    text_area(f"{_CELL}{at}", cell, "grow", rows=1, maxlength=_LONGEST, required=at == 0)
        else:
            with field("Statement"):
                text_area("text", was.text if isinstance(was, Claim) else "", "grow", rows=3, maxlength=_LONGEST, required=True)

    def _support(self) -> None:
        was, blueprint = self._place.was, self._desk.shown
        evidence = {one.finding_id: one for one in blueprint.evidence}
        assumptions = {one.id: one for one in blueprint.assumptions}
        with Piece("fieldset", "", "stack"):
            Piece("legend", "What it stands on")
            p("Without a source it is listed as an assumption that you stated.", "quiet small")
            for one in was.findings if was else ():
                if one in evidence:
                    tick(f"{_FINDING}{one}", evidence[one].statement, ticked=True)
            for one in was.assumptions if was else ():
                if one in assumptions:
                    tick(f"{_ASSUMPTION}{one}", f"Assumed: {assumptions[one].text}", ticked=True)
            others = [one for one in blueprint.evidence if was is None or one.finding_id not in was.findings]
            if others:
                options = [
                    ("", "Nothing more"),
                    *((one.finding_id, f"{one.statement[:_OPTION]} ({', '.join(one.speakers)})") for one in others),
                ]
                with field("Also stands on"):
                    choice("also", options)

    async def _save(self, values: Values) -> None:
        self._refusal.clear()
        now = None if "gone" in values else self._now(values)
        workspace, engagement, place = self._desk.visit.workspace, self._desk.engagement, self._place

        async def make(base: Blueprint) -> Blueprint:
            parts = rewritten(base, place, now)
            return await save_section(workspace, engagement.id, base.number, place.section_id, parts, self._desk.actor)

        try:
            await self._desk.change(self._refusal.base, make, place=f"{place.section_id.value}-{place.part_id}", dialog=self._box)
        except StaleVersion as error:
            await self._refusal.tell(error, self._how_it_reads_now)

    def _how_it_reads_now(self, newest: Blueprint) -> None:
        if self._place.was is None:
            return
        now = now_there(newest, self._place)
        if now is None:
            p("What you were changing was taken out meanwhile; yours will be added to its part.", "strong")
        elif now != self._place.was:
            p("What you were changing reads now:", "strong")
            words_of(shown(now))

    def _now(self, values: Values) -> Claim | Row:
        findings = [name.removeprefix(_FINDING) for name in values if name.startswith(_FINDING)]
        assumptions = [name.removeprefix(_ASSUMPTION) for name in values if name.startswith(_ASSUMPTION)]
        findings += [also] if (also := values.get("also", "")) else []
        cited, assumed = tuple(dict.fromkeys(findings)), tuple(assumptions)
        if self._place.columns:
            cells = tuple(values.get(f"{_CELL}{at}", "").strip()[:_LONGEST] for at in range(len(self._place.columns)))
            return Row(cells=cells, findings=cited, assumptions=assumed)
        text = values.get("text", "").strip()[:_LONGEST]
        if not text:
            raise InvalidRequest("It says nothing yet.", remedy="Write it, or tick that it should go.")
        return Claim(text=text, findings=cited, assumptions=assumed)
