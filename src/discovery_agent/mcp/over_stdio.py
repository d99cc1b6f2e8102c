"""Standard input and output: one client, which started this process, on this machine."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, cast

from mcp.server.stdio import stdio_server

from discovery_agent.discovery.access import principal_of
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import AccessRole, Principal
from discovery_agent.mcp.calls import Surroundings
from discovery_agent.mcp.server import Context, create_server

if TYPE_CHECKING:
    import anyio

LOCAL = Principal(key_id="local", role=AccessRole.OWNER, name="Whoever uses this machine")
"""Who can start a process over the data can read all of it, so they are the owner, as with every other command."""


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
        lines = cast("anyio.AsyncFile[str]", _Lines(stream))
        async with stdio_server(stdin=lines) as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options())


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
    """The lines of a stream as they come, read in a thread that no end of this process waits for.

    (The threads of the library's own reader are waited for: Ctrl-C then takes effect at the next line that the client sends.)
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._loop = asyncio.get_running_loop()
        self._come: asyncio.Queue[str | None] = asyncio.Queue(1)
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
            yield line
