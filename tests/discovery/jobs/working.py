"""An engagement whose transcripts are analysed, and a model server that counts what it answered."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from discovery_agent.discovery.assessments import Assessment, latest_assessment
from discovery_agent.discovery.engagements import create_engagement
from discovery_agent.discovery.jobs import get_job, list_jobs
from discovery_agent.discovery.uploads import upload_transcript
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import ConversationRecord, Job, JobState, StoredFinding
from discovery_agent.errors import IndexUnavailable
from discovery_agent.storage import ExtractionRecord
from tests import fake_model_server as fake

KICKOFF = b"""Ada: Claims wait too long. Our goal is to pay claims faster, so that customers stay with us.
Ben: Our handling time per claim is nine days.
Ada: We need to bring handling time per claim down to four days by June.
"""
FOLLOW_UP = b"""Cleo: I want claims to be paid faster as well, our customers leave us over it.
Cleo: Handling time per claim must come down to two days.
"""
LONG = "\n".join(
    f"Ada: Point {at}: we have to talk about claims, letters, scans and calls, and about {at} other things." for at in range(40)
)
"""Some windows long, at the least size of a window."""


class NoKnowledge:
    """A knowledge base that cannot be read: assessments do without."""

    @property
    def corpus_pages(self) -> object:
        raise IndexUnavailable("There is no knowledge base in this test.")

    def close(self) -> None:
        pass


@dataclass
class Engaged:
    """One engagement in a workspace."""

    ws: Workspace
    id: str

    async def upload(self, data: bytes, name: str = "meeting.txt") -> Job:
        """Hand a file in, and wait until nothing goes on any more."""
        job = await upload_transcript(self.ws, self.id, name, data, "lead")
        await self.ws.settle()
        return await get_job(self.ws, self.id, job.id)

    async def jobs(self) -> list[Job]:
        return await list_jobs(self.ws, self.id)

    async def conversations(self) -> list[ConversationRecord]:
        async with self.ws.database.reading() as unit:
            return (await unit.conversations.list(self.id))[0]

    async def findings(self) -> list[StoredFinding]:
        async with self.ws.database.reading() as unit:
            return (await unit.findings.list(self.id, limit=None))[0]

    async def windows(self, conversation_id: str) -> list[ExtractionRecord]:
        async with self.ws.database.reading() as unit:
            return await unit.extractions.list(self.id, conversation_id)

    async def assessment(self) -> Assessment:
        found = await latest_assessment(self.ws, self.id)
        assert found is not None
        return found


async def engaged(ws: Workspace, *, private: bool = True) -> Engaged:
    engagement = await create_engagement(ws, "Claims", purpose="Pay claims faster", private_until_release=private)
    return Engaged(ws, engagement.id)


def ended(jobs: Sequence[Job]) -> bool:
    """Whether all have."""
    return all(job.state in (JobState.DONE, JobState.FAILED) for job in jobs)


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    """Look again and again, for as long as the test may take."""
    while not await true():
        await asyncio.sleep(0.02)


def is_rating(exchange: fake.Exchange) -> bool:
    """Whether a request asks for ratings; the others ask for findings."""
    return exchange.body["response_format"]["json_schema"]["name"] == "RatingsReply"


def reads_nothing(exchange: fake.Exchange) -> fake.Behaviour:
    """A model that finds nothing."""
    return fake.answer({"ratings": [], "data": []} if is_rating(exchange) else {"findings": []})


def finds(statement: str, quote: str, turn: int = 0) -> Callable[[fake.Exchange], fake.Behaviour]:
    """A model that finds one business goal in one utterance."""
    found = {
        "quotes": [{"utterance": f"u{turn}", "text": quote}],
        "kind": "business_goal",
        "statement": statement,
        "confidence": 0.9,
        "stance": None,
        "kpi": None,
    }
    return lambda exchange: fake.answer({"ratings": [], "data": []} if is_rating(exchange) else {"findings": [found]})


class Counted:
    """A model that finds nothing, and counts what it has answered; after so many answers, it keeps who asks waiting."""

    def __init__(self, answers_at_most: int | None = None) -> None:
        self.answered: Counter[str] = Counter()
        self._left = answers_at_most
        self._lock = threading.Lock()
        self._open = threading.Event()
        self._held = 0

    async def keeps_waiting(self, many: int) -> None:
        """Until so many wait for an answer. If no more are asked at once, whatever was answered has arrived."""

        async def held() -> bool:
            return self._held == many

        await until(held)

    def opens(self) -> None:
        """Answer everything from now on, also who waits."""
        self._open.set()

    def __call__(self, exchange: fake.Exchange) -> fake.Behaviour:
        with self._lock:
            waits = self._left == 0
            self._held += waits
            if self._left:
                self._left -= 1

        async def behave(request: fake.Exchange) -> None:
            if waits:
                while not self._open.is_set() and not request.closing.is_set():
                    await asyncio.sleep(0.002)
                self._held -= 1
            await reads_nothing(request)(request)
            self.answered[json.dumps(request.body, sort_keys=True)] += 1

        return behave
