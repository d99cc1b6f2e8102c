"""Lessons: proposed by rule or written here, and a page of the knowledge base once a person approved them."""

from __future__ import annotations

from collections.abc import Sequence

from discovery_agent.discovery.execution import (
    approve_lesson,
    change_lesson,
    lesson_names,
    list_lessons,
    propose_lessons,
    reject_lesson,
    write_lesson,
)
from discovery_agent.discovery.report.wording import plural
from discovery_agent.domain.engagement import Engagement
from discovery_agent.domain.execution import UNFINISHED, Lesson, LessonState
from discovery_agent.errors import StaleVersion
from discovery_agent.web.ui.controls import Values, button, closer, dialog, field, form, text_area, text_input, tick
from discovery_agent.web.ui.elements import Piece, badge, div, empty, fold, heading, p, span, words_of
from discovery_agent.web.ui.execution.words import LESSONS
from discovery_agent.web.ui.paging import Paged, each
from discovery_agent.web.ui.visit import Visit

_SIZE = 5
_LONGEST = 20_000


class Lessons:
    """The lessons of an engagement on one open page."""

    def __init__(self, visit: Visit, engagement: Engagement) -> None:
        self._visit = visit
        self._engagement = engagement
        p("What the next engagement should know. An approved lesson is a page that every engagement finds; it should name nobody.", "note")
        if visit.writes:
            with div("line"):
                button(visit, "Look for lessons", self._propose)
                button(visit, "Write a lesson", self._write)
        self._listed = Paged(visit, "lessons", self._read, each(self._row, classes="rows lessons"), size=_SIZE, nothing=self._none)

    async def load(self) -> None:
        """Read and show them."""
        await self._listed.load()

    async def _read(self, offset: int, limit: int) -> tuple[Sequence[Lesson], int]:
        return await list_lessons(self._visit.workspace, self._engagement.id, offset=offset, limit=limit)

    def _none(self) -> None:
        empty("No lesson yet", "Rules propose one where a KPI drifted, where people did not agree, or where an assumption was corrected.")

    async def _propose(self) -> None:
        new = await propose_lessons(self._visit.workspace, self._engagement.id, self._visit.principal)
        self._visit.say(f"{plural(len(new), 'new proposal')}." if new else "There is nothing new to learn from yet.")
        await self._listed.load(0)

    def _row(self, one: Lesson) -> None:
        words, tone = LESSONS[one.state]
        with Piece("li"):
            heading(3, one.title)
            with p("", "line"):
                badge(words, tone)
                if one.why:
                    span(f"Proposed by rule: {one.why}", "quiet small").put("dir", "auto")
                else:
                    span(f"Written by {one.by}", "quiet small")
                if one.approved_by and one.state is LessonState.APPROVED:
                    span(f"approved by {one.approved_by}", "quiet small")
            if one.state is LessonState.DRAFT and UNFINISHED in one.body:
                p("It does not say why yet: edit it before it is approved.", "warning")
            with fold("Read it", opened=one.state is LessonState.DRAFT):
                words_of(one.body, "div", "lesson-text")
            if self._visit.writes:
                self._acts(one)

    def _acts(self, one: Lesson) -> None:
        async def edit() -> None:
            self._edit(one)

        async def approve() -> None:
            await self._approve(one)

        async def reject() -> None:
            self._reject(one)

        with div("acts line"):
            if one.state is LessonState.DRAFT:
                button(self._visit, "Edit", edit, "slim", aria_label=f"Edit: {one.title}")
                button(self._visit, "Approve", approve, "slim main", aria_label=f"Approve: {one.title}")
            if one.state is not LessonState.REJECTED:
                words = "Reject" if one.state is LessonState.DRAFT else "Take out of the knowledge base"
                button(self._visit, words, reject, "slim", aria_label=f"{words}: {one.title}")

    async def _write(self) -> None:
        async def save(values: Values) -> None:
            await write_lesson(
                self._visit.workspace, self._engagement.id, values.get("title", ""), values.get("body", ""), self._visit.principal
            )
            box.delete()
            self._visit.say("The lesson is a draft.")
            await self._listed.load(0)

        with self._visit.client.content, dialog("Write a lesson") as box, form(self._visit, save, "fields"):
            _fields("", "")
            with div("actions"):
                closer(box)
                Piece("button", "Save the draft", "button main", type="submit")
        self._visit.run("open", box.id)

    def _edit(self, one: Lesson) -> None:
        async def save(values: Values) -> None:
            try:
                await change_lesson(
                    self._visit.workspace,
                    self._engagement.id,
                    one.id,
                    title=values.get("title", ""),
                    body=values.get("body", ""),
                    version=one.version,
                    principal=self._visit.principal,
                )
            except StaleVersion:
                await self._listed.load()  # the dialog stays, with what was written in it
                raise
            box.delete()
            self._visit.say("Saved.")
            await self._listed.load()

        with self._visit.client.content, dialog("Edit a lesson") as box, form(self._visit, save, "fields"):
            _fields(one.title, one.body)
            with div("actions"):
                closer(box)
                Piece("button", "Save", "button main", type="submit")
        self._visit.run("open", box.id)

    async def _approve(self, one: Lesson) -> None:
        found = await lesson_names(self._visit.workspace, self._engagement.id, one.id)

        async def approve(values: Values) -> None:
            seen = [each for at, each in enumerate(found) if f"stays:{at}" in values]
            try:
                await approve_lesson(
                    self._visit.workspace,
                    self._engagement.id,
                    one.id,
                    version=one.version,
                    principal=self._visit.principal,
                    names_seen=seen,
                )
            except StaleVersion:
                await self._listed.load()
                raise
            box.delete()
            self._visit.say("The lesson is part of the knowledge base.")
            await self._listed.load()

        with self._visit.client.content, dialog("Approve this lesson?") as box:
            words_of(one.title, classes="strong")
            p("It becomes a page of the knowledge base, which every engagement of this service finds.")
            with form(self._visit, approve, "fields"):
                if found:
                    with div("warning stack"):
                        p(f"It holds {plural(len(found), 'name')}. Take them out, or tick each that may be read in every engagement.")
                        for at, each_ in enumerate(found):
                            tick(f"stays:{at}", f"{each_} stays in it")
                else:
                    p("It names nobody who is known here.", "quiet")
                with div("actions"):
                    closer(box)
                    Piece("button", "Approve", "button main", type="submit")
        self._visit.run("open", box.id)

    def _reject(self, one: Lesson) -> None:
        async def reject(_: Values) -> None:
            await reject_lesson(self._visit.workspace, self._engagement.id, one.id, version=one.version, principal=self._visit.principal)
            box.delete()
            self._visit.say("Rejected.")
            await self._listed.load()

        with self._visit.client.content, dialog("Keep this lesson out of the knowledge base?") as box:
            words_of(one.title, classes="strong")
            p("It stays here as rejected, and is not proposed again.")
            with form(self._visit, reject), div("actions"):
                closer(box)
                Piece("button", "Keep it out", "button danger", type="submit")
        self._visit.run("open", box.id)


def _fields(title: str, body: str) -> None:
    with field("Title"):
        text_input("title", title, required=True, maxlength=200)
    with field("What was learned", "Without names of people and of the organisation."):
        text_area("body", body, rows="12", required=True, maxlength=_LONGEST)
