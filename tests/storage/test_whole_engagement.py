from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select

from discovery_agent.domain.conversation import Stakeholder
from discovery_agent.domain.engagement import AccessKey, AccessRole, AuditEntry, Job, JobKind
from discovery_agent.domain.execution import Lesson
from discovery_agent.errors import NotFound
from discovery_agent.models.usage import Usage
from discovery_agent.storage import AssessmentRecord, Database, ExtractionRecord, ExtractionState, new_id, sqlite_url
from discovery_agent.storage.address import Address
from discovery_agent.storage.tables import metadata, replies
from tests.storage.filling import START, answer, finding, interview, person, started, turns

SECRET = "hash-of-a-secret"


async def _full(database: Database) -> str:
    """An engagement with something in every table."""
    of = await started(database)
    ada = person(of)
    talk = interview(of, stakeholder_id=ada.id)
    key = AccessKey(id=new_id("k"), engagement_id=of, stakeholder_id=ada.id, role=AccessRole.STAKEHOLDER, created_at=START)
    async with database.unit() as unit:
        await unit.stakeholders.add(ada)
        await unit.conversations.add(talk, turns("Hello."), participants=[Stakeholder(name=ada.name)])
        await unit.conversations.append(of, talk.id, answer(1, key="k"))
        await unit.findings.put(of, talk.id, [finding(talk.id)])
        await unit.extractions.put(
            ExtractionRecord(
                engagement_id=of, conversation_id=talk.id, window_key="w", first=0, last=1, state=ExtractionState.DONE, analyst="rules"
            )
        )
        await unit.assessments.add(
            AssessmentRecord(
                id="a", engagement_id=of, basis="b", analyst="rules", created_at=START, payload={"x": 1}, sections={"goals": [{"y": 2}]}
            )
        )
        await unit.jobs.add(
            Job(id="j", engagement_id=of, kind=JobKind.ASSESS, title="Assess", created_at=START, updated_at=START, conversation_id=talk.id)
        )
        await unit.uploads.put(of, "u", "weekly.vtt", b"\x00\xff")
        await unit.access.add_key(key, SECRET + of)
        await unit.access.add_session("session-" + SECRET + of, key.id, START + timedelta(days=1))
        await unit.audit.add(of, AuditEntry(at=START, actor="Ada", action="interview.started", subject=talk.id))
        await unit.lessons.add(
            Lesson(engagement_id=of, id="l1", at=START, title="Ask for samples first", body="Before estimates.", by="Ada")
        )
        await unit.spending.add(of, talk.id, "extract", Usage(calls=1, cost_usd=0.5), START)
        await unit.charges.hold(of, 0.5, START + timedelta(minutes=5))
    return of


async def _full_and_shared(database: Database, url: str) -> str:
    """The same with a reply of a model, which processes share on PostgreSQL only."""
    of = await _full(database)
    with create_engine(Address.parse(url).waiting).begin() as connection:
        connection.execute(replies.insert().values(engagement_id=of, key="c", body="{}"))
    return of


def _rows(url: str) -> dict[str, int]:
    with create_engine(Address.parse(url).waiting).connect() as connection:
        return {name: connection.execute(select(func.count()).select_from(table)).scalar_one() for name, table in metadata.tables.items()}


async def test_deleting_an_engagement_leaves_nothing_of_it_and_all_of_the_others(database: Database, url: str) -> None:
    kept = await _full_and_shared(database, url)
    before = _rows(url)
    gone = await _full_and_shared(database, url)
    assert all(after > before[name] for name, after in _rows(url).items())
    async with database.unit() as unit:
        await unit.engagements.delete(gone)
    assert _rows(url) == before
    async with database.reading() as unit:
        assert (await unit.conversations.list(kept))[1] == 1
        with pytest.raises(NotFound):
            await unit.engagements.get(gone)


async def test_the_words_of_a_deleted_engagement_are_no_longer_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "discovery.db"
    database = await Database.open(sqlite_url(file))
    of = await _full(database)
    await database.aclose()
    assert b"Four days." in file.read_bytes()
    database = await Database.open(sqlite_url(file))
    async with database.unit() as unit:
        await unit.engagements.delete(of)
    await database.aclose()
    assert [one.name for one in tmp_path.iterdir()] == ["discovery.db"]
    assert b"Four days." not in file.read_bytes()


async def test_deleting_a_conversation_takes_what_was_said_and_found_in_it(database: Database, url: str) -> None:
    of = await _full_and_shared(database, url)
    async with database.unit() as unit:
        (talk,), _ = await unit.conversations.list(of)
        await unit.conversations.delete(of, talk.id)
    rows = _rows(url)
    assert {name for name, count in rows.items() if not count} == {
        "conversations",
        "utterances",
        "findings",
        "finding_speakers",
        "extractions",
    }


async def test_an_export_holds_everything_but_hashes_of_secrets_and_is_plain_json(database: Database) -> None:
    of = await _full(database)
    await _full(database)
    async with database.reading() as unit:
        whole = await unit.export(of)
        (talk,), _ = await unit.conversations.list(of)
    text = json.dumps(whole)
    assert json.loads(text) == whole and SECRET not in text
    assert whole["engagement"]["id"] == of
    assert [one["name"] for one in whole["stakeholders"]] == ["Ada Vogel"]
    assert [one["text"] for one in whole["conversations"][0]["said"]] == ["Hello.", "Four days."]
    assert whole["conversations"][0]["participants"][0]["name"] == "Ada Vogel"
    assert len(whole["conversations"][0]["extractions"]) == 1
    assert [one["conversation_id"] for one in whole["findings"]] == [talk.id]
    assert whole["assessments"][0]["sections"] == {"goals": [{"y": 2}]}
    assert whole["uploads"] == [{"id": "u", "name": "weekly.vtt", "data": "AP8="}]
    assert [one["role"] for one in whole["access_keys"]] == ["stakeholder"]
    assert len(whole["jobs"]) == 1 and len(whole["audit"]) == 1
    assert whole["spending"]["extract"]["cost_usd"] == 0.5


async def test_an_engagement_that_is_not_there_cannot_be_exported(database: Database) -> None:
    async with database.reading() as unit:
        with pytest.raises(NotFound):
            await unit.export("e_none")
