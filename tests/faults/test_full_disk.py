"""A disk that is full: what was acknowledged is there, nothing is there in half, and whoever asks is told so plainly."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx2
import pytest

from discovery_agent.cli.exit_codes import Exit
from discovery_agent.domain.blueprint.document import Blueprint
from discovery_agent.storage import Database, sqlite_url
from tests.archives import packed
from tests.blueprints import blueprint
from tests.cli.running import Outcome, installed
from tests.discovery.jobs.working import FOLLOW_UP, KICKOFF
from tests.faults.conftest import until
from tests.faults.serving import Server, assert_whole, engagement, interview
from tests.security.asked import in_loop
from tests.web.service import API, assert_problem, events_of

pytestmark = pytest.mark.slow
WISH = "Claims take nine days, and customers leave us over it."


@contextmanager
def full(server: Server, *, but: int = 0) -> Iterator[None]:
    """Leave no room on the disk of a server until the end of the block, or none but so many bytes."""
    disk = server.data.parent
    if not disk.is_mount():
        pytest.skip("A disk that can be filled takes the right to mount one.")
    filler, spare = disk / "filler", disk / "spare"
    with sqlite3.connect(server.database) as database:  # or else the log of the database has room that was used before
        assert database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    try:
        spare.write_bytes(bytes(but))
        with filler.open("wb", buffering=0) as file:
            size = 1 << 20
            while size:
                try:
                    written = file.write(bytes(size))
                except OSError:
                    written = 0
                if written < size:
                    size >>= 1
        assert shutil.disk_usage(disk).free == 0
        spare.unlink()
        yield
    finally:
        filler.unlink(missing_ok=True)
        spare.unlink(missing_ok=True)


def rows(server: Server) -> dict[str, int]:
    """How many rows each table has."""
    with sqlite3.connect(f"file:{server.database}?mode=ro", uri=True) as database:
        tables = [name for (name,) in database.execute("select name from sqlite_master where type='table' and name not like 'sqlite_%'")]
        return {name: database.execute(f"select count(*) from {name}").fetchone()[0] for name in tables}


@pytest.fixture(scope="module")
def owner(server: Server) -> httpx2.Client:
    return server.owner()


@pytest.fixture(scope="module")
def root(owner: httpx2.Client) -> str:
    return engagement(owner)


def test_an_answer_that_finds_no_room_is_refused_plainly_and_taken_once_there_is_some(
    server: Server, owner: httpx2.Client, root: str
) -> None:
    talk = interview(server, owner, root)
    assert talk.answer(WISH, "a1").status_code == 200
    with full(server):
        refused = talk.answer("We want four days by June.", "a2")
        found = assert_problem(refused, 507, "no-room")
        assert "What was stored before is safe" in found["remedy"] and str(server.data) not in refused.text
        assert_whole(talk, WISH)
    assert talk.answer("We want four days by June.", "a2").status_code == 200
    assert talk.answer("We want four days by June.", "a2").status_code == 200
    assert_whole(talk, WISH, "We want four days by June.")


def test_files_that_find_no_room_are_refused_whole(server: Server, owner: httpx2.Client, root: str) -> None:
    large = ("talk.txt", KICKOFF * 8000, "text/plain")
    archive = ("talks.zip", packed(*((f"t{number}.txt", KICKOFF + bytes(str(number), "ascii")) for number in range(3))), "application/zip")
    before = rows(server)
    with full(server):
        for file in (("talk.txt", KICKOFF, "text/plain"), large, archive):
            assert_problem(owner.post(f"{root}/transcripts", files={"files": file}), 507, "no-room")
        assert rows(server) == before
    taken = owner.post(f"{root}/transcripts", files={"files": archive}).json()
    assert len(taken["archives"][0]["jobs"]) == 3
    until(lambda: all(one["state"] == "done" for one in owner.get(f"{root}/jobs").json()["items"]))
    assert owner.get(f"{root}/conversations").json()["total"] == 1 + 3


def test_a_review_step_that_finds_no_room_is_refused_whole_and_counts_once_later(server: Server, owner: httpx2.Client, root: str) -> None:
    version = in_loop(kept(server, root.rpartition("/")[2]))
    address = f"{root}/blueprints/1/review/risks"
    act = {"verb": "approve", "section_hash": version.sections[1].content_hash, "client_key": "approved"}
    with full(server):
        before = rows(server)
        assert_problem(owner.post(address, json=act), 507, "no-room")
        assert rows(server) == before and owner.get(f"{root}/review-trail/risks").json()["total"] == 0
        for format in ("docx", "json", "jira"):
            exported = owner.get(f"{root}/blueprints/1/export", params={"format": format})
            assert exported.status_code == 200 or assert_problem(exported, 507, "no-room")
    for _ in range(2):
        assert owner.post(address, json=act).status_code == 201
    assert owner.get(f"{root}/review-trail/risks").json()["total"] == 1


async def kept(server: Server, engagement_id: str) -> Blueprint:
    """A version of a blueprint."""
    database = await Database.open(sqlite_url(server.database))
    async with database.unit() as unit:
        version = await unit.blueprints.add(blueprint(engagement_id))
    await database.aclose()
    return version


def test_an_analysis_that_finds_no_room_leaves_the_report_of_before(server: Server, web_cache: Path) -> None:
    folder = server.data.parent / "batch"
    folder.mkdir()
    (folder / "one.txt").write_bytes(KICKOFF)

    def analysed() -> Outcome:
        places = {"DISCOVERY_DATA_DIR": str(folder / "data"), "DISCOVERY_CACHE_DIR": str(web_cache), "TMPDIR": str(folder)}
        return installed("analyze", "one.txt", *more, "--out", "report", folder=folder, **places)

    more: list[str] = []
    assert analysed().code == Exit.OK
    before = contents(folder)
    (folder / "two.txt").write_bytes(FOLLOW_UP)
    more.append("two.txt")
    with full(server, but=120_000):
        refused = analysed()
    assert refused.code == Exit.CANNOT_WRITE and "Traceback" not in refused.text, refused.text
    assert "Make room" in refused.err, refused.text
    assert contents(folder) == before
    assert analysed().code == Exit.OK
    assert contents(folder) != before


def contents(folder: Path) -> dict[str, bytes]:
    """The files of a report, without the journal, which is no result."""
    return {one.name: one.read_bytes() for one in sorted((folder / "report").iterdir()) if one.is_file() and not one.name.startswith(".")}


def test_pages_say_that_there_is_no_room(server: Server, owner: httpx2.Client, root: str) -> None:
    link = owner.post(f"{root}/members", json={"role": "reviewer", "label": "Ana"}).json()["secret"]
    with full(server):
        page = server.client().post(f"/enter/{link}")
        assert page.status_code == 507 and "There is no room left" in page.text and "What was stored before is safe" in page.text
        assert owner.get(f"{root.removeprefix(API)}").status_code == 200, "what is only read is still shown"
    assert server.process.poll() is None


@pytest.mark.exhaustive
def test_wherever_in_a_turn_the_room_ends_the_answer_is_there_or_not_and_is_replied_to_once(
    server: Server, owner: httpx2.Client, root: str
) -> None:
    talk = interview(server, owner, root, "Ben Moss")
    answers: list[str] = []
    ends: set[str] = set()
    for room in range(0, 120_000, 12_000):
        answers.append(f"The scans of {room} letters get lost in the post room.")
        with full(server, but=room):
            sent = talk.answer(answers[-1], f"b{room}")
            ends.add(end_of(sent))
            assert [one["text"] for one in talk.said()].count(answers[-1]) == (sent.status_code == 200)
        assert end_of(talk.answer(answers[-1], f"b{room}")) == "whole"
        assert_whole(talk, *answers)
    assert ends == {"no-room", "failed", "whole"}, ends


def end_of(sent: httpx2.Response) -> str:
    """How a turn ended."""
    if sent.status_code != 200:
        assert_problem(sent, 507, "no-room")
        return "no-room"
    events = events_of(sent.text)
    assert events[0][0] == "accepted"
    return "failed" if any(name == "failed" for name, _ in events) else "whole"


def test_a_job_that_finds_no_room_goes_on_by_itself_once_there_is_some(server: Server, owner: httpx2.Client, root: str) -> None:
    before = total(owner, root)
    taken = 0
    for number, room in enumerate(range(16_000, 140_000, 24_000)):
        stopped = stops(server)
        with full(server, but=room):
            file = ("talk.txt", KICKOFF + f"Ada: There are {number} of them.".encode(), "text/plain")
            sent = owner.post(f"{root}/transcripts", files={"files": file})
            if sent.status_code == 507:
                assert_problem(sent, 507, "no-room")
                continue
            taken += 1
            job = sent.json()["jobs"][0]["id"]
            until(partial(stopped_or_ended, server, owner, root, job, stopped))
    assert taken >= 2 and stops(server) > 0
    until(lambda: all(one["state"] == "done" for one in owner.get(f"{root}/jobs").json()["items"]))
    assert total(owner, root) == before + taken


def stops(server: Server) -> int:
    """How often a job met the full disk."""
    return len(re.findall(r"cannot be handed in yet|and is begun again", server.log))


def stopped_or_ended(server: Server, owner: httpx2.Client, root: str, job: str, before: int) -> bool:
    return stops(server) > before or owner.get(f"{root}/jobs/{job}").json()["state"] == "done"


def total(owner: httpx2.Client, root: str) -> int:
    return owner.get(f"{root}/conversations").json()["total"]
