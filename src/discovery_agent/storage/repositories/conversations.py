"""Conversations and what was said in them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, select, tuple_, update

from discovery_agent.domain.conversation import Conversation, ConversationKind, ReadingNote, Stakeholder, Utterance
from discovery_agent.domain.engagement import ConversationRecord, ConversationState, StoredUtterance
from discovery_agent.errors import InvalidRequest, StaleVersion
from discovery_agent.storage.bodies import body_of
from discovery_agent.storage.columns import Plain
from discovery_agent.storage.link import AnyRow, AnySelect, Link, missing, stale
from discovery_agent.storage.tables import conversations, findings, utterances

_WHAT = "conversation"
_CONVERSATIONS_AT_ONCE = 20
_PLAIN = frozenset(Utterance.model_fields)


class Conversations:
    """Interviews and meetings by engagement, newest first."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def add(
        self,
        record: ConversationRecord,
        said: Iterable[Utterance] = (),
        *,
        participants: Sequence[Stakeholder] = (),
        notes: Sequence[ReadingNote] = (),
    ) -> None:
        """Store a new one with what has been said so far, numbered 0, 1, 2, ...

        Raises:
            InvalidRequest: one of that id is there already, or the utterances are not numbered in order.
            NotFound: the engagement, or the stakeholder of the record, is not there.
        """
        lines = [_stored(utterance) for utterance in said]
        if any(line.index != position for position, line in enumerate(lines)):
            raise InvalidRequest("Utterances are numbered from 0 on, without gaps.", where="utterances")
        row = {**_row(record), "people": _people(participants, notes)}
        await self._link.add(conversations, [row], what=_WHAT, owner="engagement or stakeholder")
        rows = [_utterance_row(record.engagement_id, record.id, line) for line in lines]
        await self._link.add(utterances, rows, what="utterance", owner=_WHAT)

    async def get(self, engagement_id: str, conversation_id: str) -> ConversationRecord:
        """The conversation of an id, with counts of what it holds.

        Raises:
            NotFound: this engagement has none.
        """
        row = await self._link.row(_counted().where(_is(engagement_id, conversation_id)))
        if row is None:
            raise missing(_WHAT)
        return _record(row)

    async def find(self, conversation_id: str) -> ConversationRecord:
        """An interview by its id alone, for a link that names no engagement. Meetings are not found: their ids come of their words.

        Raises:
            NotFound: there is none.
        """
        wanted = _counted().where(conversations.c.id == conversation_id, conversations.c.kind == ConversationKind.INTERVIEW)
        rows = await self._link.rows(wanted.limit(2))
        if len(rows) != 1:
            raise missing("interview")
        return _record(rows[0])

    async def list(
        self, engagement_id: str, offset: int = 0, limit: int | None = 50, stakeholder_id: str | None = None
    ) -> tuple[list[ConversationRecord], int]:
        """Some of an engagement, or of one of its stakeholders, with their counts; and how many there are in all."""
        wanted = conversations.c.engagement_id == engagement_id
        if stakeholder_id is not None:
            wanted = and_(wanted, conversations.c.stakeholder_id == stakeholder_id)
        newest = _counted().where(wanted).order_by(conversations.c.created_at.desc(), conversations.c.id.desc())
        rows = await self._link.slice(newest, offset, limit)
        return [_record(row) for row in rows], await self._link.number(select(func.count()).select_from(conversations).where(wanted))

    async def update(self, record: ConversationRecord) -> ConversationRecord:
        """Store a changed one; what comes back has the next version. Its counts are not looked at.

        Raises:
            NotFound: this engagement has none of that id, or the stakeholder is not there.
            StaleVersion: somebody changed it since that version.
        """
        changed = record.model_copy(update={"version": record.version + 1})
        as_known = and_(_is(record.engagement_id, record.id), conversations.c.version == record.version)
        changing = update(conversations).where(as_known).values(_row(changed))
        if not await self._link.change(changing, orphan=missing("stakeholder")):
            await self.get(record.engagement_id, record.id)
            raise stale(_WHAT)
        return changed

    async def delete(self, engagement_id: str, conversation_id: str) -> None:
        """Remove it with everything said in it and found in it.

        Raises:
            NotFound: this engagement has none of that id.
        """
        if not await self._link.change(delete(conversations).where(_is(engagement_id, conversation_id))):
            raise missing(_WHAT)

    async def participants(self, engagement_id: str, conversation_id: str) -> tuple[Stakeholder, ...]:
        """Who took part.

        Raises:
            NotFound: this engagement has no such conversation.
        """
        row = await self._link.row(select(conversations.c.people).where(_is(engagement_id, conversation_id)))
        if row is None:
            raise missing(_WHAT)
        return tuple(map(Stakeholder.model_validate, json.loads(row.people)["participants"]))

    async def set_participants(self, engagement_id: str, conversation_id: str, participants: Sequence[Stakeholder]) -> None:
        """Replace who took part; the notes of its reader stay.

        Raises:
            NotFound: this engagement has no such conversation.
        """
        mine = select(conversations.c.people).where(_is(engagement_id, conversation_id))
        await self._link.lock(mine)
        row = await self._link.row(mine)
        if row is None:
            raise missing(_WHAT)
        notes = tuple(map(ReadingNote.model_validate, json.loads(row.people)["notes"]))
        people = _people(participants, notes)
        await self._link.change(update(conversations).where(_is(engagement_id, conversation_id)).values(people=people))

    async def utterances(self, engagement_id: str, conversation_id: str, first: int = 0, limit: int | None = None) -> list[StoredUtterance]:
        """What was said, in order, from utterance `first` on.

        Raises:
            NotFound: this engagement has no such conversation.
        """
        lines = (
            select(utterances.c.body)
            .where(*_said_in(engagement_id, conversation_id), utterances.c.position >= min(first, 2**31 - 1))
            .order_by(utterances.c.position)
        )
        rows = await self._link.slice(lines, 0, limit)
        if not rows:
            await self.get(engagement_id, conversation_id)
        return [StoredUtterance.model_validate_json(row.body) for row in rows]

    async def append(self, engagement_id: str, conversation_id: str, utterance: StoredUtterance) -> StoredUtterance:
        """Store what was said next. One whose `client_key` is there already is not stored again: the stored one comes back.

        Of two writers at once the second waits for the first, and then finds its number taken.

        Raises:
            NotFound: this engagement has no such conversation.
            StaleVersion: its index is not the next one.
        """
        mine = select(conversations.c.id).where(_is(engagement_id, conversation_id))
        await self._link.lock(mine)
        # A query of its own: one that waits for a lock still sees what was there before it waited.
        said = _said_in(engagement_id, conversation_id)
        following = select(func.coalesce(func.max(utterances.c.position) + 1, 0)).where(*said)
        sent = select(utterances.c.body).where(*said, utterances.c.client_key == bindparam("sent", utterance.client_key, Plain))
        row = await self._link.row(mine.add_columns(following.scalar_subquery().label("following"), sent.scalar_subquery().label("sent")))
        if row is None:
            raise missing(_WHAT)
        if row.sent is not None:
            return StoredUtterance.model_validate_json(row.sent)
        if utterance.index != row.following:
            raise StaleVersion(
                f"The conversation went on meanwhile: its next utterance is number {row.following}, not {utterance.index}.",
                remedy="Load it again, and decide anew.",
            )
        await self._link.add(utterances, [_utterance_row(engagement_id, conversation_id, utterance)], what="utterance", owner=_WHAT)
        return utterance

    async def load(self, engagement_id: str, conversation_id: str) -> Conversation:
        """The conversation as the domain knows it, with its participants and all that was said.

        Raises:
            NotFound: this engagement has none of that id.
        """
        row = await self._link.row(_counted().where(_is(engagement_id, conversation_id)))
        if row is None:
            raise missing(_WHAT)
        return (await self._whole(engagement_id, [row]))[0]

    async def loaded(self, engagement_id: str, ids: Collection[str] | None = None) -> AsyncIterator[Conversation]:
        """Conversations as the domain knows them, oldest first; a few at a time are in memory.

        All but those that wait to be analysed; with `ids`, only those of them.
        """
        oldest = (
            _counted()
            .where(conversations.c.engagement_id == engagement_id, conversations.c.state != ConversationState.WAITING)
            .order_by(conversations.c.created_at, conversations.c.id)
        )
        place = tuple_(conversations.c.created_at, conversations.c.id)
        after: tuple[Any, str] | None = None
        while True:
            query = oldest if after is None else oldest.where(place > after)
            rows = await self._link.slice(query, 0, _CONVERSATIONS_AT_ONCE)
            for conversation in await self._whole(engagement_id, [row for row in rows if ids is None or row.id in ids]):
                yield conversation
            if len(rows) < _CONVERSATIONS_AT_ONCE:
                return
            after = (rows[-1].created_at, rows[-1].id)

    async def _whole(self, engagement_id: str, rows: Sequence[AnyRow]) -> list[Conversation]:
        lines = await self._link.rows(
            select(utterances.c.conversation_id, utterances.c.body)
            .where(utterances.c.engagement_id == engagement_id, utterances.c.conversation_id.in_([row.id for row in rows]))
            .order_by(utterances.c.conversation_id, utterances.c.position)
        )
        said: dict[str, list[Utterance]] = {row.id: [] for row in rows}
        for line in lines:
            said[line.conversation_id].append(
                Utterance.model_validate({name: value for name, value in json.loads(line.body).items() if name in _PLAIN})
            )
        return [_conversation(_record(row), json.loads(row.people), said[row.id]) for row in rows]


def _is(engagement_id: str, conversation_id: str) -> ColumnElement[bool]:
    return and_(conversations.c.engagement_id == engagement_id, conversations.c.id == conversation_id)


def _said_in(engagement_id: str, conversation_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return utterances.c.engagement_id == engagement_id, utterances.c.conversation_id == conversation_id


def _counted() -> AnySelect:
    """Conversations with how much they hold. Utterances have no gaps, so the highest number tells how many there are."""
    mine = conversations.c
    said = select(func.max(utterances.c.position) + 1).where(*_said_in(mine.engagement_id, mine.id))  # pyright: ignore[reportArgumentType]
    found = select(func.count()).where(findings.c.engagement_id == mine.engagement_id, findings.c.conversation_id == mine.id)
    return select(conversations, said.scalar_subquery().label("said"), found.scalar_subquery().label("found"))


def _record(row: AnyRow) -> ConversationRecord:
    record = ConversationRecord.model_validate_json(row.body)
    return record.model_copy(update={"utterances": row.said or 0, "findings": row.found})


def _row(record: ConversationRecord) -> dict[str, Any]:
    return {
        "engagement_id": record.engagement_id,
        "id": record.id,
        "kind": record.kind,
        "state": record.state,
        "stakeholder_id": record.stakeholder_id,
        # Only an interview with a stakeholder of ours is theirs to release; an imported transcript of one came from the lead.
        "released": record.stakeholder_id is None or record.kind is ConversationKind.MEETING or record.released_at is not None,
        "created_at": record.created_at,
        "version": record.version,
        "body": body_of(record, exclude={"utterances", "findings"}),
    }


def _people(participants: Sequence[Stakeholder], notes: Sequence[ReadingNote]) -> str:
    people = {
        "participants": [one.model_dump(mode="json") for one in participants],
        "notes": [one.model_dump(mode="json") for one in notes],
    }
    return json.dumps(people)


def _stored(utterance: Utterance) -> StoredUtterance:
    return utterance if isinstance(utterance, StoredUtterance) else StoredUtterance(**utterance.model_dump())


def _utterance_row(engagement_id: str, conversation_id: str, utterance: StoredUtterance) -> dict[str, Any]:
    return {
        "engagement_id": engagement_id,
        "conversation_id": conversation_id,
        "position": utterance.index,
        "client_key": utterance.client_key,
        "body": body_of(utterance),
    }


def _conversation(record: ConversationRecord, people: dict[str, Any], said: Sequence[Utterance]) -> Conversation:
    return Conversation(
        id=record.id,
        title=record.title,
        kind=record.kind,
        source=record.source,
        format=record.format,
        held_on=record.held_on,
        participants=tuple(map(Stakeholder.model_validate, people["participants"])),
        utterances=tuple(said),
        notes=tuple(map(ReadingNote.model_validate, people["notes"])),
    )
