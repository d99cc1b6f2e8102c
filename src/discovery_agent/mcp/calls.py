"""One request as tools and resources see it: who asks, of which workspace, and where progress is told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import AccessRole, Principal
from discovery_agent.errors import AccessDenied

Tell = Callable[[int, int, str], Awaitable[None]]
"""Called with what is done, what there is to do in all, and what is done next."""
Paced = Callable[[Principal], Awaitable[None]]
"""Counts a request that costs much; raises `TooMany` where they come too fast."""

_READERS = (AccessRole.OWNER, AccessRole.LEAD)
_AT_ONCE = 2


async def unpaced(_who: Principal) -> None:
    """No limit: for the one user of a process of their own."""


@dataclass(frozen=True)
class Surroundings:
    """What all requests to a server share."""

    ws: Workspace
    paced: Paced = unpaced
    files: Path | None = None
    """The folder of which transcripts may be read by their path; None where only texts are taken."""
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))
    """Texts that are read at once; others wait, so that pages and interviews on the same server go on."""

    @property
    def calls_a_model(self) -> bool:
        """Whether texts that are to be read go to a language model."""
        return self.ws.settings.model is not None


@dataclass(frozen=True)
class Call:
    """One request."""

    around: Surroundings
    who: Principal
    tell: Tell

    @property
    def ws(self) -> Workspace:
        """The workspace that is asked."""
        return self.around.ws

    async def may_have_texts_read(self) -> None:
        """Return if whoever asks may have a text read, which costs time of the processor and, with a model, money.

        Raises:
            AccessDenied: they could not upload a transcript either.
            TooMany: they ask too often.
        """
        if self.who.role not in _READERS:
            raise AccessDenied("Only the owner or a lead may have texts read.", remedy="Whoever leads the discovery can do it.")
        await self.around.paced(self.who)
