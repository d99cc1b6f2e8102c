"""What is known of an engagement before the next question, read at most every few seconds however many interviews go on."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta

from discovery_agent.discovery.known import interview_known
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import Engagement
from discovery_agent.domain.interview.known import Known
from discovery_agent.errors import DiscoveryError

_log = logging.getLogger(__name__)
_NAME = "interviews.known"
_FRESH = timedelta(seconds=15)
_MOST = 200


async def known_of(ws: Workspace, engagement: Engagement) -> Known:
    """What transcripts and other interviews have settled. An interview goes on also where that cannot be had."""
    held: dict[str, tuple[datetime, asyncio.Future[Known]]] = ws.live.setdefault(_NAME, {})
    seen = held.get(engagement.id)
    if seen is None or ws.now() - seen[0] > _FRESH:
        if len(held) >= _MOST:
            held.clear()
        seen = held[engagement.id] = (ws.now(), ws.spawn(_read(ws, engagement)))
    return await asyncio.shield(seen[1])


async def _read(ws: Workspace, engagement: Engagement) -> Known:
    try:
        return await interview_known(ws, engagement.id)
    except DiscoveryError as error:
        _log.warning("An interview goes on without what is known of the engagement: %s", error)
        return Known(subject=f"{engagement.title} {engagement.purpose}".strip())
