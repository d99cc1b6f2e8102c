"""Standard input and output: one client, which started this process, on this machine."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, cast

import mcp_types as wire
from mcp.server.stdio import stdio_server
from mcp.shared.message import SessionMessage
from pydantic import ValidationError

from discovery_agent.discovery.access import LOCAL, principal_of
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import Principal
from discovery_agent.mcp.calls import Surroundings
from discovery_agent.mcp.server import Context, create_server

if TYPE_CHECKING:
    import anyio

_log = logging.getLogger(__name__)


async def serve_stdio(ws: Workspace, *, secret: str | None = None, files: Path | None = None) -> None:
    """Serve until the client closes standard input. With a secret, its rights apply, and end when it is taken back.

    `files` is the folder of which transcripts may be read by their path.

    Raises:
        AccessDenied: the secret opens nothing.
    """
    if secret is not None:
        await principal_of(ws, secret)

    async def who(_: Context) -> Principal:
        return LOCAL if secret is None else await principal_of(ws, secret)

    server = create_server(Surroundings(ws, files=files), who)
    with _input_taken() as stream:
        lines = _Lines(stream)
        try:
            async with stdio_server(stdin=cast("anyio.AsyncFile[str]", lines)) as (incoming, outgoing):
                lines.answered.set_result(outgoing.send)
                await server.run(incoming, outgoing, server.create_initialization_options())
        except* BrokenPipeError:
            _log.info("The client went before it had read every answer")


@contextmanager
def _input_taken() -> Iterator[TextIO]:
    """Standard input for this server alone: a process that is started meanwhile finds nothing in it."""
    own = os.dup(sys.stdin.fileno())
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), sys.stdin.fileno())
    try:
        # Not closed: the thread that reads it may still wait for a line.
        yield os.fdopen(own, encoding="utf-8", errors="replace", closefd=False)
    finally:
        os.dup2(own, sys.stdin.fileno())


class _Lines:
    """The messages of a stream as they come, read in a thread that no end of this process waits for.

    (The threads of the library's own reader are waited for: Ctrl-C then takes effect at the next line that the client sends.)
    A line that is no message is answered here; the library would pass over it, and whoever sent it would wait without end.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._loop = asyncio.get_running_loop()
        self._come: asyncio.Queue[str | None] = asyncio.Queue(1)
        self.answered: asyncio.Future[Callable[[SessionMessage], Awaitable[None]]] = self._loop.create_future()
        """By what a line is answered; known once the server is connected."""
        threading.Thread(target=self._read, name="standard input", daemon=True).start()

    def _read(self) -> None:
        line: str | None = ""
        while line is not None:
            line = self._stream.readline() or None
            try:
                asyncio.run_coroutine_threadsafe(self._come.put(line), self._loop).result()
            except RuntimeError:  # the loop has ended meanwhile
                return

    async def __aiter__(self) -> AsyncIterator[str]:
        while (line := await self._come.get()) is not None:
            if not line.strip():
                continue
            line = _whole(line)
            if (fault := _fault(line)) is None:
                yield line
            else:
                await (await self.answered)(SessionMessage(fault))


_HALF = re.compile(r"\\u[dD]")


def _whole(line: str) -> str:
    """A line without halves of characters: JSON can spell them, some programs send them, and nothing can be made of them."""
    if not _HALF.search(line):
        return line
    try:
        spelled = json.dumps(json.loads(line), ensure_ascii=False)
    except (ValueError, RecursionError):
        return line
    return spelled.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _fault(line: str) -> wire.JSONRPCError | None:
    """The answer to a line that is no message of the protocol."""
    try:
        wire.jsonrpc_message_adapter.validate_json(line, by_name=False)
    except ValidationError as error:
        no_json = any(one["type"] == "json_invalid" for one in error.errors(include_url=False, include_input=False))
        code, what = (wire.PARSE_ERROR, "The line is no JSON.") if no_json else (wire.INVALID_REQUEST, "The line is no message.")
        asked = None if no_json else _id_in(json.loads(line))
        return wire.JSONRPCError(jsonrpc="2.0", id=asked, error=wire.ErrorData(code=code, message=what))
    return None


def _id_in(message: Any) -> str | int | None:
    asked = cast(dict[str, Any], message).get("id") if isinstance(message, dict) else None
    return asked if isinstance(asked, str | int) and not isinstance(asked, bool) else None
