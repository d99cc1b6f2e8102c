"""A model server with a fixed time to its first token and a fixed pace, which speaks the OpenAI protocol."""

from __future__ import annotations

import asyncio
import json
from typing import Any

FIRST_TOKEN_SECONDS = 0.5
PIECE_SECONDS = 0.02
PIECES = 30
FIRST_WORD = "word0"


async def model_server() -> None:
    """Prints its port, then waits before each reply and streams it. Findings come at once and empty."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(next(line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")))
                body: dict[str, Any] = json.loads(await reader.readexactly(length))
                await _reply(writer, body)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=2**24, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def _reply(writer: asyncio.StreamWriter, body: dict[str, Any]) -> None:
    structured = "response_format" in body or "tools" in body
    schema = json.dumps(body.get("response_format", {}))
    pieces = ['{"ratings": [], "claims": []}' if "ratings" in schema else '{"findings": []}'] if structured else _pieces()
    head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
    await asyncio.sleep(FIRST_TOKEN_SECONDS)
    writer.write(head.encode())
    for piece in pieces:
        _event(writer, {"choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]})
        await writer.drain()
        await asyncio.sleep(PIECE_SECONDS)
    _event(writer, {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    _chunk(writer, b"data: [DONE]\n\n")
    writer.write(b"0\r\n\r\n")
    await writer.drain()


def _pieces() -> list[str]:
    return [f"{FIRST_WORD} ", *(f"word{number} " for number in range(1, PIECES)), "and what happened then?"]


def _event(writer: asyncio.StreamWriter, more: dict[str, Any]) -> None:
    chunk = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "fake"} | more
    _chunk(writer, f"data: {json.dumps(chunk)}\n\n".encode())


def _chunk(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
