"""Server-sent events: a stream of typed events, kept alive by comments."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from typing import Any, TypeVar

from fastapi.sse import format_sse_event
from pydantic import BaseModel
from starlette.responses import StreamingResponse

from discovery_agent.errors import DiscoveryError
from discovery_agent.web.problems import Problem, Refused, numbered, problem_of, unforeseen

HEARTBEAT_SECONDS = 15.0
_ALIVE = b": still here\n\n"
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_log = logging.getLogger(__name__)
Event = TypeVar("Event", bound=BaseModel)
Item = TypeVar("Item")


async def event_stream(
    events: AsyncIterator[Event], name: Callable[[Event], str], *, heartbeat: float = HEARTBEAT_SECONDS
) -> StreamingResponse:
    """A response that sends each event as it comes, under its name.

    The first event is waited for, so an error before it is answered like any other. A later one ends the stream with an
    event `failed`. Whoever stops listening stops only the stream, not the work behind it.
    """
    return await stream_response(events, lambda event: _one(name(event), event), _failed, heartbeat=heartbeat)


def events_schema(names: Sequence[str], data: type[BaseModel]) -> dict[str, Any]:
    """How the description of the API describes an event of a stream: its name, and its data, which is JSON of that model.

    To be used together with `describe_events`, which adds the model itself.
    """
    content = {"$ref": f"#/components/schemas/{data.__name__}"}
    return {
        "type": "object",
        "required": ["event", "data"],
        "properties": {
            "event": {"type": "string", "enum": [*names, *(("failed",) if "failed" not in names else ())]},
            "data": {"type": "string", "contentMediaType": "application/json", "contentSchema": content},
        },
    }


def describe_events(schema: dict[str, Any], *models: type[BaseModel]) -> None:
    """Add the models of events to a description of an API."""
    known: dict[str, Any] = schema.setdefault("components", {}).setdefault("schemas", {})
    for model in models:
        described = model.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
        for name, part in {**described.pop("$defs", {}), model.__name__: described}.items():
            known.setdefault(name, part)


async def stream_response(
    items: AsyncIterator[Item],
    encode: Callable[[Item], bytes],
    failed: Callable[[Problem], bytes],
    *,
    end: bytes = b"",
    heartbeat: float = HEARTBEAT_SECONDS,
) -> StreamingResponse:
    """The same for items of any kind: `encode` writes one down, `failed` an error after the first; `end` closes the stream.

    Raises:
        Exception: whatever came instead of a first item.
    """
    first = await anext(items, None)
    return StreamingResponse(
        _bytes(first, items, encode, failed, end, heartbeat) if first is not None else iter((end,)),
        media_type="text/event-stream",
        headers=_HEADERS,
    )


async def _bytes(
    first: Item,
    items: AsyncIterator[Item],
    encode: Callable[[Item], bytes],
    failed: Callable[[Problem], bytes],
    end: bytes,
    heartbeat: float,
) -> AsyncIterator[bytes]:
    coming: asyncio.Future[Item | None] | None = None
    try:
        yield encode(first)
        coming = asyncio.ensure_future(_next(items))
        while True:
            await asyncio.wait({coming}, timeout=heartbeat)
            if not coming.done():
                yield _ALIVE
                continue
            item = coming.result()
            if item is None:
                break
            yield encode(item)
            coming = asyncio.ensure_future(_next(items))
        if end:
            yield end
    except Exception as error:
        yield failed(_told(error))
    finally:
        if coming is not None:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)
        if isinstance(items, AsyncGenerator):
            await items.aclose()


async def _next(items: AsyncIterator[Item]) -> Item | None:
    return await anext(items, None)


def _told(error: Exception) -> Problem:
    if isinstance(error, Refused):
        return error.problem
    if isinstance(error, DiscoveryError):
        return problem_of(error)
    _log.error("A stream of events broke.", exc_info=error)
    return unforeseen()


def _failed(problem: Problem) -> bytes:
    return _one("failed", numbered(problem))


def _one(name: str, event: BaseModel) -> bytes:
    return format_sse_event(event=name, data_str=event.model_dump_json(exclude_none=True))
