"""What was understood so far, each point with its quote, to be confirmed, corrected or struck out at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from discovery_agent.discovery.corrections import LONGEST_STATEMENT, correct_finding
from discovery_agent.domain.engagement import StoredFinding
from discovery_agent.domain.findings import FindingKind, FindingStatus
from discovery_agent.domain.interview.moves import RecapLine
from discovery_agent.domain.interview.recap import recap_lines
from discovery_agent.web.ui.controls import Values, button, field, form, local_button, text_area
from discovery_agent.web.ui.elements import Piece, backed, badge, div, heading, p
from discovery_agent.web.ui.visit import Visit

_MARKS = {FindingStatus.CONFIRMED: "right", FindingStatus.CORRECTED: "corrected", FindingStatus.REJECTED: "struck out"}


class Understood:
    """The panel beside the talk. A point may stand for several findings that say the same."""

    def __init__(self, visit: Visit, engagement_id: str, found: Sequence[StoredFinding]) -> None:
        self._visit = visit
        self._engagement = engagement_id
        self._found = {one.finding.id: one for one in found}
        self._struck: dict[str, RecapLine] = {}
        self._points: dict[tuple[str, FindingStatus], Piece] = {}
        self._begun = False
        with Piece("aside", "", "understood", id="understood", aria_labelledby="understood-title", tabindex="-1"), div("inner"):
            heading(2, "What I understood so far", id="understood-title")
            self._note = p("", "note")
            self._state = p("", "note line", role="status")
            self._list = Piece("ul", "", "points")
        self._draw()

    @property
    def count(self) -> int:
        """How many points there are."""
        return len(self._lines())

    def add(self, found: Sequence[StoredFinding]) -> None:
        """Take in what was understood now; a point that changed takes the place of the older one."""
        self._found.update({one.finding.id: one for one in found})
        self._draw()

    def reading(self, going_on: bool) -> None:
        """Say whether an answer is being read just now."""
        self._state.say("I am reading your answer ..." if going_on else "")

    def _lines(self) -> tuple[RecapLine, ...]:
        return recap_lines([one.finding for one in self._found.values()])

    def _draw(self) -> None:
        """Show new points and drop old ones; those that stay are not touched, in case somebody is correcting one."""
        lines = self._lines()
        lines = (*lines, *(line for line in self._struck.values() if line.id not in {one.id for one in lines}))
        self._note.say(
            "Say so at once where I got you wrong; at the end you see it all again."
            if lines
            else "Your points appear here, each with your own words beside it."
        )
        wanted = {(line.id, self._found[line.finding_ids[0]].finding.status): line for line in lines}
        for key in [key for key in self._points if key not in wanted]:
            self._points.pop(key).delete()
        for place, (key, line) in enumerate(wanted.items()):
            if key not in self._points:
                with self._list:
                    self._points[key] = self._point(line, key[1])
            if self._list.default_slot.children[place] is not self._points[key]:
                self._points[key].move(target_index=place)
        self._begun = True

    def _point(self, line: RecapLine, status: FindingStatus) -> Piece:
        fresh = self._begun and status is FindingStatus.PROPOSED
        with Piece("li", "", "point", id=f"point-{line.id}", tabindex="-1") as item:
            item.replace_class("fresh", fresh)
            item.replace_class("rejected", status is FindingStatus.REJECTED)
            with div("tags"):
                badge(line.heading)
                if status in _MARKS:
                    badge(_MARKS[status], "good" if status is not FindingStatus.REJECTED else "clash")
            backed(line.statement, line.quote)
            with div("acts") as acts:
                self._act(line, "That is right", FindingStatus.CONFIRMED, status)
                correct = local_button("Change it", "", "slim", aria_label=f"Change it: {line.statement}")
                self._act(line, "Wrong", FindingStatus.REJECTED, status)
            box = self._correction(line)
            box.put("hidden", True)
            swap = f"const box = getHtmlElement({box.id}); box.hidden = !box.hidden; getHtmlElement({acts.id}).hidden = !box.hidden;"
            correct.on("click", js_handler=f"() => {{ {swap} box.querySelector('textarea').focus(); }}")
            with box.default_slot.children[-1]:
                local_button("Cancel", f"{swap} getHtmlElement({correct.id}).focus();", "slim")
        return item

    def _act(self, line: RecapLine, words: str, status: FindingStatus, now: FindingStatus) -> None:
        button(
            self._visit,
            words,
            partial(self._decide, line, status),
            "slim",
            aria_pressed="true" if status is now else "false",
            aria_label=f"{words}: {line.statement}",
        )

    def _correction(self, line: RecapLine) -> Piece:
        async def save(values: Values) -> None:
            await self._decide(line, FindingStatus.CORRECTED, values.get("statement", "").strip())

        with form(self._visit, save, "stack") as box:
            with field("What should it say?"):
                text_area("statement", line.statement, "grow", required=True, maxlength=LONGEST_STATEMENT)
            with div("acts"):
                Piece("button", "Save", "button main slim", type="submit")
        return box

    def _meant(self, line: RecapLine, status: FindingStatus) -> tuple[str, ...]:
        """The findings of a line that a decision is about: a correction is none of a fact that was only read beside it."""
        if status is not FindingStatus.CORRECTED:
            return line.finding_ids
        first, *others = line.finding_ids
        return (first, *(one for one in others if self._found[one].finding.kind is not FindingKind.CRITERION))

    async def _decide(self, line: RecapLine, status: FindingStatus, statement: str | None = None) -> None:
        for finding_id in self._meant(line, status):
            known = self._found[finding_id]
            self._found[finding_id] = await correct_finding(
                self._visit.workspace,
                self._engagement,
                finding_id,
                status=status,
                statement=statement,
                version=known.version,
                actor=self._visit.actor,
            )
        if status is FindingStatus.REJECTED:
            self._struck[line.id] = line
        else:
            self._struck.pop(line.id, None)
        self._visit.say(
            {FindingStatus.CONFIRMED: "Good.", FindingStatus.CORRECTED: "Corrected.", FindingStatus.REJECTED: "Struck out."}[status]
        )
        self._draw()
        self._visit.run("refocus", f"point-{line.id}", "understood")
