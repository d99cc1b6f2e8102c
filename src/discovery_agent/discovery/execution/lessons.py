"""Lessons: proposed by rule or written by a person, and a page of the knowledge base once a person approved them.

Until then no search finds them. What is approved names nobody, unless whoever approved it was shown the names and said that they stay.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

from discovery_agent.discovery.access import name_of
from discovery_agent.discovery.assessments import Section, assessment_section
from discovery_agent.discovery.audit import note
from discovery_agent.discovery.execution.check_ins import drifts
from discovery_agent.discovery.interviewing.cleaning import printable
from discovery_agent.discovery.reviewing.looking import newest_signed_in
from discovery_agent.discovery.reviewing.reviewers import require_key
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import content_id
from discovery_agent.domain.engagement import Principal
from discovery_agent.domain.execution import UNFINISHED, Lesson, LessonState, names_in, proposals
from discovery_agent.domain.orders import gives_orders_to_a_model
from discovery_agent.domain.page_labels import Audience, PageKind, Phase
from discovery_agent.domain.review import LEADING
from discovery_agent.errors import InvalidRequest, ModelError, StaleVersion
from discovery_agent.knowledge.pages import PageFront
from discovery_agent.storage.ids import new_id

LONGEST_LESSON = 20_000
_REFUSAL = "Only the owner or a lead decides what becomes part of the knowledge base."
_ALL = 10_000


async def list_lessons(
    ws: Workspace, engagement_id: str, state: LessonState | None = None, offset: int = 0, limit: int = 50
) -> tuple[Sequence[Lesson], int]:
    """Some lessons of an engagement, the newest first, and how many there are.

    Raises:
        NotFound: there is no such engagement.
    """
    async with ws.database.reading() as unit:
        await unit.engagements.get(engagement_id)
        group = state.value if state else None
        return await unit.lessons.list(engagement_id, group=group, newest_first=True, offset=offset, limit=limit)


async def get_lesson(ws: Workspace, engagement_id: str, lesson_id: str) -> Lesson:
    """The lesson of an id.

    Raises:
        NotFound: the engagement has none.
    """
    async with ws.database.reading() as unit:
        return await unit.lessons.get(engagement_id, lesson_id)


async def propose_lessons(ws: Workspace, engagement_id: str, principal: Principal) -> list[Lesson]:
    """Put down what rules see to learn from: drift, dissent, corrected assumptions. Each once; one that was rejected stays so.

    Raises:
        NotFound: the engagement is not theirs.
        AccessDenied: they are neither owner nor lead.
    """
    moved = await drifts(ws, engagement_id)
    new: list[Lesson] = []
    async with ws.database.unit() as unit:
        await unit.engagements.hold(engagement_id)
        await require_key(ws, unit, engagement_id, principal, LEADING, _REFUSAL)
        blueprint = await newest_signed_in(unit, engagement_id) or await unit.blueprints.latest(engagement_id)
        if blueprint is None:
            return []
        outcome = await unit.outcomes.latest(engagement_id)
        for one in proposals(blueprint, moved, outcome, blueprint.assumptions):
            lesson_id = content_id("l", one.about)
            if await unit.lessons.find(engagement_id, lesson_id) is None:
                lesson = Lesson(
                    engagement_id=engagement_id, id=lesson_id, at=ws.now(), title=one.title, body=one.body, by="rules", why=one.why
                )
                new.append(await unit.lessons.add(lesson))
                await note(ws, unit, engagement_id, name_of(principal), "lesson.proposed", lesson_id, one.title)
    return new


async def write_lesson(ws: Workspace, engagement_id: str, title: str, body: str, principal: Principal) -> Lesson:
    """Write a lesson down, as a draft.

    Raises:
        NotFound: the engagement is not theirs.
        AccessDenied: they are neither owner nor lead.
        InvalidRequest: it has no title, says nothing, or is too long.
    """
    async with ws.database.unit() as unit:
        await require_key(ws, unit, engagement_id, principal, LEADING, _REFUSAL)
        lesson = Lesson(
            engagement_id=engagement_id, id=new_id("l"), at=ws.now(), title=_title(title), body=_body(body), by=name_of(principal)
        )
        await unit.lessons.add(lesson)
        await note(ws, unit, engagement_id, name_of(principal), "lesson.written", lesson.id, lesson.title)
    return lesson


async def change_lesson(
    ws: Workspace, engagement_id: str, lesson_id: str, *, title: str | None, body: str | None, version: int, principal: Principal
) -> Lesson:
    """Change a draft; what is left out stays. One that was decided on stays as it is.

    Raises:
        NotFound, AccessDenied, InvalidRequest: as `write_lesson`.
        StaleVersion: somebody changed it meanwhile.
    """
    async with ws.database.unit() as unit:
        await require_key(ws, unit, engagement_id, principal, LEADING, _REFUSAL)
        before = await unit.lessons.get(engagement_id, lesson_id)
        if before.state is not LessonState.DRAFT:
            raise InvalidRequest("This lesson was decided on.", where="state", remedy="Write another one.")
        fields = {"version": version, "title": _title(title) if title is not None else before.title}
        changed = before.model_copy(update=fields | {"body": _body(body) if body is not None else before.body})
        stored = await unit.lessons.update(changed)
        await note(ws, unit, engagement_id, name_of(principal), "lesson.changed", lesson_id, stored.title)
    return stored


async def lesson_names(ws: Workspace, engagement_id: str, lesson_id: str) -> tuple[str, ...]:
    """Names of people and of the organisation that a lesson holds: they are to be taken out, or confirmed one by one.

    Raises:
        NotFound: the engagement has no such lesson.
    """
    lesson = await get_lesson(ws, engagement_id, lesson_id)
    people, organisation = await _names(ws, engagement_id)
    return names_in(f"{lesson.title}\n{lesson.body}", people, organisation)


async def approve_lesson(
    ws: Workspace, engagement_id: str, lesson_id: str, *, version: int, principal: Principal, names_seen: Sequence[str] = ()
) -> Lesson:
    """Make a lesson a page of the knowledge base, which every engagement finds. `names_seen` are names in it that are to stay.

    If the page cannot be written, the lesson is approved all the same, and approving it again writes the page.

    Raises:
        NotFound: the engagement is not theirs, or has no such lesson.
        AccessDenied: they are neither owner nor lead.
        InvalidRequest: it is not finished, names somebody who was not confirmed, reads like orders to a model, or was rejected.
        StaleVersion: somebody changed it meanwhile.
        IndexUnavailable: the page cannot be written or found.
    """
    names = await lesson_names(ws, engagement_id, lesson_id)
    async with ws.database.unit() as unit:
        await unit.engagements.hold(engagement_id)
        who = await require_key(ws, unit, engagement_id, principal, LEADING, _REFUSAL)
        lesson = await unit.lessons.get(engagement_id, lesson_id)
        if lesson.state is LessonState.REJECTED:
            raise InvalidRequest("This lesson was rejected.", where="state", remedy="Write another one.")
        if lesson.state is LessonState.DRAFT:
            if lesson.version != version:
                raise StaleVersion("Somebody changed this lesson meanwhile.", where="version", remedy="Load it again, and decide anew.")
            _require_fit(lesson, names, names_seen)
            decided = {"state": LessonState.APPROVED, "approved_by": who.name, "named": names, "decided_on": ws.now().date()}
            lesson = await unit.lessons.update(lesson.model_copy(update=decided))
            detail = f"{lesson.title}" + (f"; names that stay: {', '.join(names)}" if names else "")
            await note(ws, unit, engagement_id, name_of(principal), "lesson.approved", lesson_id, detail)
    await asyncio.to_thread(_publish, ws, lesson)
    return lesson


async def reject_lesson(ws: Workspace, engagement_id: str, lesson_id: str, *, version: int, principal: Principal) -> Lesson:
    """Keep a lesson out of the knowledge base; one that was approved is taken out again.

    Raises:
        NotFound: the engagement is not theirs, or has no such lesson.
        AccessDenied: they are neither owner nor lead.
        StaleVersion: somebody changed it meanwhile.
        IndexUnavailable: its page cannot be removed.
    """
    async with ws.database.unit() as unit:
        await require_key(ws, unit, engagement_id, principal, LEADING, _REFUSAL)
        before = await unit.lessons.get(engagement_id, lesson_id)
        if before.state is LessonState.REJECTED:
            lesson = before
        else:
            decided = {"version": version, "state": LessonState.REJECTED, "decided_on": ws.now().date()}
            lesson = await unit.lessons.update(before.model_copy(update=decided))
            await note(ws, unit, engagement_id, name_of(principal), "lesson.rejected", lesson_id, lesson.title)
    await asyncio.to_thread(_take_out, ws, lesson)
    return lesson


def _require_fit(lesson: Lesson, names: Sequence[str], names_seen: Sequence[str]) -> None:
    if UNFINISHED in lesson.body:
        raise InvalidRequest("The lesson does not say why yet.", where="body", remedy=f"Put the reason in place of “{UNFINISHED}”")
    whole = f"{lesson.title}\n\n{lesson.body}"
    if any(gives_orders_to_a_model(text) for text in (lesson.title, lesson.body, whole)):
        raise InvalidRequest(
            "The lesson reads like orders to a language model, so it is kept out of the knowledge base.",
            where="body",
            remedy="Say what was learned as a statement.",
        )
    unseen = [one for one in names if one not in names_seen]
    if unseen:
        raise InvalidRequest(
            f"The lesson names {', '.join(unseen)}.", where="names_seen", remedy="Take the names out, or confirm that they stay."
        )


async def _names(ws: Workspace, engagement_id: str) -> tuple[list[str], str]:
    """Everybody who is known here by name, and the organisation."""
    voices, _ = await assessment_section(ws, engagement_id, Section.VOICES, limit=_ALL)
    async with ws.database.reading() as unit:
        engagement = await unit.engagements.get(engagement_id)
        people = [one.name for one in await unit.stakeholders.list(engagement_id)]
        members = [one.label for one in await unit.access.list(engagement_id)]
    return list(dict.fromkeys(name for name in (*people, *members, *(one.name for one in voices)) if name)), engagement.organisation


def _publish(ws: Workspace, lesson: Lesson) -> None:
    """Write the page and make it searchable; where the embedding model fails, the next search catches up."""
    knowledge = ws.bench.knowledge
    assert knowledge.own is not None
    front = PageFront(
        title=lesson.title,
        kind=PageKind.LESSON,
        phase=(Phase.BLUEPRINTING, Phase.PLANNING, Phase.EXECUTION),
        audience=(Audience.LEAD, Audience.BUSINESS, Audience.TECHNICAL),
        tags=("learned here",),
        sources=(),
    )
    knowledge.own.write(_page_name(lesson), front, f"# {lesson.title}\n\n{lesson.body}")
    _refresh(ws)


def _take_out(ws: Workspace, lesson: Lesson) -> None:
    own = ws.bench.knowledge.own
    assert own is not None
    if own.has(_page_name(lesson)):
        own.remove(_page_name(lesson))
        _refresh(ws)


def _refresh(ws: Workspace) -> None:
    try:
        ws.bench.knowledge.refresh()
    except ModelError:
        return


def _page_name(lesson: Lesson) -> str:
    """The name of its file: words of its title, and what tells it from others of that title."""
    words = re.sub(r"[^a-z0-9]+", "-", lesson.title.lower()).strip("-")[:60].strip("-")
    mark = content_id("l", lesson.engagement_id, lesson.id).removeprefix("l-")
    return f"{words}-{mark}" if words else mark


def _title(text: str) -> str:
    title = " ".join(printable(text).split())
    if sum(sign.isalnum() for sign in title) < 3:
        raise InvalidRequest("A lesson needs a title.", where="title", remedy="Say in a few words what was learned.")
    return title[:200]


def _body(text: str) -> str:
    body = printable(text).strip()
    if not any(sign.isalnum() for sign in body):
        raise InvalidRequest("The lesson says nothing.", where="body", remedy="Write what was learned.")
    if len(body) > LONGEST_LESSON:
        raise InvalidRequest(f"A lesson has at most {LONGEST_LESSON:,} characters.", where="body", remedy="Make it shorter.")
    return body
