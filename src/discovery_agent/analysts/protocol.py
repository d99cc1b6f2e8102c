"""The seam between what proposes findings and everything that checks, decides and shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from discovery_agent.domain.conversation import Conversation, Value
from discovery_agent.domain.decisions import Tables
from discovery_agent.domain.findings import ProposedFinding
from discovery_agent.models.usage import Usage


class Window(Value):
    """A run of whole utterances that an analyst reads at once: indices `first` to `last`, both included."""

    first: int
    last: int


class Extraction(Value):
    """What one window gave."""

    proposals: tuple[ProposedFinding, ...]
    usage: Usage = Usage()


class Analyst(Protocol):
    """Proposes findings; never decides whether they hold."""

    @property
    def name(self) -> str:
        """Shown as the origin of each finding: `rules`, or the model as configured."""
        ...

    def windows(self, conversation: Conversation) -> Sequence[Window]:
        """How the conversation is cut up. Every utterance is in at least one window."""
        ...

    async def extract(self, conversation: Conversation, window: Window) -> Extraction:
        """Findings proposed from one window.

        Raises:
            ModelError: the call failed for good; the window can be tried again on its own.
            SpendLimitReached: the cap on cost would be passed.
        """
        ...

    async def rate(self, conversation: Conversation, window: Window, tables: Tables) -> Extraction:
        """What one window shows of the criteria of the ladder and of the state of the data.

        The proposals are of kind `criterion`, each with a `criterion` or a `data` reading.

        Raises:
            ModelError: the call failed for good; the window can be tried again on its own.
            SpendLimitReached: the cap on cost would be passed.
        """
        ...
