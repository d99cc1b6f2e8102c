"""What goes on in this process: turns that are under way, answers that are being read, interviews seen lately."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from discovery_agent.discovery.interviewing.script import Script
from discovery_agent.discovery.workspace import Workspace

if TYPE_CHECKING:
    from discovery_agent.discovery.interviewing.turn import Turn

_NAME = "interviews"
_MOST_SCRIPTS = 400
# Changes of the engagement or of a role are seen by a running interview after so long at the latest.
_FRESH = timedelta(minutes=2)
# The rules analyst computes: more at once would only wait for the processor.
_RULES_AT_ONCE = 2


class Floor:
    """One for a workspace."""

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws
        self.turns: dict[str, Turn] = {}
        """Interview -> the turn whose reply is not stored yet."""
        self.readings: dict[tuple[str, int], asyncio.Task[Any]] = {}
        """Interview and number of the answer -> the reading of it."""
        self.model_limit = asyncio.Semaphore(ws.settings.concurrency)
        self.rules_limit = asyncio.Semaphore(_RULES_AT_ONCE)
        self._scripts: OrderedDict[str, tuple[datetime, Script]] = OrderedDict()

    def recall(self, conversation_id: str) -> Script | None:
        """An interview as it was after its latest turn here; whoever adds to it finds out whether it is still so."""
        seen = self._scripts.get(conversation_id)
        if seen is None or self._ws.now() - seen[0] > _FRESH:
            self.forget(conversation_id)
            return None
        return seen[1]

    def remember(self, script: Script) -> None:
        """Keep an interview at hand for its next turn."""
        at = self._scripts.pop(script.record.id, (self._ws.now(), script))[0]
        self._scripts[script.record.id] = (at, script)
        while len(self._scripts) > _MOST_SCRIPTS:
            self._scripts.popitem(last=False)

    def forget(self, conversation_id: str) -> None:
        """Load it anew next time."""
        self._scripts.pop(conversation_id, None)


def floor_of(ws: Workspace) -> Floor:
    """What goes on in a workspace."""
    floor = ws.live.get(_NAME)
    if floor is None:
        floor = ws.live[_NAME] = Floor(ws)
    assert isinstance(floor, Floor)
    return floor
