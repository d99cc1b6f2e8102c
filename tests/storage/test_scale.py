"""Listing costs the same number of statements however much there is, and each finds its rows by an index."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from discovery_agent.domain.findings import FindingKind, FindingStatus
from discovery_agent.storage import Database, Unit, sqlite_url
from tests.storage.filling import finding, interview, person, started, turns


@contextmanager
def _statements() -> Iterator[list[tuple[str, Any]]]:
    """The queries that are run inside."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        seen.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def _filled(database: Database, conversations: int) -> tuple[str, str, str]:
    of = await started(database)
    ada = person(of)
    records = [interview(of, minutes=minute, stakeholder_id=ada.id) for minute in range(conversations)]
    async with database.unit() as unit:
        await unit.stakeholders.add(ada)
        for record in records:
            await unit.conversations.add(record, turns("Hello.", "We pay late."))
            await unit.findings.put(of, record.id, [finding(record.id, f"Late {number}") for number in range(3)])
    return of, records[0].id, ada.id


async def _listings(unit: Unit, of: str, talk: str, ada: str) -> None:
    await unit.engagements.list()
    await unit.conversations.list(of)
    await unit.conversations.list(of, stakeholder_id=ada)
    await unit.conversations.get(of, talk)
    await unit.conversations.find(talk)
    await unit.conversations.utterances(of, talk)
    await unit.stakeholders.list(of)
    await unit.stakeholders.by_name(of, "Ada Vogel")
    await unit.findings.list(of)
    await unit.findings.list(of, kind=FindingKind.KPI)
    await unit.findings.list(of, status=FindingStatus.PROPOSED)
    await unit.findings.list(of, conversation_id=talk)
    await unit.findings.list(of, speaker="Ada Vogel")
    await unit.findings.list(of, released_only=True)
    await unit.findings.counts(of)
    await unit.extractions.list(of, talk)
    await unit.extractions.failed(of)
    await unit.assessments.latest(of)
    await unit.assessments.section(of, "a", "goals", 5, 5)
    await unit.jobs.list(of)
    await unit.jobs.unfinished(of)
    await unit.access.list(of)
    await unit.audit.list(of)
    await unit.spending.total(of)


async def test_listing_takes_as_many_statements_for_many_as_for_few(database: Database) -> None:
    few, many = await _filled(database, 2), await _filled(database, 60)
    numbers: list[int] = []
    for known in (few, many):
        async with database.reading() as unit:
            with _statements() as seen:
                await _listings(unit, *known)
        numbers.append(len(seen))
    assert numbers[0] == numbers[1]


async def test_every_listing_of_an_engagement_goes_by_an_index(tmp_path: Path) -> None:
    file = tmp_path / "discovery.db"
    database = await Database.open(sqlite_url(file))
    known = await _filled(database, 30)
    async with database.reading() as unit:
        with _statements() as seen:
            await _listings(unit, *known)
    await database.aclose()
    with sqlite3.connect(file) as connection:
        for statement, parameters in seen:
            for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters):
                everything_of_all = step.startswith("SCAN") and "engagements" not in step
                assert not everything_of_all, (step, statement)


@pytest.mark.parametrize(
    "ordered",
    [
        "SELECT body FROM conversations WHERE engagement_id = 'e' ORDER BY created_at DESC, id DESC LIMIT 50",
        "SELECT body FROM conversations WHERE engagement_id = 'e' AND stakeholder_id = 's' ORDER BY created_at DESC, id DESC LIMIT 50",
        "SELECT body FROM findings WHERE engagement_id = 'e' ORDER BY said_at, conversation_id, position, id LIMIT 50",
        "SELECT body FROM findings WHERE engagement_id = 'e' AND kind = 'kpi' ORDER BY said_at, conversation_id, position, id LIMIT 50",
        "SELECT body FROM findings WHERE engagement_id = 'e' AND conversation_id = 'c' ORDER BY position, id LIMIT 50",
        "SELECT body FROM audit WHERE engagement_id = 'e' ORDER BY id DESC LIMIT 50",
    ],
)
async def test_a_page_is_read_in_order_and_nothing_is_sorted_for_it(tmp_path: Path, ordered: str) -> None:
    file = tmp_path / "discovery.db"
    await (await Database.open(sqlite_url(file))).aclose()
    with sqlite3.connect(file) as connection:
        steps = [step for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {ordered}")]
    assert not any("TEMP B-TREE" in step for step in steps), steps
