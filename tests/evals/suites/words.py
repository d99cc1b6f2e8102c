"""A model that says what it is given, in place of a language model."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence

from discovery_agent.analysts.protocol import (
    Extraction,
    ObjectiveBrief,
    ObjectiveStatements,
    QuestionBrief,
    SectionBrief,
    SectionWords,
    Window,
)
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.blueprint.wording import ProposedClaim
from discovery_agent.domain.conversation import Conversation
from discovery_agent.domain.decisions import Tables
from discovery_agent.domain.findings import ProposedFinding
from discovery_agent.models.billing import Meter


class FakeModel:
    """Proposes what a test wants it to, and counts how often it was asked."""

    name = "fake"

    def __init__(
        self,
        *,
        finds: Callable[[Conversation], Sequence[ProposedFinding]] = lambda _: (),
        rates: Callable[[Conversation], Sequence[ProposedFinding]] = lambda _: (),
        objectives: Sequence[str] = (),
        claims: Callable[[SectionBrief], Sequence[ProposedClaim]] = lambda _: (),
        asks: str = "",
    ) -> None:
        self._finds, self._rates, self._objectives, self._claims, self._asks = finds, rates, objectives, claims, asks
        self.read: list[Conversation] = []

    def windows(self, conversation: Conversation) -> Sequence[Window]:
        return [Window(first=0, last=len(conversation.utterances) - 1)]

    async def extract(self, conversation: Conversation, window: Window) -> Extraction:
        self.read.append(conversation)
        return Extraction(proposals=tuple(self._finds(conversation)))

    async def rate(self, conversation: Conversation, window: Window, tables: Tables) -> Extraction:
        return Extraction(proposals=tuple(self._rates(conversation)))

    async def phrase(self, brief: QuestionBrief) -> AsyncIterator[str]:
        yield self._asks

    async def propose_objectives(self, brief: ObjectiveBrief, count: int, *, meter: Meter | None = None) -> ObjectiveStatements:
        return ObjectiveStatements(texts=tuple(self._objectives[:count]))

    async def write_section(self, brief: SectionBrief, *, meter: Meter | None = None) -> SectionWords:
        return SectionWords(claims=tuple(self._claims(brief)))


def with_model(bench: Workbench, model: object) -> Workbench:
    """The bench with this model at work."""
    bench.__dict__.update(model=model, analyst=model)
    return bench
