"""Requests that are sent in half, or a byte at a time, are given up, and so are answers that nobody reads: each would hold a connection,
and memory, for as long as its sender likes.

The head of a request is timed where its bytes arrive, below the app, because uvicorn shows the app nothing of it before it is whole.
Its body is timed in the app. An answer is timed where its bytes leave, from when more of it waits than the system takes. A number of connections is not limited: whoever opens many would lock out everybody else.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LONGEST_HEAD = 65_536
"""Bytes of a request before its body."""
SLOWEST = 8_192
"""Bytes a second that the body of a request comes in at least, after a while of grace: a large upload over a slow line is in order."""
_CLOSE = {"Connection": "close"}


@dataclass(frozen=True)
class Deadlines:
    """How long the server waits for a sender, in seconds."""

    head: float = 20.0
    """From the first byte of a request, or from the beginning of a connection, to the end of the head."""
    body: float = 30.0
    """In all for the body, and a second more for each `SLOWEST` bytes that have come."""
    reading: float = 30.0
    """While an answer waits to be read: in each such time most of what waits must go, or `SLOWEST` bytes a second."""


class BodyDeadline:
    """Gives a body up that its sender keeps the app waiting for (408). What the app does meanwhile is not the sender's time."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        left, whole = self._seconds, False
        now = asyncio.get_running_loop().time

        async def timed() -> Message:
            nonlocal left, whole
            if whole:  # from here on an app only waits for the sender to go
                return await receive()
            begun = now()
            try:
                async with asyncio.timeout(left):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(408, "The rest of the request did not come in time.", _CLOSE) from None
            left += len(message.get("body", b"")) / SLOWEST - (now() - begun)
            whole = not message.get("more_body", False)
            return message

        await self._app(scope, timed, send)


def timed_protocol(seconds: float, reading: float = Deadlines.reading) -> type[asyncio.Protocol]:
    """uvicorn's way of speaking HTTP that closes a connection whose next head is too late or too long, or whose answer is not read."""
    from uvicorn.protocols.http.auto import AutoHTTPProtocol

    usual: Any = AutoHTTPProtocol

    class TimedProtocol(usual):
        """Waits for a head from the beginning of the connection, and from the first byte that follows a whole response."""

        _late: asyncio.TimerHandle | None = None
        _taken = 0
        _unread: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:
            super().connection_made(transport)
            self._wait_for_head()

        def data_received(self, data: bytes) -> None:
            before = self.cycle
            if self._late is None and (before is None or before.response_complete):
                self._wait_for_head()
            self._taken += len(data)
            super().data_received(data)
            if self._late is None:
                return
            if self.cycle is not before or self.transport.get_protocol() is not self:  # a head, or one that opens a web socket
                self._stop_waiting()
            elif self._taken > LONGEST_HEAD:
                self._give_up(b"431 Request Header Fields Too Large")

        def connection_lost(self, exc: Exception | None) -> None:
            self._stop_waiting()
            self._stop_watching()
            super().connection_lost(exc)

        def pause_writing(self) -> None:
            super().pause_writing()
            self._watch_reader()

        def resume_writing(self) -> None:
            self._stop_watching()
            super().resume_writing()

        def timeout_keep_alive_handler(self) -> None:
            super().timeout_keep_alive_handler()
            self._watch_reader()  # closing waits until the rest is read

        def _watch_reader(self) -> None:
            if self._unread is None:
                self._unread = self.loop.call_later(reading, self._look_at_reader, self.transport.get_write_buffer_size())

        def _stop_watching(self) -> None:
            if self._unread is not None:
                self._unread.cancel()
                self._unread = None

        def _look_at_reader(self, before: int) -> None:
            self._unread = None
            left = self.transport.get_write_buffer_size()
            if not left:
                return
            if left > before - SLOWEST * reading:
                self.transport.abort()
            else:
                self._watch_reader()

        def _wait_for_head(self) -> None:
            self._taken = 0
            self._late = self.loop.call_later(seconds, self._give_up, b"408 Request Timeout")

        def _stop_waiting(self) -> None:
            if self._late is not None:
                self._late.cancel()
                self._late = None

        def _give_up(self, status: bytes) -> None:
            self._stop_waiting()
            if self.transport.is_closing():
                return
            if self._taken:  # browsers open connections ahead, and expect no answer on those
                self.transport.write(b"HTTP/1.1 " + status + b"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            self.transport.close()

    return TimedProtocol
