"""A model server that keeps everybody waiting, and a server that is killed meanwhile: interviews go on, and no work is lost or done twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests import fake_model_server as fake
from tests.discovery.interviews.talking import QUESTION, is_wording
from tests.discovery.jobs.working import KICKOFF, reads_nothing
from tests.fake_model_server import FakeModelServer
from tests.faults.conftest import until
from tests.faults.serving import Server, Talk, assert_whole, engagement, interview
from tests.web.service import API, events_of

pytestmark = pytest.mark.exhaustive
WISH = "Claims take nine days, and customers leave us over it."
NEXT = "We want four days by June."
FILES = 4


@pytest.fixture(scope="module")
def model() -> Iterator[FakeModelServer]:
    with FakeModelServer() as running:
        running.choose = lambda exchange: fake.answer(QUESTION) if is_wording(exchange) else reads_nothing(exchange)
        yield running


@pytest.fixture(scope="module")
def server(model: FakeModelServer, tmp_path_factory: pytest.TempPathFactory, web_cache: Path) -> Iterator[Server]:
    """A server with a model that has half a second for its first words."""
    settings = {
        "MODEL": "openai:gpt-4",
        "INPUT_PRICE_USD": "1",
        "OUTPUT_PRICE_USD": "2",
        "CONCURRENCY": "2",
        "FIRST_TOKEN_SECONDS": "0.5",
        "MAX_ATTEMPTS": "1",
    }
    running = Server(
        tmp_path_factory.mktemp("slow") / "slow",
        web_cache,
        environment={f"DISCOVERY_{name}": value for name, value in settings.items()}
        | {"OPENAI_BASE_URL": model.base_url, "OPENAI_API_KEY": "sk-test"},
    )
    yield running
    running.kill()


@pytest.fixture(scope="module")
def owner(server: Server) -> httpx2.Client:
    return server.owner()


def heard(talk: Talk, path: str, body: object, until_event: str) -> list[tuple[str, dict[str, Any]]]:
    """Ask for a turn, and go as soon as something is heard."""
    lines: list[str] = []
    with talk.browser.stream("POST", f"{API}/conversations/{talk.id}/{path}", json=body) as sent:
        for line in sent.iter_lines():
            lines.append(line)
            if not line and f"event: {until_event}" in lines[-3:]:
                return events_of("\n".join(lines))
    raise AssertionError("\n".join(lines))


def said(events: list[tuple[str, dict[str, Any]]]) -> str:
    """What is said in a turn; its pieces are its words."""
    pieces = ""
    for name, event in events:
        pieces = "" if name == "restart" else pieces + event["text"] if name == "delta" else pieces
    text = events[-1][1]["utterance"]["text"]
    assert pieces in (text, "")
    return text


def test_interviews_go_on_while_a_batch_waits_for_a_model_that_never_ends_and_both_survive_a_kill(
    server: Server, owner: httpx2.Client, model: FakeModelServer
) -> None:
    root = engagement(owner)
    talk = interview(server, owner, root)
    model.choose = lambda exchange: fake.silence(after=None if is_wording(exchange) else '{"findings"')
    for number in range(FILES):
        file = (f"t{number}.txt", KICKOFF + f"Ada: There are {number}.".encode(), "text/plain")
        assert owner.post(f"{root}/transcripts", files={"files": file}).status_code == 202
    until(lambda: model.under_way >= 2)
    assert said(heard(talk, "turns", {"text": WISH, "client_key": "a1"}, "said")) != QUESTION
    assert_whole(talk, WISH)
    noted = owner.get(f"{root}/audit").json()["items"]
    assert [one["action"] for one in noted].count("interview.worded_without_model") == 1
    assert {one["state"] for one in owner.get(f"{root}/jobs").json()["items"]} == {"queued", "running"}

    # The client goes in the middle of a reply whose model stalls, and the server is killed: the turn is taken up, and is one.
    model.choose = lambda exchange: fake.silence(after="How many" if is_wording(exchange) else '{"findings"')
    heard(talk, "turns", {"text": NEXT, "client_key": "a2"}, "delta")
    server.kill()
    model.choose = lambda exchange: fake.answer(QUESTION) if is_wording(exchange) else reads_nothing(exchange)
    server.start()
    talk.browser.base_url = owner.base_url = server.url
    assert said(heard(talk, "resume", None, "said")) == QUESTION
    assert said(heard(talk, "turns", {"text": NEXT, "client_key": "a2"}, "said")) == QUESTION
    assert_whole(talk, WISH, NEXT)
    until(lambda: all(one["state"] == "done" for one in owner.get(f"{root}/jobs").json()["items"]))
    assert owner.get(f"{root}/conversations").json()["total"] == 1 + FILES
