"""A request of a batch is the ordinary call, and its files stay within the limits of the server."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import BaseModel

from discovery_agent.models.batch_api.notes import Notes, Request, Step
from discovery_agent.models.batch_api.requests import Limits, RequestFiles, halved, request_body, request_line
from discovery_agent.models.chat import ChatModel
from discovery_agent.models.messages import Message, PromptMark
from discovery_agent.models.replies import Asked, KeptReply
from discovery_agent.models.schema import strict_schema
from tests.fake_model_server import FakeModelServer, answer


class Delays(BaseModel):
    """What somebody said of waiting."""

    days: int
    why: str | None


ASKED = Asked(
    "provider",
    "openai:gpt-4",
    (Message("system", "Read."), Message("user", "Ada: neun Tage\u2028nichts"), Message("assistant", "{}"), Message("user", "Again.")),
    strict_schema(Delays),
    {"max_output_tokens": 321},
    PromptMark(),
    "Delays",
)


class Remembering:
    """Keeps nothing, and remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []

    def key(self, asked: Asked) -> str:
        return "key"

    def get(self, key: str) -> KeptReply | None:
        return None

    def permit(self, asked: Asked) -> None:
        self.asked.append(asked)

    def put(self, asked: Asked, reply: KeptReply) -> None:
        pass

    def for_engagement(self, engagement: str) -> Remembering:
        return self


@pytest.mark.parametrize("model", ["openai:gpt-4o", "openai:o3"])
async def test_the_body_is_what_the_ordinary_call_sends_but_for_the_stream(
    server: FakeModelServer, connect: Callable[..., ChatModel], model: str
) -> None:
    server.say(answer({"days": 9, "why": None}))
    seen = Remembering()
    asking = connect(model=model, max_output_tokens=321)
    await asking.keeping(seen, asking.budget).structured(ASKED.messages, Delays)
    sent = server.requests[0].body
    assert sent.pop("stream") is True
    sent.pop("stream_options")
    assert request_body(seen.asked[0]) == sent
    assert sent["response_format"]["json_schema"]["name"] == "Delays"


def test_a_line_is_one_line_whatever_was_said() -> None:
    line = request_line("k" * 64, ASKED)
    assert line.count(b"\n") == 1 and line.isascii() and len(line.decode().splitlines()) == 1
    said = json.loads(line)
    assert (said["custom_id"], said["method"], said["url"]) == ("k" * 64, "POST", "/v1/chat/completions")
    assert said["body"] == request_body(ASKED)


def request(place: int) -> Request:
    return Request(f"{place:064d}", "Delays", 10 * place)


def test_a_file_is_closed_before_it_holds_too_many_requests_or_bytes(tmp_path: Path) -> None:
    notes = Notes(tmp_path)
    with RequestFiles(notes, Limits(requests=3, size=40), 1) as files:
        for place in range(7):
            files.add(request(place), b"x" * (20 if place == 4 else 9) + b"\n", 0.5)
    assert [entry.requests for entry in files.noted] == [3, 2, 2]
    assert [entry.most_usd for entry in files.noted] == [1.5, 1.0, 1.0]
    assert [one for entry in files.noted for one in notes.requests(entry.label)] == [request(place) for place in range(7)]
    assert all(len(b"".join(notes.lines(entry.label))) <= 40 for entry in files.noted)
    assert {entry.label for entry in notes.batches()} == {entry.label for entry in files.noted}


def test_a_file_that_was_not_finished_counts_for_nothing_and_is_removed(tmp_path: Path) -> None:
    notes = Notes(tmp_path)

    def stopped() -> None:
        with RequestFiles(notes, Limits(requests=2), 1) as files:
            for place in range(3):
                files.add(request(place), b"{}\n", None)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert [entry.requests for entry in notes.batches()] == [2]
    assert len(list(tmp_path.iterdir())) == 5
    notes.tidy()
    assert len(list(tmp_path.iterdir())) == 3


def test_halves_hold_the_same_requests_each_once(tmp_path: Path) -> None:
    notes = Notes(tmp_path)
    with RequestFiles(notes, Limits(), 2) as files:
        for place in range(5):
            files.add(request(place), f'{{"{place}":0}}\n'.encode(), 0.1)
    parts = halved(notes, files.noted[0], Limits())
    assert [(part.requests, part.attempt, part.step) for part in parts] == [(3, 2, Step.WRITTEN), (2, 2, Step.WRITTEN)]
    assert [one for part in parts for one in notes.requests(part.label)] == [request(place) for place in range(5)]
    assert b"".join(line for part in parts for line in notes.lines(part.label)) == b"".join(
        f'{{"{place}":0}}\n'.encode() for place in range(5)
    )
    assert sum(part.most_usd or 0 for part in parts) == pytest.approx(0.5)
    assert {entry.label for entry in notes.batches()} == {part.label for part in parts}
