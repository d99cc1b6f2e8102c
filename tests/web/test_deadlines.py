"""Requests that are sent in half, over raw connections to a server that runs as `serve` runs it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
import uvicorn

from discovery_agent.web.app import create_app
from discovery_agent.web.deadlines import LONGEST_HEAD, Deadlines
from discovery_agent.web.serve import server_config
from tests.web.service import API, Service

SHORT = 0.05
LONG = 600.0
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def serving(service: Service, deadlines: Deadlines) -> AsyncIterator[Callable[[], Awaitable[Connection]]]:
    """A server over the service; gives what connects to it."""
    config = server_config(create_app(service.ws, pages=False, deadlines=deadlines), deadlines)
    config.host, config.port = "127.0.0.1", 0
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:
        if running.done():
            running.result()
        await asyncio.sleep(0)
    port = server.servers[0].sockets[0].getsockname()[1]
    writers: list[asyncio.StreamWriter] = []

    async def connect() -> Connection:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writers.append(writer)
        return reader, writer

    try:
        yield connect
    finally:
        for writer in writers:
            writer.close()
        server.should_exit = True
        await running


async def _status(reader: asyncio.StreamReader) -> bytes:
    """The first line of an answer. What was sent past it makes the server's end of the connection break off, which a read of all would meet."""
    return await reader.readuntil(b"\r\n")


async def key_of(service: Service) -> str:
    client = await service.owner()
    return client.headers["authorization"]


@pytest.mark.parametrize("begun", ["", "GET /heal", "GET /healthz HTTP/1.1\r\nHost: here\r\nX-Half: "])
async def test_a_connection_whose_request_never_gets_whole_is_closed(service: Service, begun: str) -> None:
    async with serving(service, Deadlines(head=SHORT, body=LONG)) as connect:
        reader, writer = await connect()
        writer.write(begun.encode())
        rest = await reader.read()
        assert rest == b"" if not begun else rest.startswith(b"HTTP/1.1 408 ")


async def test_a_head_that_trickles_in_gains_no_time(service: Service) -> None:
    async with serving(service, Deadlines(head=SHORT, body=LONG)) as connect:
        reader, writer = await connect()
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: here\r\n")
        answer = asyncio.create_task(_status(reader))
        while not answer.done():
            writer.write(b"X-More: a\r\n")
            await asyncio.wait([answer], timeout=SHORT / 10)
        assert answer.result().startswith(b"HTTP/1.1 408 ")


async def test_a_second_request_on_a_connection_is_waited_for_no_longer_than_the_first(service: Service) -> None:
    async with serving(service, Deadlines(head=SHORT, body=LONG)) as connect:
        reader, writer = await connect()
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n")
        assert b'{"status":"ok"}' in await reader.readuntil(b"}")
        writer.write(b"GET /healthz HTTP/1.1\r\nHo")
        assert (await reader.read()).startswith(b"HTTP/1.1 408 ")


async def test_a_head_without_end_is_refused(service: Service) -> None:
    async with serving(service, Deadlines(head=LONG, body=LONG)) as connect:
        reader, writer = await connect()
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: here\r\n" + b"X-More: abcdefgh\r\n" * (LONGEST_HEAD // 16))
        assert (await _status(reader)).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize("length", ["Content-Length: 40", "Transfer-Encoding: chunked"])
async def test_a_body_whose_rest_never_comes_is_given_up(service: Service, length: str) -> None:
    key = await key_of(service)
    piece = '{"title": "Cl' if "Content" in length else 'd\r\n{"title": "Cl\r\n'
    async with serving(service, Deadlines(head=LONG, body=SHORT)) as connect:
        reader, writer = await connect()
        head = (
            f"POST {API}/engagements HTTP/1.1\r\nHost: here\r\nAuthorization: {key}\r\nContent-Type: application/json\r\n{length}\r\n\r\n"
        )
        writer.write((head + piece).encode())
        answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 408 ") and b"did not come in time" in answer and b"connection: close" in answer.lower()


async def test_an_upload_whose_rest_never_comes_is_given_up_and_nothing_of_it_is_kept(service: Service) -> None:
    engagement, key = await service.engagement(), await key_of(service)
    head = (
        f"POST {API}/engagements/{engagement.id}/transcripts HTTP/1.1\r\nHost: here\r\nAuthorization: {key}\r\n"
        "Content-Type: multipart/form-data; boundary=cut\r\nContent-Length: 5000\r\n\r\n"
        '--cut\r\nContent-Disposition: form-data; name="files"; filename="talk.txt"\r\n\r\nAda: We want'
    )
    async with serving(service, Deadlines(head=LONG, body=SHORT)) as connect:
        reader, writer = await connect()
        writer.write(head.encode())
        assert (await reader.read()).startswith(b"HTTP/1.1 408 ")
    async with service.ws.database.reading() as unit:
        assert await unit.jobs.list(engagement.id) == []


async def test_a_request_that_comes_in_pieces_within_its_time_is_answered(service: Service) -> None:
    key = await key_of(service)
    body = '{"title": "Claims handling"}'
    whole = (
        f"POST {API}/engagements HTTP/1.1\r\nHost: here\r\nAuthorization: {key}\r\nContent-Type: application/json\r\n"
        f"Connection: close\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()
    async with serving(service, Deadlines(head=LONG, body=LONG)) as connect:
        reader, writer = await connect()
        for start in range(0, len(whole), 7):
            writer.write(whole[start : start + 7])
            await writer.drain()
            await asyncio.sleep(0)
        assert (await reader.read()).startswith(b"HTTP/1.1 201 ")
