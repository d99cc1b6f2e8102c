"""A model server that reads and rates as a careless model would: every longer sentence becomes a finding, with its exact quote."""

from __future__ import annotations

import asyncio
import json
import re
import zlib
from typing import Any

FIRST_TOKEN_SECONDS = 0.3
PIECE_SECONDS = 0.02
KINDS = ("pain_point", "process_step", "operational_goal", "data_source", "risk", "constraint", "business_goal", "position")
QUESTIONS = (
    "Thank you. How is that done today, step by step?",
    "I see. What does that cost you when it goes wrong?",
    "Understood. Which figure would tell you that it got better?",
    "Thanks, that helps. Where are the data for it kept?",
    "All right. Who decides about it in the end?",
)
_LINE = re.compile(r"^(u\d+) [^:]+: (.+)$", re.MULTILINE)
_CRITERION = re.compile(r"^- ([\w-]+): ", re.MULTILINE)
_VALUE = re.compile(r"^  - ([\w-]+): ", re.MULTILINE)


async def serve() -> None:
    """Print the port, then answer until the process is told to end."""

    async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(next(line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")))
                await _answer(writer, json.loads(await reader.readexactly(length)))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(connection, "127.0.0.1", 0, limit=2**24, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def _answer(writer: asyncio.StreamWriter, body: dict[str, Any]) -> None:
    await asyncio.sleep(FIRST_TOKEN_SECONDS)
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
    pieces = reply_to(body)
    for piece in pieces:
        _event(writer, {"choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]})
        await writer.drain()
        await asyncio.sleep(PIECE_SECONDS)
    _event(writer, {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    usage = {"prompt_tokens": sum(len(one["content"]) for one in body["messages"]) // 4, "completion_tokens": len("".join(pieces)) // 4}
    _event(writer, {"choices": [], "usage": usage | {"total_tokens": sum(usage.values())}})
    writer.write(b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n")
    await writer.drain()


def reply_to(body: dict[str, Any]) -> list[str]:
    """What the model says, in pieces."""
    asked = body["messages"][-1]["content"]
    schema = json.dumps(body.get("response_format", {}))
    if "ratings" in schema:
        return [json.dumps(_ratings(body["messages"][0]["content"], asked))]
    if "findings" in schema:
        return [json.dumps({"findings": [_finding(*line) for line in _said(asked)]})]
    if "response_format" in body:
        return ["{}"]
    return re.findall(r"\S+\s*", QUESTIONS[zlib.crc32(asked.encode()) % len(QUESTIONS)])


def _said(asked: str) -> list[tuple[str, str]]:
    lines = _LINE.findall(asked.rpartition("To read:")[2])
    return [(utterance, text) for utterance, text in lines if len(text.split()) > 6 and "?" not in text]


def _finding(utterance: str, text: str) -> dict[str, Any]:
    sentence = re.split(r"(?<=[.!]) ", text)[0]
    kind = KINDS[zlib.crc32(sentence.encode()) % len(KINDS)]
    quotes = [{"utterance": utterance, "text": sentence}]
    stance = "for" if kind == "position" else None
    return {"quotes": quotes, "kind": kind, "statement": sentence, "confidence": 0.8, "stance": stance, "kpi": None}


def _ratings(system: str, asked: str) -> dict[str, Any]:
    blocks = re.split(r"(?m)^(?=- [\w-]+: )", system)
    criteria = [(match[1], _VALUE.findall(block)) for block in blocks if (match := _CRITERION.match(block))]
    criteria = [(name, values) for name, values in criteria if values]
    ratings: list[dict[str, Any]] = []
    for utterance, text in _said(asked) if criteria else ():
        sentence = re.split(r"(?<=[.!]) ", text)[0]
        number = zlib.crc32(sentence.encode())
        name, values = criteria[number % len(criteria)]
        quotes = [{"utterance": utterance, "text": sentence}]
        ratings.append({"quotes": quotes, "criterion": name, "value": values[number % len(values)], "confidence": 0.7})
    return {"ratings": ratings, "data": []}


def _event(writer: asyncio.StreamWriter, more: dict[str, Any]) -> None:
    chunk = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "fake"} | more
    data = f"data: {json.dumps(chunk)}\n\n".encode()
    writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
