"""A model server for tests: a real socket that speaks the OpenAI protocol, and every fault of it on request.

    with FakeModelServer() as server:
        server.say(answer({"findings": []}), status(503), silence())

Each request takes the next behaviour, the last one again and again; `server.requests` keeps what was sent.
A behaviour is an async function of the request and the writer. The server runs in a thread of its own, so it
serves tests with or without an event loop.
"""

from __future__ import annotations

import asyncio
import json
import math
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Exchange:
    """One request as it arrived, and the means to answer it."""

    headers: dict[str, str]
    body: dict[str, Any]
    writer: asyncio.StreamWriter
    closing: asyncio.Event
    arrived: list[Exchange]

    @property
    def text(self) -> str:
        """All that was said to the model."""
        return "\n".join(message["content"] or "" for message in self.body["messages"])

    async def head(self, code: int, content_type: str, **headers: str) -> None:
        """Send the head of a response, with `_` for `-` in the names of headers; the body ends when the connection closes."""
        lines = [f"HTTP/1.1 {code} Status", f"content-type: {content_type}", "connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        await self.send("\r\n".join(lines) + "\r\n\r\n")

    async def send(self, text: str) -> None:
        self.writer.write(text.encode())
        await self.writer.drain()

    async def delta(self, delta: dict[str, Any], finish: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        await self.event({"choices": [choice]})

    async def event(self, more: dict[str, Any]) -> None:
        chunk = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": self.body.get("model")} | more
        await self.send(f"data: {json.dumps(chunk)}\n\n")

    async def until_arrived(self, count: int) -> None:
        while len(self.arrived) < count and not self.closing.is_set():
            await asyncio.sleep(0.002)

    async def until_closed(self) -> None:
        await self.closing.wait()


Behaviour = Callable[[Exchange], Awaitable[None]]


def answer(
    reply: object,
    *,
    finish: str = "stop",
    usage: tuple[int, int] | None = (100, 20),
    pieces: int = 3,
    together: int = 1,
    headers: Mapping[str, str] | None = None,
) -> Behaviour:
    """Stream a reply (text as it is, anything else as JSON), as a tool call where a tool is forced.

    It begins when as many requests as `together` have arrived.
    """
    text = reply if isinstance(reply, str) else json.dumps(reply)

    async def behave(exchange: Exchange) -> None:
        await exchange.until_arrived(together)
        await exchange.head(200, "text/event-stream", **headers or {})
        await exchange.delta({"role": "assistant", "content": ""})
        tool = exchange.body.get("tools")
        size = max(1, -(-len(text) // pieces))
        for number, start in enumerate(range(0, len(text), size)):
            piece = text[start : start + size]
            if tool:
                call: dict[str, Any] = {"index": 0, "function": {"arguments": piece}}
                if number == 0:
                    call |= {"id": "call_1", "type": "function"}
                    call["function"]["name"] = tool[0]["function"]["name"]
                await exchange.delta({"tool_calls": [call]})
            else:
                await exchange.delta({"content": piece})
        await exchange.delta({}, finish)
        if usage and (exchange.body.get("stream_options") or {}).get("include_usage"):
            read, written = usage
            counts = {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
            await exchange.event({"choices": [], "usage": counts})
        await exchange.send("data: [DONE]\n\n")

    return behave


def limited(
    reply: object,
    *,
    requests_per_minute: int,
    tokens_per_minute: int = 1_000_000,
    usage: tuple[int, int] = (100, 20),
    clock: Callable[[], float],
    tells: bool = True,
) -> Behaviour:
    """Answer while the last minute of `clock` has room for the request, or else with status 429 and how long to wait.

    Unless it `tells`, its responses say nothing of the limits and of what is left of them.
    """
    answered: deque[float] = deque()
    tokens = sum(usage)

    async def behave(exchange: Exchange) -> None:
        now = clock()
        while answered and answered[0] <= now - 60:
            answered.popleft()
        fits = len(answered) < requests_per_minute and (len(answered) + 1) * tokens <= tokens_per_minute
        if fits:
            answered.append(now)
        headers: dict[str, str] = {}
        if tells:
            reset = f"{answered[-1] + 60 - now:g}s" if answered else "0s"
            headers = {
                "x_ratelimit_limit_requests": str(requests_per_minute),
                "x_ratelimit_remaining_requests": str(requests_per_minute - len(answered)),
                "x_ratelimit_reset_requests": reset,
                "x_ratelimit_limit_tokens": str(tokens_per_minute),
                "x_ratelimit_remaining_tokens": str(tokens_per_minute - len(answered) * tokens),
                "x_ratelimit_reset_tokens": reset,
            }
        if fits:
            await answer(reply, usage=usage, headers=headers)(exchange)
        else:
            wait = str(math.ceil(answered[0] + 60 - now))
            await status(429, kind="rate_limit_exceeded", message="Rate limit reached.", retry_after=wait, **headers)(exchange)

    return behave


def refusal(text: str = "I cannot help with that.") -> Behaviour:
    """The model declines in the field made for it."""

    async def behave(exchange: Exchange) -> None:
        await exchange.head(200, "text/event-stream")
        await exchange.delta({"role": "assistant", "refusal": text})
        await exchange.delta({}, "stop")
        await exchange.send("data: [DONE]\n\n")

    return behave


def status(code: int, *, kind: str = "server_error", message: str = "something is wrong", **headers: str) -> Behaviour:
    """An error with a JSON body; headers such as `retry_after="2"`."""

    async def behave(exchange: Exchange) -> None:
        await exchange.head(code, "application/json", **headers)
        await exchange.send(json.dumps({"error": {"message": message, "type": kind, "code": kind, "param": None}}))

    return behave


def body(text: str, content_type: str = "text/html") -> Behaviour:
    """Status 200 with any body."""

    async def behave(exchange: Exchange) -> None:
        await exchange.head(200, content_type)
        await exchange.send(text)

    return behave


def broken_event() -> Behaviour:
    """An event stream whose second event is cut in the middle of its JSON."""

    async def behave(exchange: Exchange) -> None:
        await exchange.head(200, "text/event-stream")
        await exchange.delta({"role": "assistant", "content": "{"})
        await exchange.send('data: {"id": "x", "choices": [{"ind\n\n')

    return behave


def stream_error(kind: str, message: str) -> Behaviour:
    """An error sent as an event, after status 200."""

    async def behave(exchange: Exchange) -> None:
        await exchange.head(200, "text/event-stream")
        await exchange.delta({"role": "assistant", "content": "{"})
        await exchange.send(f"data: {json.dumps({'error': {'message': message, 'type': kind, 'code': kind}})}\n\n")

    return behave


def early_end(text: str = '{"findings": []}') -> Behaviour:
    """A stream that ends cleanly, but without a finish reason; the text may even be whole."""

    async def behave(exchange: Exchange) -> None:
        await exchange.head(200, "text/event-stream")
        await exchange.delta({"role": "assistant", "content": text})
        await exchange.send("data: [DONE]\n\n")

    return behave


def dropped(text: str = '{"find') -> Behaviour:
    """The connection dies in the middle of a chunked body."""

    async def behave(exchange: Exchange) -> None:
        await exchange.head(200, "text/event-stream", transfer_encoding="chunked")
        event = json.dumps({"id": "x", "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]})
        data = f"data: {event}\n\n"
        await exchange.send(f"{len(data):x}\r\n{data}\r\n40\r\nhalf")
        exchange.writer.transport.abort()

    return behave


def silence(after: str | None = None) -> Behaviour:
    """Never answer; or stall after some text."""

    async def behave(exchange: Exchange) -> None:
        if after is not None:
            await exchange.head(200, "text/event-stream")
            await exchange.delta({"role": "assistant", "content": after})
        await exchange.until_closed()

    return behave


def endless(text: str = "word ") -> Behaviour:
    """Stream the same text until the client goes."""

    async def behave(exchange: Exchange) -> None:
        await exchange.head(200, "text/event-stream")
        while not exchange.closing.is_set():
            await exchange.delta({"content": text})
            await asyncio.sleep(0)

    return behave


def pings_only() -> Behaviour:
    """Keep the connection alive with comments and say nothing."""

    async def behave(exchange: Exchange) -> None:
        await exchange.head(200, "text/event-stream")
        await exchange.send(": ping\n\n: ping\n\n")
        await exchange.until_closed()

    return behave


@dataclass
class FakeModelServer:
    """The server; use it as a context manager."""

    requests: list[Exchange] = field(default_factory=list)
    choose: Callable[[Exchange], Behaviour] | None = None
    """Picks the behaviour by the request, instead of by order."""
    under_way: int = 0
    """Requests that are being answered."""
    _script: list[Behaviour] = field(default_factory=list)
    _port: int = 0

    @property
    def base_url(self) -> str:
        """What to set OPENAI_BASE_URL to."""
        return f"http://127.0.0.1:{self._port}/v1"

    def say(self, *behaviours: Behaviour) -> None:
        """What to do with the next requests, in order."""
        self._script = list(behaviours)

    def __enter__(self) -> FakeModelServer:
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready)), daemon=True)
        self._thread.start()
        assert ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._closing.set)
        self._thread.join(10)

    async def _serve(self, ready: threading.Event) -> None:
        self._loop, self._closing = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._handle, "127.0.0.1", 0)
        self._port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._closing.wait()
        server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        await asyncio.wait(others, timeout=2) if others else None

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        exchange: Exchange | None = None
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
            content = json.loads(await reader.readexactly(int(headers["content-length"])))
            exchange = Exchange(headers, content, writer, self._closing, self.requests)
            self.requests.append(exchange)
            self.under_way += 1
            if self.choose is not None:
                behaviour = self.choose(exchange)
            else:
                behaviour = self._script.pop(0) if len(self._script) > 1 else self._script[0]
            await behaviour(exchange)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client has gone, which some tests want
        finally:
            self.under_way -= exchange is not None
            writer.close()
