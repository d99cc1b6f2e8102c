"""Replies that several processes share: whichever got one, the others need not ask again."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from discovery_agent.discovery.shared_replies import SharedReplies
from discovery_agent.models.messages import Message, PromptMark
from discovery_agent.models.replies import Asked, KeptReply
from discovery_agent.storage import Database
from discovery_agent.storage.address import Address
from discovery_agent.storage.replies import StoredReplies
from tests.storage.filling import started
from tests.storage.postgres import Postgres

ASKED = Asked("server", "openai:gpt-4", (Message("user", "What do they want?"),), None, {"max_output_tokens": 100}, PromptMark())


@pytest.fixture
async def database(postgres: Postgres) -> AsyncIterator[Database]:
    opened = await Database.open(await postgres.migrated())
    yield opened
    await opened.aclose()


@pytest.fixture
async def processes(database: Database) -> AsyncIterator[tuple[StoredReplies, StoredReplies]]:
    both = database.replies(), database.replies()
    yield both
    for one in both:
        one.close()


def reply(replies: SharedReplies, text: str) -> KeptReply:
    return KeptReply(
        key=replies.key(ASKED),
        model="openai:gpt-4",
        text=text,
        input_tokens=10,
        output_tokens=5,
        cost_usd=0.01,
        latency_seconds=1.5,
    )


async def test_a_reply_that_one_process_got_is_found_by_another_for_the_same_engagement_only(
    database: Database, processes: tuple[StoredReplies, StoredReplies]
) -> None:
    of, other = await started(database), await started(database)
    first, second = (SharedReplies(one, of) for one in processes)
    kept = reply(first, "Four days.\x00")
    first.put(ASKED, kept)
    assert second.get(second.key(ASKED)) == kept
    assert SharedReplies(processes[1], other).get(kept.key) is None
    better = kept.model_copy(update={"text": "Four days."})
    second.put(ASKED, better)
    assert first.get(kept.key) == better


async def test_replies_go_with_their_engagement_and_none_comes_back_afterwards(
    database: Database, processes: tuple[StoredReplies, StoredReplies], caplog: pytest.LogCaptureFixture
) -> None:
    of = await started(database)
    first, second = (SharedReplies(one, of) for one in processes)
    first.put(ASKED, reply(first, "Four days."))
    async with database.unit() as unit:
        await unit.engagements.delete(of)
    second.put(ASKED, reply(second, "Four days."))  # a call that was under way
    assert first.get(first.key(ASKED)) is None and not caplog.records


async def test_a_database_that_cannot_be_reached_loses_the_copy_and_not_the_reply(
    postgres: Postgres, caplog: pytest.LogCaptureFixture
) -> None:
    gone = StoredReplies(Address.parse(postgres.url("nobody_made_this_one")))
    nowhere = SharedReplies(gone, "e")
    nowhere.put(ASKED, reply(nowhere, "Four days."))
    nowhere.put(ASKED, reply(nowhere, "Half a letter: \ud83d"))
    assert nowhere.get(nowhere.key(ASKED)) is None
    assert "cannot be kept" in caplog.text and "cannot be read" in caplog.text and "Four days" not in caplog.text
