"""An assumption in a dialog: what it says, where it comes from, what rests on it, and for leads its figures to change."""

from __future__ import annotations

from discovery_agent.discovery.drafting import save_assumption
from discovery_agent.discovery.report.wording import plural
from discovery_agent.domain.blueprint.claims import Assumption
from discovery_agent.domain.blueprint.document import Blueprint, SectionId
from discovery_agent.errors import InvalidRequest, NotFound, StaleVersion
from discovery_agent.web.ui.blueprint.desk import Desk, Refusal
from discovery_agent.web.ui.blueprint.marks import figures_of, source_of
from discovery_agent.web.ui.controls import Values, closer, dialog, field, form, text_area, text_input
from discovery_agent.web.ui.elements import Piece, div, p, words_of

_LONGEST = 500


def open_assumption(desk: Desk, assumption_id: str) -> None:
    """Open the dialog of an assumption of the version that is shown."""
    found = next((one for one in desk.shown.assumptions if one.id == assumption_id), None)
    if found is None:
        raise NotFound("This version lists no such assumption.", where=assumption_id)
    _Assumed(desk, found).open()


class _Assumed:
    """One open dialog."""

    def __init__(self, desk: Desk, assumption: Assumption) -> None:
        self._desk = desk
        self._assumption = assumption

    def open(self) -> None:
        """Build and show it."""
        one = self._assumption
        with self._desk.visit.client.content, dialog("Assumption") as box:
            self._box = box.on("close", lambda: box.delete(), js_handler="() => emit()")
            with div("stack"):
                words_of(one.text, classes="strong")
                if figures := figures_of(one):
                    words_of(figures)
                words_of(f"From: {source_of(one)}.", classes="quiet")
                _rests(self._desk.shown, one)
            if not self._desk.editable:
                with div("actions"):
                    closer(box, "Close")
            else:
                with form(self._desk.visit, self._save, "fields", aria_label="Change the assumption"):
                    self._refusal = Refusal(self._desk)
                    self._fields(one)
                    with div("actions"):
                        closer(box)
                        Piece("button", "Save and recompute", "button main", type="submit")
        self._desk.visit.run("open", box.id)

    def _fields(self, one: Assumption) -> None:
        with field("What is assumed"):
            text_area("text", one.text, "grow", rows=2, maxlength=_LONGEST, required=True)
        if one.value is not None:
            three_numbers("low", one.low, "value", one.value, "high", one.high, one.unit)

    async def _save(self, values: Values) -> None:
        self._refusal.clear()
        one = self._assumption
        text = values.get("text", "").strip()[:_LONGEST]
        if not any(sign.isalnum() for sign in text):
            raise InvalidRequest("It says nothing.", remedy="Write what is assumed.")
        figures = {name: number_of(values, name) for name in ("low", "value", "high")} if one.value is not None else {}
        changed = one.model_copy(update={"text": text, **figures})
        visit, engagement = self._desk.visit, self._desk.engagement

        async def make(base: Blueprint) -> Blueprint:
            return await save_assumption(visit.workspace, engagement.id, base.number, changed, self._desk.actor)

        try:
            await self._desk.change(self._refusal.base, make, dialog=self._box)
        except StaleVersion as error:
            await self._refusal.tell(error)


def _rests(blueprint: Blueprint, one: Assumption) -> None:
    """What rests on it."""
    tasks = sum(one.id in task.assumptions for task in blueprint.plan.tasks) if blueprint.plan else 0
    sections = [
        section.title
        for section in blueprint.sections
        if section.id is not SectionId.ASSUMPTIONS
        and any(one.id in held.assumptions for part in section.parts for held in (*part.claims, *part.rows))
    ]
    said = [*([plural(tasks, "task")] if tasks else []), *(f"“{title}”" for title in sections)]
    p(f"On it rest: {', '.join(said)}." if said else "Nothing in the sections rests on it directly.", "quiet")


def three_numbers(low: str, low_value: float | None, likely: str, value: float, high: str, high_value: float | None, unit: str) -> None:
    """Fields for the lowest, likeliest and highest value."""
    with div("three"):
        for name, words, number in ((low, "Low", low_value), (likely, "Likely", value), (high, "High", high_value)):
            with field(f"{words}{f' ({unit})' if unit else ''}"):
                shown = "" if number is None else f"{number:.12g}"
                text_input(name, shown, "number", min="0", step="any", required=name == likely, inputmode="decimal")


def number_of(values: Values, name: str) -> float | None:
    """The number in a field; None if it is empty.

    Raises:
        InvalidRequest: there is something else in it.
    """
    text = values.get(name, "").strip()
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not 0 <= number <= 1e12:
        raise InvalidRequest(f"“{text[:40]}” is no number that can be computed with.", remedy="Use a number from 0 on.")
    return number
