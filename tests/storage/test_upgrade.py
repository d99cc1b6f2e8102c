"""What an earlier program left is opened, told and carried on by this one, from every earlier shape of the database."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from discovery_agent.discovery.demo.story import carry_on
from discovery_agent.discovery.exporting import Format, export_blueprint
from discovery_agent.discovery.interviews import EventKind, answer, view_interview
from discovery_agent.discovery.reviewing import standing
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import ConversationKind
from discovery_agent.domain.engagement import ConversationRecord
from discovery_agent.settings import Settings
from discovery_agent.storage import sqlite_url
from discovery_agent.storage.address import Address
from discovery_agent.storage.migrating import FOLDER, VERSION_TABLE
from tests.storage.old_databases import REVISIONS, make_old

SAID = "Requests for quotation take four days to answer today"
NEXT = "Last March we lost the order of a shipyard that way; forty requests a month stay unanswered for a week."


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without tables."""
    return request.getfixturevalue("postgres").empty() if request.param == "postgres" else sqlite_url(tmp_path / "data" / "discovery.db")


def test_every_shape_but_the_newest_has_rows_to_start_from() -> None:
    shapes = [one.revision for one in ScriptDirectory(str(FOLDER)).walk_revisions()]
    assert set(REVISIONS) >= set(shapes[1:]), "Keep the rows of the last release: tests/storage/released/README.md."


def revision_of(url: str) -> str | None:
    engine = create_engine(Address.parse(url).waiting)
    with engine.connect() as connection:
        found = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_revision()
    engine.dispose()
    return found


def settings_for(url: str, folder: Path) -> Settings:
    return Settings(data_dir=folder / "data", cache_dir=folder / "cache", model=None, database_url=url)


async def opened(ws: Workspace) -> ConversationRecord:
    """The engagement is there with what was said in it; gives its interview."""
    async with ws.database.reading() as unit:
        ((engagement,), _) = await unit.engagements.list()
        talks, _ = await unit.conversations.list(engagement.id)
        people = await unit.stakeholders.list(engagement.id)
        findings = await unit.findings.list(engagement.id)
    assert engagement.organisation and people and findings
    talk = next(one for one in talks if one.kind is ConversationKind.INTERVIEW)
    seen = await view_interview(ws, talk.id)
    assert any(SAID in one.text for one in seen.utterances), "what was answered before the upgrade is gone"
    return talk


async def talk_on(ws: Workspace, talk: ConversationRecord) -> None:
    """The interview goes on where it was left."""
    before = (await view_interview(ws, talk.id)).utterances
    told = [event.kind async for event in answer(ws, talk.id, NEXT, "after-the-upgrade")]
    assert EventKind.SAID in told
    await ws.settle()
    after = (await view_interview(ws, talk.id)).utterances
    assert after[: len(before)] == before
    assert any(one.text == NEXT for one in after)


@pytest.mark.parametrize("revision", REVISIONS)
async def test_an_engagement_of_an_earlier_program_opens_whole(empty: str, revision: str, tmp_path: Path) -> None:
    make_old(empty, revision)
    assert revision_of(empty) == revision
    async with await Workspace.open(settings_for(empty, tmp_path)) as ws:
        assert revision_of(empty) == ScriptDirectory(str(FOLDER)).get_current_head()
        await opened(ws)


@pytest.mark.exhaustive
@pytest.mark.parametrize("revision", REVISIONS)
async def test_its_interview_goes_on_and_its_blueprint_is_signed_and_exported(empty: str, revision: str, tmp_path: Path) -> None:
    make_old(empty, revision)
    async with await Workspace.open(settings_for(empty, tmp_path)) as ws:
        talk = await opened(ws)
        await talk_on(ws, talk)
        of = talk.engagement_id
        signed = await carry_on(ws, of)
        assert signed is not None
        assert (await standing(ws, of)).content_hash == signed.content_hash
        told = (await export_blueprint(ws, of, Format.MARKDOWN)).data.decode()
        assert f"Signed by {signed.signed_by}" in told and "DRAFT" not in told
        assert (await export_blueprint(ws, of, Format.JSON)).data
