"""Exchanges that an OpenAI-compatible endpoint has recorded, served again: how they become recordings of ours.

A file holds `{"request": {...}, "reply": "..."}`, the request as it was sent. Serving them to the real code, instead of turning files into
files, leaves no second place that knows how a call is keyed, checked and kept.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, cast

from discovery_agent.errors import ConfigurationError

_DECIDES = ("model", "messages", "response_format", "tools", "tool_choice")
_NOT_RECORDED = 410


def read_exchanges(folder: Path) -> dict[str, str]:
    """The replies by what was asked.

    Raises:
        ConfigurationError: there are none, or a file is no exchange.
    """
    replies: dict[str, str] = {}
    for path in sorted(folder.glob("*.json")):
        try:
            content = json.loads(path.read_bytes())
            replies[_asked(content["request"])] = str(content["reply"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ConfigurationError(
                "The file is no recorded exchange.", where=str(path), remedy='It has the form {"request": {...}, "reply": "..."}.'
            ) from error
    if not replies:
        raise ConfigurationError("There is no recorded exchange in this folder.", where=str(folder))
    return replies


@asynccontextmanager
async def served(replies: Mapping[str, str]) -> AsyncIterator[None]:
    """Answer the model's calls of this process with these replies, on this machine alone, while the context lasts.

    A request that is not among them is refused. The number of tokens is not told, so that it is counted here.
    """

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            length = int(head.partition("content-length:")[2].partition("\r\n")[0])
            reply = replies.get(_asked(json.loads(await reader.readexactly(length))))
            writer.write(_refusal() if reply is None else _stream(reply))
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, limit=2**20)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with _environment(OPENAI_BASE_URL=f"http://127.0.0.1:{port}/v1", OPENAI_API_KEY="none"):
            yield


def _asked(request: Mapping[str, Any]) -> str:
    return json.dumps({name: request[name] for name in _DECIDES if request.get(name) is not None}, sort_keys=True)


def _stream(reply: str) -> bytes:
    """The reply as an event stream."""
    events: list[object] = [
        {"choices": [{"index": 0, "delta": {"role": "assistant", "content": reply}, "finish_reason": None}]},
        {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
    ]
    chunks = [
        {"id": "exchange", "object": "chat.completion.chunk", "created": 0, "model": "exchange", **cast("dict[str, object]", one)}
        for one in events
    ]
    body = "".join(f"data: {json.dumps(one)}\n\n" for one in chunks) + "data: [DONE]\n\n"
    return f"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n{body}".encode()


def _refusal() -> bytes:
    body = json.dumps(
        {"error": {"message": "no reply to this request is among the exchanges", "type": "not_recorded", "code": "not_recorded"}}
    )
    head = f"HTTP/1.1 {_NOT_RECORDED} Gone\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
    return f"{head}{body}".encode()


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
