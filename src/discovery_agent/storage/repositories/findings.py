"""Findings, and what people decided about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, not_, select, tuple_, update

from discovery_agent.domain.engagement import StoredFinding
from discovery_agent.domain.findings import Finding, FindingKind, FindingStatus
from discovery_agent.storage.bodies import body_of
from discovery_agent.storage.link import AnyRow, Link, missing, stale
from discovery_agent.storage.tables import conversations, finding_speakers, findings

_WHAT = "finding"
_AT_ONCE = 1000
_LONGEST = 200
"""Letters of a name or word that are compared: what is longer does not fit into an index."""
_MOST_WORDS = 20
_PLACE = (findings.c.said_at, findings.c.conversation_id, findings.c.position, findings.c.id)


class Findings:
    """Findings by engagement: the oldest conversation first, in the order in which they were said.

    With `released_only`, what came up in interviews that their stakeholders have not released is left out.
    """

    def __init__(self, link: Link) -> None:
        self._link = link

    async def put(
        self, engagement_id: str, conversation_id: str, found: Sequence[Finding], analyst: str | None = None
    ) -> list[StoredFinding]:
        """Store what was found in a conversation, and give it back as it is stored now, in the order given.

        The same findings again change nothing. One that a person confirmed, corrected or rejected stays as the person left it.
        With `analyst`, it is named as the one who proposed them.

        Raises:
            NotFound: this engagement has no such conversation.
        """
        said_at = await self._link.row(
            select(conversations.c.created_at).where(conversations.c.engagement_id == engagement_id, conversations.c.id == conversation_id)
        )
        if said_at is None:
            raise missing("conversation")
        by_id: dict[str, Finding] = {}
        for finding in found:
            by_id[finding.id] = finding if analyst is None else finding.model_copy(update={"proposed_by": analyst})
        stored = [
            StoredFinding(engagement_id=engagement_id, conversation_id=conversation_id, finding=finding) for finding in by_id.values()
        ]
        insert = self._link.insert(findings)
        again = insert.on_conflict_do_update(
            index_elements=[findings.c.engagement_id, findings.c.id],
            set_={
                "kind": insert.excluded.kind,
                "position": insert.excluded.position,
                "words": insert.excluded.words,
                "body": insert.excluded.body,
                "version": findings.c.version + 1,
            },
            where=and_(
                findings.c.status == FindingStatus.PROPOSED,
                findings.c.conversation_id == insert.excluded.conversation_id,
                findings.c.body != insert.excluded.body,
            ),
        )
        await self._link.put(again, [{**_row(one), "said_at": said_at.created_at} for one in stored], owner="conversation")
        await self._note_speakers(stored)
        known = {one.finding.id: one for one in await self._some(engagement_id, list(by_id))}
        return [known[finding_id] for finding_id in by_id]

    async def list(
        self,
        engagement_id: str,
        *,
        kind: FindingKind | None = None,
        status: FindingStatus | None = None,
        conversation_id: str | None = None,
        speaker: str | None = None,
        q: str | None = None,
        released_only: bool = False,
        offset: int = 0,
        limit: int | None = 50,
    ) -> tuple[list[StoredFinding], int]:
        """Some of those that fit, and how many fit in all. `q` asks for words, of which the first 20 all occur in the statement or its quotes."""
        wanted = [findings.c.engagement_id == engagement_id]
        if kind is not None:
            wanted.append(findings.c.kind == kind)
        if status is not None:
            wanted.append(findings.c.status == status)
        if conversation_id is not None:
            wanted.append(findings.c.conversation_id == conversation_id)
        if speaker is not None:
            wanted.append(findings.c.id.in_(_said_by(engagement_id, speaker)))
        if released_only:
            wanted.append(_released(engagement_id))
        wanted.extend(findings.c.words.contains(word[:_LONGEST], autoescape=True) for word in (q or "").casefold().split()[:_MOST_WORDS])
        order = _PLACE if conversation_id is None else _PLACE[2:]
        rows = await self._link.slice(select(findings.c.body, findings.c.version).where(*wanted).order_by(*order), offset, limit)
        return [_value(row) for row in rows], await self._link.number(select(func.count()).select_from(findings).where(*wanted))

    async def get(self, engagement_id: str, finding_id: str) -> StoredFinding:
        """The finding of an id.

        Raises:
            NotFound: this engagement has none.
        """
        found = await self._some(engagement_id, [finding_id])
        if not found:
            raise missing(_WHAT)
        return found[0]

    async def of_ids(self, engagement_id: str, ids: Sequence[str]) -> list[StoredFinding]:
        """Those of some ids, in no order; of an id that is not there, none."""
        return await self._some(engagement_id, list(dict.fromkeys(ids)))

    async def update(self, stored: StoredFinding) -> StoredFinding:
        """Store what a person made of it; what comes back has the next version.

        Raises:
            NotFound: this conversation has none of that id.
            StaleVersion: somebody changed it since that version.
        """
        changed = stored.model_copy(update={"version": stored.version + 1})
        mine = and_(
            findings.c.engagement_id == stored.engagement_id,
            findings.c.conversation_id == stored.conversation_id,
            findings.c.id == stored.finding.id,
        )
        if not await self._link.change(update(findings).where(mine, findings.c.version == stored.version).values(_row(changed))):
            if await self._link.row(select(findings.c.id).where(mine)) is None:
                raise missing(_WHAT)
            raise stale(_WHAT)
        await self._link.change(
            delete(finding_speakers).where(
                finding_speakers.c.engagement_id == stored.engagement_id, finding_speakers.c.finding_id == stored.finding.id
            )
        )
        await self._note_speakers([changed])
        return changed

    async def all(self, engagement_id: str, *, released_only: bool = False) -> AsyncIterator[StoredFinding]:
        """Every finding; a thousand at a time are in memory."""
        wanted = [findings.c.engagement_id == engagement_id, *([_released(engagement_id)] if released_only else [])]
        query = select(findings.c.body, findings.c.version, *_PLACE).where(*wanted).order_by(*_PLACE)
        after: tuple[Any, ...] | None = None
        while True:
            rows = await self._link.slice(query if after is None else query.where(tuple_(*_PLACE) > after), 0, _AT_ONCE)
            for row in rows:
                yield _value(row)
            if len(rows) < _AT_ONCE:
                return
            after = tuple(rows[-1][2:])

    async def versions(self, engagement_id: str, *, released_only: bool = False) -> list[tuple[str, int]]:
        """Id and version of each that nobody rejected, by id: the same as long as nothing changes."""
        wanted = [
            findings.c.engagement_id == engagement_id,
            findings.c.status != FindingStatus.REJECTED,
            *([_released(engagement_id)] if released_only else []),
        ]
        rows = await self._link.rows(select(findings.c.id, findings.c.version).where(*wanted).order_by(findings.c.id))
        return [(row.id, row.version) for row in rows]

    async def counts(self, engagement_id: str, *, released_only: bool = False) -> dict[FindingKind, int]:
        """How many of each kind there are that nobody rejected; kinds without any are left out."""
        wanted = [findings.c.engagement_id == engagement_id, *([_released(engagement_id)] if released_only else [])]
        # By status as well, because an index holds just these two.
        counted = select(findings.c.status, findings.c.kind, func.count().label("number")).where(*wanted)
        numbers: Counter[FindingKind] = Counter()
        for row in await self._link.rows(counted.group_by(findings.c.status, findings.c.kind)):
            if row.status != FindingStatus.REJECTED:
                numbers[FindingKind(row.kind)] += row.number
        return dict(numbers)

    async def delete_of(self, engagement_id: str, conversation_id: str, *, proposed_only: bool = False) -> int:
        """Remove what was found in a conversation, or only what nobody has decided on; how many those were."""
        mine = and_(findings.c.engagement_id == engagement_id, findings.c.conversation_id == conversation_id)
        if proposed_only:
            mine = and_(mine, findings.c.status == FindingStatus.PROPOSED)
        return await self._link.change(delete(findings).where(mine))

    async def _some(self, engagement_id: str, ids: Sequence[str]) -> list[StoredFinding]:
        found: list[StoredFinding] = []
        for first in range(0, len(ids), _AT_ONCE):
            some = findings.c.id.in_(ids[first : first + _AT_ONCE])
            rows = await self._link.rows(select(findings.c.body, findings.c.version).where(findings.c.engagement_id == engagement_id, some))
            found.extend(map(_value, rows))
        return found

    async def _note_speakers(self, stored: Sequence[StoredFinding]) -> None:
        rows = [
            {"engagement_id": one.engagement_id, "speaker": speaker, "finding_id": one.finding.id}
            for one in stored
            for speaker in dict.fromkeys(name[:_LONGEST] for name in one.finding.speakers)
        ]
        await self._link.put(self._link.insert(finding_speakers).on_conflict_do_nothing(), rows, owner=_WHAT)


def _said_by(engagement_id: str, speaker: str) -> Any:
    return select(finding_speakers.c.finding_id).where(
        finding_speakers.c.engagement_id == engagement_id, finding_speakers.c.speaker == speaker[:_LONGEST]
    )


def _released(engagement_id: str) -> ColumnElement[bool]:
    private = select(conversations.c.id).where(conversations.c.engagement_id == engagement_id, conversations.c.released.is_(False))
    return not_(findings.c.conversation_id.in_(private))


def _row(stored: StoredFinding) -> dict[str, Any]:
    finding = stored.finding
    words = [finding.statement, *(quote.text for quote in finding.quotes), finding.kpi.metric if finding.kpi else ""]
    return {
        "engagement_id": stored.engagement_id,
        "id": finding.id,
        "conversation_id": stored.conversation_id,
        "kind": finding.kind,
        "status": finding.status,
        "position": _position(finding),
        "version": stored.version,
        "words": "\n".join(words).casefold(),
        "body": body_of(stored, exclude={"version"}),
    }


def _position(finding: Finding) -> int:
    """The number of the utterance that it stands on first."""
    number = finding.quotes[0].utterance_id.removeprefix("u")
    return min(int(number), 2**31 - 1) if number.isdecimal() else 0


def _value(row: AnyRow) -> StoredFinding:
    return StoredFinding.model_validate_json(row.body).model_copy(update={"version": row.version})
