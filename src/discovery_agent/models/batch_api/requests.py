"""A call as one line of a file of requests, and files that stay within the limits of the server."""

from __future__ import annotations

import json
import re
from typing import BinaryIO, NamedTuple, Self

from discovery_agent.models.batch_api.notes import HandedIn, Notes, Request
from discovery_agent.models.connection import OutputForm
from discovery_agent.models.replies import Asked

ENDPOINT = "/v1/chat/completions"


class Limits(NamedTuple):
    """What one file may hold. The server takes 50,000 requests and 200 MB."""

    requests: int = 50_000
    size: int = 200_000_000


def request_body(asked: Asked) -> dict[str, object]:
    """What the ordinary call would send to the server, but for its asking for a stream."""
    name = asked.model.partition(":")[2]
    # LangChain calls the system's role so for these models.
    system = "developer" if re.match(r"o\d", name) else "system"
    body: dict[str, object] = {
        "model": name,
        "messages": [{"role": system if one.role == "system" else one.role, "content": one.content} for one in asked.messages],
        "max_completion_tokens": asked.parameters["max_output_tokens"],
    }
    if asked.schema is not None:
        body |= OutputForm(asked.output, asked.schema).parameters()["extra_body"]
    return body


def request_line(key: str, asked: Asked) -> bytes:
    """The line of a call; in ASCII, so that nothing that somebody said can be taken for the end of a line."""
    line = {"custom_id": key, "method": "POST", "url": ENDPOINT, "body": request_body(asked)}
    return json.dumps(line, separators=(",", ":")).encode("ascii") + b"\n"


class _Open(NamedTuple):
    entry: HandedIn
    lines: BinaryIO
    requests: BinaryIO


class RequestFiles:
    """Writes requests to files as they come. A file counts once it is full, or the context left, and then is in `noted`."""

    def __init__(self, notes: Notes, limits: Limits, attempt: int) -> None:
        self._notes = notes
        self._limits = limits
        self._attempt = attempt
        self._open: _Open | None = None
        self._size = 0
        self.noted: list[HandedIn] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._close()
        elif self._open is not None:
            self._open.lines.close()
            self._open.requests.close()

    def add(self, request: Request, line: bytes, most_usd: float | None) -> None:
        """Put one request into the file, or into a new one where it is full.

        Raises:
            StorageError: it cannot be written.
        """
        if self._open is not None and (self._open.entry.requests >= self._limits.requests or self._size + len(line) > self._limits.size):
            self._close()
        with self._notes.writing():
            if self._open is None:
                entry = HandedIn.new(self._attempt)
                self._open = _Open(entry, *self._notes.files_for(entry.label))
                self._size = 0
            entry, lines, requests = self._open
            lines.write(line)
            requests.write(request.line())
        self._size += len(line)
        cost = None if entry.most_usd is None or most_usd is None else entry.most_usd + most_usd
        self._open = _Open(entry.model_copy(update={"requests": entry.requests + 1, "most_usd": cost}), lines, requests)

    def _close(self) -> None:
        if self._open is None:
            return
        entry, *files = self._open
        self._open = None
        with self._notes.writing():
            for file in files:
                file.close()
        self._notes.note(entry)
        self.noted.append(entry)


def halved(notes: Notes, entry: HandedIn, limits: Limits) -> list[HandedIn]:
    """The file of a batch in two; the whole one is forgotten."""
    share = None if entry.most_usd is None else entry.most_usd / entry.requests
    with RequestFiles(notes, limits._replace(requests=-(-entry.requests // 2)), entry.attempt) as files:
        for request, line in zip(notes.requests(entry.label), notes.lines(entry.label), strict=True):
            files.add(request, line, share)
    notes.forget(entry.label)
    return files.noted
