"""The register of conflicts: each with both quotes, its crux, who looks after it, and how it ended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import Response

from discovery_agent.discovery.agreement import ConflictChange, change_conflict, conflict_register, register_states
from discovery_agent.discovery.engagements import get_engagement, list_stakeholders
from discovery_agent.discovery.report.decision_view import CONFLICT_LABELS
from discovery_agent.discovery.report.wording import day
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.agreement.register import ConflictState, RegisteredConflict
from discovery_agent.domain.engagement import Engagement, StakeholderRecord
from discovery_agent.errors import StaleVersion
from discovery_agent.web.ui.agreement.words import STATES
from discovery_agent.web.ui.controls import Values, button, choice, closer, dialog, field, form, text_area
from discovery_agent.web.ui.elements import Piece, badge, div, heading, name, p, section, span, words_of
from discovery_agent.web.ui.engagement.criteria import answer_to, crux_of, question_of
from discovery_agent.web.ui.engagement.result_page import none
from discovery_agent.web.ui.engagement.said import SaidSide, show_sides
from discovery_agent.web.ui.frame import begin, header
from discovery_agent.web.ui.paging import Paged, each
from discovery_agent.web.ui.visit import Visit

_ENDED = (ConflictState.SETTLED, ConflictState.ACCEPTED, ConflictState.GONE)
"""States in which nobody has to do anything about a conflict."""
_NONE = {
    ConflictState.OPEN: "No conflict is open.",
    ConflictState.IN_TALKS: "About no conflict are they in talks.",
    ConflictState.SETTLED: "None is settled yet.",
    ConflictState.ACCEPTED: "None was accepted as it is.",
    ConflictState.GONE: "None is gone.",
    None: "No two speakers contradict each other in what was found.",
}


async def conflicts_page(visit: Visit, engagement_id: str) -> Response | None:
    """Where people disagree, and how it ended."""
    await visit.may(engagement_id)
    engagement = await get_engagement(visit.workspace, engagement_id)
    place = begin(visit.client, f"Conflicts · {engagement.title}")
    header(visit.client, visit, engagement, "/conflicts")
    with place:
        with div("title"):
            heading(1, "Conflicts")
            p("Where people disagree: the one statement on which they part, the words of both sides, and how it ended.", "lead")
        register = ConflictList(visit, engagement)
    await register.load()
    return None


class ConflictList:
    """The register by state, those that are open first. `changed` is called once somebody decided on one."""

    def __init__(self, visit: Visit, engagement: Engagement, changed: Callable[[], Awaitable[None]] | None = None) -> None:
        self._visit = visit
        self._engagement = engagement
        self._changed = changed
        self._state: ConflictState | None = ConflictState.OPEN
        self._people: dict[str, StakeholderRecord] = {}
        with section("Register of conflicts", "register"):
            p("Every conflict that was ever found. One that nobody's words show any more is gone by itself.", "note")
            self._filter = div("choices", role="group", aria_label="Which conflicts to show")
            self._list = Paged(
                visit, "conflicts", self._read, each(self._row, classes="conflicts"), size=5, nothing=lambda: none(_NONE[self._state])
            )

    async def load(self) -> None:
        """Read and show what there is."""
        self._people = {one.id: one for one in await list_stakeholders(self._visit.workspace, self._engagement.id)}
        await self._show_filter()
        await self._list.load()

    async def _show_filter(self) -> None:
        counts = await register_states(self._visit.workspace, self._engagement.id)
        self._filter.clear()
        with self._filter:
            for state, count in counts.items():
                if count or state in (ConflictState.OPEN, self._state):
                    self._choice(state, STATES[state][0], count)
            self._choice(None, "all", sum(counts.values()))

    def _choice(self, state: ConflictState | None, words: str, count: int) -> None:
        async def show() -> None:
            self._state = state
            await self._show_filter()
            await self._list.load(0)

        pressed = "true" if state is self._state else "false"
        button(self._visit, f"{words[:1].upper()}{words[1:]} ({count})", show, "slim", aria_pressed=pressed)

    async def _read(self, offset: int, limit: int) -> tuple[list[RegisteredConflict], int]:
        return await conflict_register(self._visit.workspace, self._engagement.id, offset, limit, state=self._state)

    def _row(self, one: RegisteredConflict) -> None:
        conflict = one.conflict
        words, tone = STATES[one.state]
        look = "settled" if one.state in _ENDED else "" if one.real else "apparent"
        with Piece("li"), Piece("article", "", f"conflict {look}".strip()):
            with Piece("h3", "", "small-head"):
                span(CONFLICT_LABELS[conflict.kind], "kind")
                span(" ")
                name(conflict.about)
                span(" ")
                badge(words, tone)
                if one.state not in _ENDED:  # what it was matters to those who still have to end it
                    span(" ")
                    badge("real", "clash") if one.real else badge("only apparent")
                    if conflict.decides:
                        span(" ")
                        badge("decides a verdict", "clash")
            question = question_of(self._visit.workspace, conflict.criterion)
            words_of(crux_of(self._visit.workspace, conflict), classes="crux")
            show_resolution(one, question)
            sides = [SaidSide(answer_to(question, side.holds), side.speakers, side.quotes) for side in conflict.sides]
            show_sides(self._engagement.id, sides)
            self._owner(one)
            if self._visit.writes and one.state is not ConflictState.GONE:

                async def edit() -> None:
                    self._edit(one)

                verb = "Change" if one.state in _ENDED else "Decide"
                button(self._visit, verb, edit, "slim", aria_label=f"{verb}: {conflict.about}")

    def _owner(self, one: RegisteredConflict) -> None:
        owner, proposed = self._people.get(one.owner_id or ""), self._people.get(one.proposed_owner_id or "")
        if owner is None and one.state in _ENDED:
            return
        with p("", "small looked-after"):
            if owner:
                span("Looked after by ")
                name(owner.name, "strong")
            elif proposed:
                span("Nobody looks after it. By rule it would be ")
                name(proposed.name, "strong")
                span(".")
            else:
                span("Nobody looks after it.")

    def _edit(self, one: RegisteredConflict) -> None:
        async def save(values: Values) -> None:
            change = ConflictChange(
                state=ConflictState(values.get("state", one.state.value)),
                owner_id=values.get("owner") or None,
                apparent={"apparent": True, "real": False}.get(values.get("apparent", "")),
                resolution=values.get("resolution", "")[:2000],
                chosen=_chosen(one, values),
            )
            try:
                await change_conflict(self._visit.workspace, self._engagement.id, one.id, change, one.version, self._visit.principal)
            except StaleVersion:
                await self.load()  # the dialog stays, with what was written in it
                raise
            box.delete()
            self._visit.say("Saved.")
            await self.load()
            if self._changed is not None:
                await self._changed()

        with self._visit.client.content, dialog(one.conflict.about) as box:
            words_of(crux_of(self._visit.workspace, one.conflict), classes="crux")
            with form(self._visit, save, "fields"):
                self._fields(one)
                with div("actions"):
                    closer(box)
                    Piece("button", "Save", "button main", type="submit")
        self._visit.run("open", box.id)

    def _fields(self, one: RegisteredConflict) -> None:
        states = [(state.value, words[:1].upper() + words[1:]) for state, (words, _) in STATES.items() if state is not ConflictState.GONE]
        proposed = one.owner_id or one.proposed_owner_id or ""
        with field("Who brings it to an end"):
            choice("owner", [("", "Nobody yet"), *((each.id, each.name) for each in self._people.values())], proposed)
        with field("State", "Settled: the parties agree. Accepted: it stays, and you go on with it."):
            choice("state", states, one.state.value)
        with field("Which side holds", "Only if they settled on one of them. The objective then takes it."):
            sides = [(str(at), side.holds) for at, side in enumerate(one.conflict.sides)]
            chosen = next((value for value, holds in sides if holds == one.chosen), "")
            choice("chosen", [("", "None of them, or not settled"), *sides], chosen)
        with field("Resolution", "What was agreed, or why you go on without agreement."):
            text_area("resolution", one.resolution, maxlength=2000)
        with field("Is it real"):
            rule = "real" if one.conflict.real else "only apparent"
            now = "" if one.apparent is None else "apparent" if one.apparent else "real"
            choice(
                "apparent",
                [("", f"As the rule says: {rule}"), ("real", "Real: both cannot hold"), ("apparent", "Only apparent: both can hold")],
                now,
            )


def _chosen(one: RegisteredConflict, values: Values) -> str | None:
    if values.get("state") != ConflictState.SETTLED.value:
        return None
    picked = values.get("chosen", "")
    return one.conflict.sides[int(picked)].holds if picked.isdecimal() and int(picked) < len(one.conflict.sides) else None


async def decided_on(ws: Workspace, engagement_id: str) -> dict[str, RegisteredConflict]:
    """The register by the ids of its conflicts."""
    async with ws.database.reading() as unit:
        return {one.id: one async for one in unit.conflicts.all(engagement_id)}


def show_resolution(one: RegisteredConflict, question: str = "") -> None:
    """That a conflict ended, when, by whom and how, in the words of whoever wrote it down; nothing while it is open.

    `question` is that of the criterion on which they differed.
    """
    if one.state not in _ENDED and not one.resolution:
        return
    with div("resolution"):
        if one.state in _ENDED:
            with p("", "strong"):
                words = STATES[one.state][0]
                span(f"{words[:1].upper()}{words[1:]}{f' on {day(one.changed_at)}' if one.changed_at else ''}")
                if one.changed_by:
                    span(" by ")
                    name(one.changed_by)
        if one.chosen:
            words_of(f"Agreed on: {answer_to(question, one.chosen)}")
        if one.resolution:
            words_of(one.resolution)
