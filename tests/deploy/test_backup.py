"""A copy that is made while the service works is the whole service: put in place elsewhere, it goes on."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from discovery_agent.discovery.access import invite, principal_of, redeem
from discovery_agent.discovery.documents import add_document, list_documents, search_knowledge
from discovery_agent.discovery.durable import Durable
from discovery_agent.discovery.engagements import add_stakeholder
from discovery_agent.discovery.jobs import set_runner
from discovery_agent.discovery.uploads import upload_transcript
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import Job, JobKind, JobState
from discovery_agent.settings import Settings
from tests.discovery.jobs.working import FOLLOW_UP, KICKOFF, Engaged, ended, engaged, until
from tests.scale.conftest import corpus
from tests.storage.postgres import Postgres

__all__ = ["corpus"]
DEPLOY = Path(__file__).parents[2] / "deploy"


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("DISCOVERY_", "OPENAI_")):
            monkeypatch.delenv(name)


class Places:
    """Where a service keeps its things, and where a copy of them is put in place."""

    def __init__(self, folder: Path, corpus: Path, path: str, urls: tuple[str | None, str | None]) -> None:
        self._path = path
        self.copy = folder / "backups" / "monday"
        self.first, self.second = (
            Settings.load(data_dir=folder / name, cache_dir=folder / "cache", knowledge_dir=corpus, database_url=url)
            for name, url in zip(("first", "second"), urls, strict=True)
        )

    def run(self, script: str, settings: Settings) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": self._path, "DISCOVERY_DATA_DIR": str(settings.data_dir)}
        if settings.database_url:
            environment["DISCOVERY_DATABASE_URL"] = settings.database_url
        return subprocess.run(["sh", str(DEPLOY / script), str(self.copy)], env=environment, capture_output=True, text=True)


def owned(server: Postgres) -> str:
    """A new database as the guide makes it: its owner is nobody special, and the extension belongs to the administrator."""
    url = server.empty()
    with psycopg.connect(url, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = 'service'").fetchone() is None:
            connection.execute("CREATE ROLE service LOGIN")
        connection.execute(SQL("ALTER DATABASE {} OWNER TO service").format(Identifier(connection.info.dbname)))
        if connection.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'vector'").fetchone() is not None:
            connection.execute("CREATE EXTENSION vector")
    return url.replace("discovery@", "service@")


@pytest.fixture(params=["sqlite", "postgres"])
def places(request: pytest.FixtureRequest, tmp_path: Path, corpus: Path) -> Places:
    if request.param == "sqlite":
        if shutil.which("sqlite3") is None:
            pytest.skip("sqlite3 is not installed")
        return Places(tmp_path, corpus, os.environ["PATH"], (None, None))
    server: Postgres = request.getfixturevalue("postgres")
    programs = server.programs
    if not (programs / "pg_dump").exists():
        pytest.skip("pg_dump of the version of the server is not installed")
    return Places(tmp_path, corpus, f"{programs}{os.pathsep}{os.environ['PATH']}", (owned(server), owned(server)))


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Workspace]:
    async with await Workspace.open(settings) as ws:
        durable = await Durable.start(ws, poll_seconds=0.02)
        try:
            yield ws
        finally:
            await durable.stop()


async def all_is_read(claims: Engaged, transcripts: int) -> None:
    async def done() -> bool:
        jobs = await claims.jobs()
        read = sum(job.kind is JobKind.ANALYSE_TRANSCRIPT for job in jobs)
        return ended(jobs) and read == transcripts and any(job.kind is JobKind.ASSESS for job in jobs)

    await until(done)


class _Nobody:
    """A runner that runs nothing: what is handed in waits."""

    async def submit(self, job: Job, *, delay: float = 0.0) -> None:
        pass


async def test_a_copy_made_while_it_works_is_put_in_place_elsewhere_and_goes_on(places: Places) -> None:
    async with running(places.first) as ws:
        claims = await engaged(ws)
        await upload_transcript(ws, claims.id, "kickoff.txt", KICKOFF, "lead")
        await all_is_read(claims, 1)
        await add_document(ws, claims.id, "refunds.md", b"# Refunds\n\nRefunds above 500 euros are signed by the head of claims.\n")
        person = await add_stakeholder(ws, claims.id, "Maria Santos")
        _, link = await invite(ws, claims.id, person.id)
        session, _ = await redeem(ws, link)
        found = {one.finding.statement for one in await claims.findings()}
        set_runner(ws, _Nobody())
        waiting = await upload_transcript(ws, claims.id, "follow-up.txt", FOLLOW_UP, "lead")
        copied = places.run("backup.sh", places.first)
        assert copied.returncode == 0, copied.stderr

    restored = places.run("restore.sh", places.second)
    assert restored.returncode == 0, restored.stderr
    async with running(places.second) as ws:
        again = Engaged(ws, claims.id)
        assert (await principal_of(ws, session)).stakeholder_id == person.id  # whoever was signed in still is
        assert (await principal_of(ws, link)).stakeholder_id == person.id
        assert [one.file for one in await list_documents(ws, claims.id)] == ["refunds.md"]
        hits = await search_knowledge(ws, claims.id, "who signs refunds")
        assert any("signed by the head of claims" in one.passage.text for one in hits.results)
        await all_is_read(again, 2)  # what waited when the copy was made is done there
        jobs = {job.id: job.state for job in await again.jobs()}
        assert jobs[waiting.id] is JobState.DONE and set(jobs.values()) == {JobState.DONE}
        assert found < {one.finding.statement for one in await again.findings()}

    assert "there" in places.run("backup.sh", places.first).stderr  # a copy is never written over
    assert places.run("restore.sh", places.second).returncode != 0  # nor what is in place


SHELL = shutil.which("sh") or "sh"


def refused(script: str, copy: Path, **environment: str) -> str:
    """Why a script did nothing."""
    done = subprocess.run([SHELL, str(DEPLOY / script), str(copy)], env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    return done.stderr


@pytest.mark.parametrize(("url", "program"), [("", "sqlite3"), ("postgresql://ada@db/discovery", "pg_dump")])
def test_a_program_that_is_lacking_is_named_before_anything_is_done(tmp_path: Path, url: str, program: str) -> None:
    said = refused("backup.sh", tmp_path / "copy", PATH=str(tmp_path), DISCOVERY_DATA_DIR=str(tmp_path), DISCOVERY_DATABASE_URL=url)
    assert f"{program} is needed" in said and "apt-get install" in said and list(tmp_path.iterdir()) == []


def test_a_copy_that_cannot_be_read_and_a_folder_that_cannot_be_made_are_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    there = {"PATH": os.environ["PATH"], "DISCOVERY_DATA_DIR": str(tmp_path / "taken" / "data")}
    said = refused("restore.sh", tmp_path / "copy", **there)
    assert "can read no" in said and "chown" in said and not (tmp_path / "taken").exists()
    (tmp_path / "copy" / "discovery.db").touch()
    (tmp_path / "taken").touch()
    said = refused("restore.sh", tmp_path / "copy", **there)
    assert "cannot write" in said and "install -d -m 0700 -o" in said
