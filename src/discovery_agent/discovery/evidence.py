"""Search over what was found in an engagement: statements and the sentences that prove them, by words and by meaning, fused.

    for one in await search_evidence(ws, principal, engagement_id, "how long do returns take?"):
        print(one.statement, one.quotes[0].text, one.conversation_title)

Whoever asks finds what they may read: findings of interviews that are still private, and findings that a person rejected, are left out.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from discovery_agent.discovery.access import may
from discovery_agent.discovery.engagements import shelf_name
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import Value
from discovery_agent.domain.engagement import ConversationRecord, Principal, StoredFinding
from discovery_agent.domain.findings import Finding, FindingKind, FindingStatus, Quote
from discovery_agent.domain.retrieval import fuse
from discovery_agent.knowledge.embeddings import DIMENSIONS
from discovery_agent.knowledge.keywords import KeywordIndex
from discovery_agent.knowledge.search import NOTHING_LIKE_IT, RANKED, WEIGHT_OF_MEANING, WEIGHT_OF_WORDS
from discovery_agent.knowledge.shelves import Remembered
from discovery_agent.storage.unit import Unit

Array = NDArray[np.float32]

NEW_VECTORS = 256
"""So many statements without a vector are embedded in one search, those that share words with the query first; the others are found by
words alone until a later search or an assessment has come to them."""

_NAME = "evidence"
_MOST_INDEXES = 4
_COMPARED = "statements"
"""Vectors that assessments have made and kept."""


class Evidence(Value):
    """A finding that answers a search, with the sentences that prove it and where they stand."""

    id: str = Field(description="Of the finding.")
    engagement_id: str
    conversation_id: str
    conversation_title: str
    held_on: date | None = Field(default=None, description="When the conversation was held, if known.")
    kind: FindingKind
    status: FindingStatus
    statement: str
    speakers: tuple[str, ...]
    confidence: float
    quotes: tuple[Quote, ...] = Field(description="Utterance, offsets, exact text and grounding of each; the citation of the statement.")
    score: float = Field(description="Sum of reciprocal ranks over the two searches; compares within one search only.")
    similarity: float | None = Field(default=None, description="Cosine of the query's vector and the statement's; None if not known.")
    vector_rank: int | None = Field(default=None, description="Place among statements by meaning, from 1; None if not among the first.")
    keyword_rank: int | None = Field(default=None, description="Place among statements and quotes by words, from 1; None as above.")


async def search_evidence(ws: Workspace, principal: Principal, engagement_id: str, query: str, *, limit: int = 10) -> tuple[Evidence, ...]:
    """The findings of an engagement that answer a query best, best first.

    A query without a word finds nothing, and so does one that is like no statement and shares no word with any. The index is made at the
    first search and again when findings have changed: seconds for tens of thousands of them, milliseconds for a few hundred.

    Raises:
        NotFound: there is no such engagement, or it is not theirs.
        AccessDenied: an invite opens its own interview only.
    """
    may(principal, engagement_id)
    if limit < 1 or not any(sign.isalnum() for sign in query):
        return ()
    hits = await _shelf(ws).search(ws, engagement_id, query, limit)
    async with ws.database.reading() as unit:
        stored = {one.finding.id: one for one in await unit.findings.of_ids(engagement_id, [hit.id for hit in hits])}
        records = {one.conversation_id: await unit.conversations.get(engagement_id, one.conversation_id) for one in stored.values()}
    shown = [(hit, stored[hit.id]) for hit in hits if hit.id in stored and stored[hit.id].finding.status is not FindingStatus.REJECTED]
    return tuple(_evidence(hit, one, records[one.conversation_id]) for hit, one in shown)


def _evidence(hit: _Hit, stored: StoredFinding, record: ConversationRecord) -> Evidence:
    finding = stored.finding
    return Evidence(
        id=finding.id,
        engagement_id=stored.engagement_id,
        conversation_id=record.id,
        conversation_title=record.title,
        held_on=record.held_on,
        kind=finding.kind,
        status=finding.status,
        statement=finding.statement,
        speakers=finding.speakers,
        confidence=finding.confidence,
        quotes=finding.quotes,
        score=hit.score,
        similarity=hit.similarity,
        vector_rank=hit.vector_rank,
        keyword_rank=hit.keyword_rank,
    )


class _Hit(Value):
    """A finding that was found, and how."""

    id: str
    score: float
    similarity: float | None
    vector_rank: int | None
    keyword_rank: int | None


class _Index:
    """The findings of one engagement as they were at one moment. For one thread at a time."""

    def __init__(self, ws: Workspace, engagement_id: str, found: Sequence[Finding]) -> None:
        self._ids = [one.id for one in found]
        self._statements = [one.statement for one in found]
        self._keywords = KeywordIndex.build(range(len(found)), map(_words, found))
        self._embed = ws.bench.embeddings.embed
        compared, self._own = (
            ws.bench.shelves.remembered(shelf_name(engagement_id), name, self._embed, dimensions=DIMENSIONS, belongs_to=engagement_id)
            for name in (_COMPARED, _NAME)
        )
        self._vectors = np.zeros((len(found), DIMENSIONS), np.float32)
        self._has_vector = np.zeros(len(found), np.bool_)
        self._take_known(compared)
        self._take_known(self._own)

    def search(self, query: str, limit: int) -> list[_Hit]:
        """The best, best first."""
        depth = max(RANKED, limit)
        by_words = self._keywords.search(query, depth)
        self._embed_some([number for number, _ in by_words])
        likeness = np.where(self._has_vector, self._vectors @ self._embed([query])[0], -1.0)
        near = np.argsort(-likeness, kind="stable")[:depth]
        by_meaning = {int(number): float(likeness[number]) for number in near if self._has_vector[number]}
        if not by_words and max(by_meaning.values(), default=0.0) < NOTHING_LIKE_IT:
            return []
        vector_rank = {self._ids[number]: rank for rank, number in enumerate(by_meaning, start=1)}
        keyword_rank = {self._ids[number]: rank for rank, (number, _) in enumerate(by_words, start=1)}
        similarity = {self._ids[number]: value for number, value in by_meaning.items()}
        best = fuse([list(vector_rank), list(keyword_rank)], [WEIGHT_OF_MEANING, WEIGHT_OF_WORDS])
        return [
            _Hit(id=id_, score=score, similarity=similarity.get(id_), vector_rank=vector_rank.get(id_), keyword_rank=keyword_rank.get(id_))
            for id_, score in best[:limit]
        ]

    def _take_known(self, kept: Remembered) -> None:
        known = kept.known(self._statements)
        for number, statement in enumerate(self._statements):
            if (vector := known.get(statement)) is not None:
                self._vectors[number] = vector
                self._has_vector[number] = True

    def _embed_some(self, first: Sequence[int]) -> None:
        """Embed some of the statements that have no vector yet, those named first before all others."""
        lacking = np.flatnonzero(~self._has_vector).tolist()
        if not lacking:
            return
        chosen = list(dict.fromkeys([*(one for one in first if not self._has_vector[one]), *lacking]))[:NEW_VECTORS]
        self._vectors[chosen] = self._own.embed([self._statements[number] for number in chosen])
        self._has_vector[chosen] = True


def _words(finding: Finding) -> str:
    """What of a finding is searched by words."""
    metric = [finding.kpi.metric] if finding.kpi else []
    return "\n".join((finding.statement, *metric, *(quote.text for quote in finding.quotes)))


class _Shelf:
    """The indexes of a workspace, of the engagements that were searched last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[list[tuple[str, int]], _Index]] = OrderedDict()
        self._busy = asyncio.Lock()

    async def search(self, ws: Workspace, engagement_id: str, query: str, limit: int) -> list[_Hit]:
        """Search the index of an engagement, made or made anew where its findings have changed; one search at a time."""
        async with self._busy:
            index = await self._index(ws, engagement_id)
            return await asyncio.to_thread(index.search, query, limit)

    async def _index(self, ws: Workspace, engagement_id: str) -> _Index:
        async with ws.database.reading() as unit:
            released_only = (await unit.engagements.get(engagement_id)).private_until_release
            versions = await unit.findings.versions(engagement_id, released_only=released_only)
            held = self._kept.pop(engagement_id, None)
            found = [] if held and held[0] == versions else await _findings(unit, engagement_id, released_only=released_only)
        if not held or held[0] != versions:
            held = versions, await asyncio.to_thread(_Index, ws, engagement_id, found)
        self._kept[engagement_id] = held
        while len(self._kept) > _MOST_INDEXES:
            self._kept.popitem(last=False)
        return held[1]


async def _findings(unit: Unit, engagement_id: str, *, released_only: bool) -> list[Finding]:
    every = unit.findings.all(engagement_id, released_only=released_only)
    return [one.finding async for one in every if one.finding.status is not FindingStatus.REJECTED]


def _shelf(ws: Workspace) -> _Shelf:
    shelf = ws.live.get(_NAME)
    if shelf is None:
        shelf = ws.live[_NAME] = _Shelf()
    assert isinstance(shelf, _Shelf)
    return shelf
