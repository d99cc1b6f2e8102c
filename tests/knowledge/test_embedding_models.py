"""The embedding model behind a server: what it is asked, and what becomes of its faults."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from discovery_agent.errors import ConfigurationError, ModelAccessDenied, ModelReplyInvalid, ModelUnavailable
from discovery_agent.knowledge.embedding_models import LocalEmbeddingModel, OpenAIEmbeddingModel, embedding_model
from discovery_agent.knowledge.embeddings import MiniLMEmbeddings

Reply = Callable[[dict[str, Any]], tuple[int, Any]]


class EmbeddingServer:
    """A local server that speaks the embeddings part of the OpenAI protocol."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.reply: Reply = lambda body: (200, vectors([[float(len(text)), 1.0, 0.0] for text in body["input"]]))
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                outer.asked.append(body)
                code, answer = outer.reply(body)
                data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(code)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}/v1"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def vectors(rows: list[list[float]]) -> dict[str, Any]:
    data = [{"object": "embedding", "index": at, "embedding": row} for at, row in enumerate(rows)]
    return {"object": "list", "model": "m", "data": data, "usage": {"prompt_tokens": 1, "total_tokens": 1}}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddingServer]:
    running = EmbeddingServer()
    monkeypatch.setenv("OPENAI_BASE_URL", running.address)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789abcdef")
    monkeypatch.setattr("discovery_agent.knowledge.embedding_models._ATTEMPTS", 1)
    yield running
    running.close()


def test_texts_go_as_they_are_and_vectors_come_back_of_length_one_in_their_order(server: EmbeddingServer) -> None:
    model = OpenAIEmbeddingModel("text-embedding-3-small")
    found = model.embed(["abc", "a", ""])
    assert server.asked[0]["input"] == ["abc", "a", " "] and server.asked[0]["model"] == "text-embedding-3-small"
    assert np.allclose(np.linalg.norm(found, axis=1), 1) and found[0, 0] > found[1, 0]
    assert model.embed([]).shape[0] == 0


@pytest.mark.parametrize(
    ("code", "answer", "error"),
    [
        (401, {"error": {"message": "Incorrect API key provided: sk-test-0123456789abcdef"}}, ModelAccessDenied),
        (404, {"error": {"message": "no such model"}}, ModelAccessDenied),
        (429, {"error": {"message": "quota", "code": "insufficient_quota"}}, ModelAccessDenied),
        (500, {"error": {"message": "oops"}}, ModelUnavailable),
        (200, b"<html>a page</html>", ModelReplyInvalid),
        (200, vectors([[1.0, 0.0]]), ModelReplyInvalid),
        (200, {"object": "list", "data": None}, ModelReplyInvalid),
    ],
)
def test_faults_are_typed_and_say_what_to_do_without_the_key(
    server: EmbeddingServer, code: int, answer: object, error: type[Exception]
) -> None:
    server.reply = lambda _body: (code, answer)
    with pytest.raises(error) as caught:
        OpenAIEmbeddingModel("m").embed(["one", "two"])
    assert "DISCOVERY_EMBEDDING_MODEL" in str(caught.value) and "sk-test" not in str(caught.value)


def test_without_a_key_the_error_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ModelAccessDenied, match="no key is set"):
        OpenAIEmbeddingModel("m").embed(["one"])


def test_a_server_that_is_not_there_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    monkeypatch.setattr("discovery_agent.knowledge.embedding_models._ATTEMPTS", 1)
    with pytest.raises(ModelUnavailable, match="gave no answer"):
        OpenAIEmbeddingModel("m").embed(["one"])


def test_the_setting_names_the_model(embeddings: MiniLMEmbeddings) -> None:
    assert embedding_model(None, embeddings).name == "local:all-MiniLM-L6-v2"
    assert isinstance(embedding_model("local:all-MiniLM-L6-v2", embeddings), LocalEmbeddingModel)
    assert embedding_model("openai:text-embedding-3-small", embeddings).name == "openai:text-embedding-3-small"
    for wrong in ("text-embedding-3-small", "openai:", "cohere:embed"):
        with pytest.raises(ConfigurationError, match="names no embedding model"):
            embedding_model(wrong, embeddings)
