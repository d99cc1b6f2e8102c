"""A database that another process holds for longer than is waited: nothing is lost or doubled, and whoever asks is told to try again."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx2
import pytest

from tests.discovery.jobs.working import KICKOFF
from tests.faults.conftest import until
from tests.faults.serving import Server, assert_whole, engagement, interview
from tests.web.service import assert_problem

pytestmark = pytest.mark.slow
WISH = "Claims take nine days, and customers leave us over it."
NEXT = "We want four days by June."


@contextmanager
def held(server: Server, after: Callable[[], object] = lambda: None) -> Iterator[None]:
    """Somebody else writes to the database until the end of the block; `after` is done right before."""
    other = sqlite3.connect(server.database, isolation_level=None, timeout=60)
    after()
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.execute("COMMIT")
        other.close()


@pytest.fixture(scope="module")
def owner(server: Server) -> httpx2.Client:
    return server.owner()


@pytest.fixture(scope="module")
def root(owner: httpx2.Client) -> str:
    return engagement(owner)


def test_an_answer_to_a_locked_database_is_to_be_sent_again_and_counts_once(server: Server, owner: httpx2.Client, root: str) -> None:
    talk = interview(server, owner, root)
    assert talk.answer(WISH, "a1").status_code == 200
    with held(server):
        busy = talk.answer(NEXT, "a2")
        assert_problem(busy, 503, "busy")
        assert int(busy.headers["retry-after"]) > 0 and "discovery.db" not in busy.text
        assert_whole(talk, WISH)
    assert talk.answer(NEXT, "a2").status_code == 200
    assert_whole(talk, WISH, NEXT)


def test_a_key_that_is_used_for_the_first_time_meets_a_locked_database_plainly(server: Server, owner: httpx2.Client, root: str) -> None:
    secret = owner.post(f"{root}/members", json={"role": "reviewer", "label": "Ana"}).json()["secret"]
    with held(server), server.client() as program:
        program.headers["Authorization"] = f"Bearer {secret}"
        assert_problem(program.get(root), 503, "busy")
        page = server.client().post(f"/enter/{secret}")
        assert page.status_code == 503 and "Try again in a moment" in page.text and int(page.headers["retry-after"]) > 0
    assert server.enter(secret).get(root).status_code == 200


def test_a_job_that_meets_a_locked_database_goes_on_by_itself(server: Server, owner: httpx2.Client, root: str) -> None:
    before, stopped = total(owner, root), server.log.count("begun again")
    long = KICKOFF * 40 + b"Ada: That is all."
    with held(server, after=lambda: owner.post(f"{root}/transcripts", files={"files": ("talk.txt", long, "text/plain")})):
        until(lambda: server.log.count("begun again") > stopped)
    until(lambda: all(one["state"] == "done" for one in owner.get(f"{root}/jobs").json()["items"]))
    assert total(owner, root) == before + 1


def total(owner: httpx2.Client, root: str) -> int:
    return owner.get(f"{root}/conversations").json()["total"]
