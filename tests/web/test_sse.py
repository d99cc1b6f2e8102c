from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from pydantic import BaseModel
from starlette.responses import StreamingResponse

from discovery_agent.errors import InvalidRequest, ModelUnavailable
from discovery_agent.web.sse import event_stream
from tests.web.service import events_of


class Tick(BaseModel):
    number: int


def tick(_: Tick) -> str:
    return "tick"


async def whole(response: StreamingResponse) -> str:
    return "".join([bytes(piece).decode() async for piece in response.body_iterator])  # pyright: ignore[reportArgumentType]


async def test_comments_keep_a_silent_stream_alive() -> None:
    go = asyncio.Event()

    async def events() -> AsyncIterator[Tick]:
        yield Tick(number=1)
        await go.wait()
        yield Tick(number=2)

    response = await event_stream(events(), tick, heartbeat=0.001)
    pieces: list[str] = []
    async for piece in response.body_iterator:
        pieces.append(bytes(piece).decode())  # pyright: ignore[reportArgumentType]
        if pieces[-1].startswith(":"):
            go.set()
    assert pieces[1].startswith(":") and pieces[-1] == 'event: tick\ndata: {"number":2}\n\n'
    assert [event["number"] for _, event in events_of("".join(pieces))] == [1, 2]


async def test_an_error_before_the_first_event_is_raised() -> None:
    async def events() -> AsyncIterator[Tick]:
        raise InvalidRequest("The questions are over.")
        yield Tick(number=1)

    with pytest.raises(InvalidRequest):
        await event_stream(events(), tick)


@pytest.mark.parametrize(("error", "kind"), [(ModelUnavailable("busy"), "model-unavailable"), (RuntimeError("hunter2"), "unforeseen")])
async def test_a_later_error_ends_the_stream_with_an_event(error: Exception, kind: str) -> None:
    async def events() -> AsyncIterator[Tick]:
        yield Tick(number=1)
        raise error

    text = await whole(await event_stream(events(), tick))
    name, problem = events_of(text)[-1]
    assert name == "failed" and problem["type"].endswith(kind) and "hunter2" not in text


async def test_whoever_leaves_closes_the_stream_behind_them() -> None:
    closed = asyncio.Event()

    async def events() -> AsyncIterator[Tick]:
        try:
            for number in range(1000):
                yield Tick(number=number)
        finally:
            closed.set()

    body = (await event_stream(events(), tick)).body_iterator
    await anext(aiter(body))
    await body.aclose()  # pyright: ignore[reportAttributeAccessIssue]
    assert closed.is_set()


async def test_a_stream_without_events_is_empty() -> None:
    async def events() -> AsyncIterator[Tick]:
        return
        yield Tick(number=1)

    assert await whole(await event_stream(events(), tick)) == ""
