"""What is decided by counting: whoever holds an engagement sees what was decided before, on either database."""

from __future__ import annotations

import asyncio

import pytest

from discovery_agent.domain.blueprint.document import SectionId
from discovery_agent.domain.review import ReviewEntry, Verb
from discovery_agent.errors import NotFound
from discovery_agent.storage import Database
from tests.storage.filling import START, started


def _entry(of: str, number: int) -> ReviewEntry:
    return ReviewEntry(
        engagement_id=of,
        id=f"a{number:09d}",
        at=START,
        number=1,
        section_id=SectionId.RISKS,
        section_hash="0",
        reviewer_id="k",
        reviewer="Ana",
        verb=Verb.APPROVE,
    )


async def test_many_who_hold_an_engagement_at_once_go_one_after_the_other(database: Database) -> None:
    of = await started(database)

    async def add_the_next() -> str:
        async with database.unit() as unit:
            await unit.engagements.hold(of)
            latest = await unit.reviews.latest(of)
            return (await unit.reviews.add(_entry(of, int(latest.id[1:]) + 1 if latest else 1))).id

    ids = await asyncio.gather(*(add_the_next() for _ in range(12)))
    assert sorted(ids) == [f"a{number:09d}" for number in range(1, 13)]


async def test_an_engagement_that_is_not_there_cannot_be_held(database: Database) -> None:
    with pytest.raises(NotFound):
        async with database.unit() as unit:
            await unit.engagements.hold("e_none")
