"""What a turn of an interview tells whoever listens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from enum import StrEnum

from discovery_agent.domain.conversation import Value
from discovery_agent.domain.engagement import StoredFinding, StoredUtterance
from discovery_agent.domain.interview.moves import Progress, RecapLine


class EventKind(StrEnum):
    """What happened."""

    ACCEPTED = "accepted"
    """The answer is stored: `utterance`."""
    DELTA = "delta"
    """The next piece of the reply: `text`."""
    RESTART = "restart"
    """The pieces so far are no reply; it begins anew."""
    SAID = "said"
    """The reply is whole and stored: `utterance`, `progress`. Its text counts, whatever the pieces were."""
    UNDERSTOOD = "understood"
    """The answer was read: `findings`, which may be none, and `progress`."""
    RECAP = "recap"
    """The interview has come to its recap: `lines`."""
    FAILED = "failed"
    """No reply could be made or stored: `what`, `remedy`. What was said before is safe; `resume` tries again."""


class TurnEvent(Value):
    """One thing that happened in a turn; which fields are set depends on its kind."""

    kind: EventKind
    utterance: StoredUtterance | None = None
    text: str | None = None
    findings: tuple[StoredFinding, ...] = ()
    progress: Progress | None = None
    lines: tuple[RecapLine, ...] = ()
    what: str | None = None
    remedy: str | None = None


class Broadcast:
    """Events of a piece of work. Whoever listens, also late, hears all from the beginning; nobody need listen."""

    def __init__(self) -> None:
        self._events: list[TurnEvent] = []
        self._waiting: list[asyncio.Future[None]] = []
        self._over = False
        self._error: Exception | None = None

    @property
    def begun(self) -> bool:
        """Whether anything was said yet."""
        return bool(self._events)

    def say(self, event: TurnEvent) -> None:
        """Tell everybody."""
        self._events.append(event)
        self._wake()

    def end(self, error: Exception | None = None) -> None:
        """Nothing more will come; an error is raised in everybody who listens."""
        if not self._over:
            self._over, self._error = True, error
            self._wake()

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            if not one.done():
                one.set_result(None)

    async def listen(self) -> AsyncGenerator[TurnEvent, None]:
        """All events, as they come. Leaving early stops nothing."""
        heard = 0
        while True:
            while heard < len(self._events):
                heard += 1
                yield self._events[heard - 1]
            if self._over:
                if self._error is not None:
                    raise self._error
                return
            change: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(change)
            await change
