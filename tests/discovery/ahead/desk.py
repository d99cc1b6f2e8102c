"""Conversations, a model that reads them well, and a desk that hands their calls in as the command line does."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from discovery_agent.discovery.ahead import Ahead, answer_ahead
from discovery_agent.discovery.analyse import analyse_conversation
from discovery_agent.discovery.results import ConversationAnalysis
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.conversation import Conversation
from discovery_agent.domain.decisions import Tables
from discovery_agent.models.batch_api.notes import HandedIn, Notes
from discovery_agent.models.batch_api.requests import Limits
from discovery_agent.models.retrying import Timing
from discovery_agent.models.usage import Usage
from discovery_agent.settings import Settings
from tests.builders import conversation
from tests.fake_batch_server import USAGE, Asked, FakeBatchServer, Result, answered

WISHES = ("We want claims paid within five days.", "Every letter has to be answered in two days.", "Nobody should wait for a quote.")
TALKS = tuple(conversation([("Ada", wish), ("Ben", "Today it takes nine.")], title=f"Talk {place}") for place, wish in enumerate(WISHES))
# A million tokens cost 1 USD in and 2 USD out; in a batch half of it.
EACH_USD = (USAGE[0] * 1 + USAGE[1] * 2) / 1_000_000 / 2


def good(request: Asked) -> Result:
    """What a good model replies: the first sentence as a goal, and no rating."""
    if request.form == "RatingsReply":
        return answered({"ratings": [], "data": []})
    wish = next(one for one in (*WISHES, "") if one in request.text)
    found = {"quotes": [{"utterance": "u0", "text": wish}], "kind": "business_goal", "statement": wish, "confidence": 0.9}
    return answered({"findings": [found | {"stance": None, "kpi": None}] if wish else []})


@dataclass
class Desk:
    """Runs analyses as the command line does, in a time that only moves when somebody waits."""

    server: FakeBatchServer
    settings: Settings
    tables: Tables
    said: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    made: list[Workbench] = field(default_factory=list)
    limits: Limits = field(default_factory=Limits)

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        await asyncio.sleep(0)

    async def ahead(self, talks: Sequence[Conversation] = TALKS, engagement: str | None = None, **settings: object) -> Ahead:
        bench = Workbench(self.settings.model_copy(update=settings), engagement=engagement)
        bench.__dict__["tables"] = self.tables  # read once for all tests
        self.made.append(bench)
        timing = Timing(clock=lambda: sum(self.waits), sleep=self.sleep, chance=lambda: 0.0)
        return await answer_ahead(lambda: iter(talks), bench, self.said.append, timing=timing, limits=self.limits)

    async def run(self, talks: Sequence[Conversation] = TALKS, **settings: Any) -> tuple[Ahead, list[ConversationAnalysis]]:
        ahead = await self.ahead(talks, **settings)
        limit = asyncio.Semaphore(4)
        return ahead, [await analyse_conversation(talk, ahead.reader, limit, tables=self.made[-1].tables) for talk in talks]

    @property
    def folders(self) -> list[Path]:
        return list(self.settings.cache_dir.glob("calls/**/handed-in/*"))

    def noted(self) -> list[HandedIn]:
        return [one for folder in self.folders for one in Notes(folder).batches()]

    def created(self) -> int:
        return self.server.calls.count(("POST", "/batches"))


def usage_of(analyses: Sequence[ConversationAnalysis]) -> Usage:
    total = Usage()
    for one in analyses:
        total = total.plus(one.usage)
    return total


def goals(analyses: Sequence[ConversationAnalysis]) -> list[str]:
    return [finding.statement for one in analyses for finding in one.findings]


def paid_once(server: FakeBatchServer, requests: int = 6) -> bool:
    return len(server.paid) == requests and set(server.paid.values()) == {1}
