"""What is said goes to LangSmith only where our own setting says so."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from langchain_core.tracers.langchain import wait_for_all_tracers
from pydantic import BaseModel

from discovery_agent.models.messages import Message
from tests import fake_model_server as fake
from tests.fake_model_server import FakeModelServer


class Word(BaseModel):
    word: str


class LangSmith:
    """An address that counts what is sent to it."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.arrived = threading.Event()
        counting = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                counting.bodies.append(self.rfile.read(int(self.headers.get("content-length") or 0)))
                counting.arrived.set()
                self.send_response(202)
                self.send_header("content-length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            do_PATCH = do_POST

            def do_GET(self) -> None:
                self.send_response(404)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def langsmith(monkeypatch: pytest.MonkeyPatch) -> Iterator[LangSmith]:
    from langsmith import utils

    running = LangSmith()
    for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2"):
        monkeypatch.setenv(name, "true")
    monkeypatch.setenv("LANGSMITH_ENDPOINT", f"http://127.0.0.1:{running.server.server_address[1]}")
    monkeypatch.setenv("LANGSMITH_API_KEY", "lsv2_test")
    _forget(utils)
    yield running
    _forget(utils)
    running.server.shutdown()
    running.server.server_close()


def _forget(utils: Any) -> None:
    """LangSmith remembers the environment, and its client, for as long as a process lives."""
    from langsmith import run_trees

    utils.get_env_var.cache_clear()
    run_trees._CLIENT = None  # type: ignore[attr-defined]


async def test_variables_for_other_programs_send_nothing(langsmith: LangSmith, server: FakeModelServer, connect: Any) -> None:
    server.say(fake.answer({"word": "yes"}))
    await connect().structured([Message("user", "dragonflies")], Word)
    wait_for_all_tracers()
    assert not langsmith.arrived.is_set() and langsmith.bodies == []


async def test_our_own_setting_sends_the_call(langsmith: LangSmith, server: FakeModelServer, connect: Any) -> None:
    server.say(fake.answer({"word": "yes"}))
    await connect(langsmith=True).structured([Message("user", "dragonflies")], Word)
    wait_for_all_tracers()
    assert langsmith.arrived.wait(10) and langsmith.bodies
