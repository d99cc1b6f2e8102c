"""From an arm to what its cases are worked on with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from pydantic import Field

from discovery_agent.analysts.llm import LLMAnalyst
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.errors import ConfigurationError, DiscoveryError, SpendLimitReached
from discovery_agent.evals.harness.arms import AnalystKind, Arm
from discovery_agent.evals.harness.metrics import Record
from discovery_agent.evals.harness.outcomes import Spent
from discovery_agent.models.billing import Meter
from discovery_agent.models.budget import Budget, Hold
from discovery_agent.models.recordings import Missing, Place, Recordings, RunReplies
from discovery_agent.models.tokens import TokenCounter
from discovery_agent.models.usage import Usage
from discovery_agent.settings import Settings

if TYPE_CHECKING:
    from discovery_agent.analysts.rules import RulesAnalyst
    from discovery_agent.domain.decisions import Tables
    from discovery_agent.domain.interview.slots import SlotTable
    from discovery_agent.domain.planning.table import PlanningTable
    from discovery_agent.knowledge.embedding_models import EmbeddingModel
    from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
    from discovery_agent.knowledge.search import Knowledge

KNOWLEDGE_TOKENS = 500
"""What retrieved passages may take of a window where they are asked for."""


class CallSettings(Record):
    """What decides a call beside prompt, model and case. Part of the experiment, so that the environment cannot change a replay."""

    window_tokens: int = Field(default=8000, ge=200, description="Tokens of conversation in one call.")
    max_output_tokens: int = Field(default=8000, ge=256, description="Longest reply asked for.")
    knowledge_tokens: int = Field(
        default=0,
        ge=0,
        description="What retrieved passages may take of a window; 0 leaves them out, so that the prompt alone is measured.",
    )


class RunBench:
    """The bench of one run of one case, and what the run took."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self._meter = Meter()

    @property
    def missing(self) -> tuple[Missing, ...]:
        """Replies that replay lacked: whatever the run made of it, it is no measurement."""
        return ()

    @property
    def stopped(self) -> DiscoveryError | None:
        """Why no other run with a model need begin: the cap on cost had no room, or the key was turned away. None if nothing of the kind."""
        return None

    @property
    def billed(self) -> Spent:
        """Calls that were made now."""
        return _spent(self._meter.usage, self._meter.seconds)

    @property
    def replayed(self) -> Spent:
        """Recorded calls, with the figures of when they were made."""
        return _spent(self._meter.reused, self._meter.reused_seconds)


class _ModelRunBench(RunBench):
    """The same with a model."""

    def __init__(self, bench: Workbench, model: LLMAnalyst, replies: RunReplies, budget: _WatchedBudget) -> None:
        super().__init__(bench)
        self._meter = model.meter
        self._model = model
        self._replies = replies
        self._budget = budget

    @property
    def missing(self) -> tuple[Missing, ...]:
        """Replies that replay lacked."""
        return tuple(self._replies.missing)

    @property
    def stopped(self) -> DiscoveryError | None:
        """Whoever caught the error: a suite may take it for a stretch that was not read."""
        return self._budget.refused or self._model.denied


class ArmBench:
    """The bench of an arm. What does not depend on the arm is taken from `shared`, the bench of the rules analyst.

    The cache of replies plays no part: a reply is recorded, replayed, or made anew.

    Raises:
        ConfigurationError: the model's name, a prompt, or a cap on an unknown price.
    """

    def __init__(self, arm: Arm, calls: CallSettings, shared: Workbench, recordings: Recordings, budget: Budget) -> None:
        self._shared = shared
        self._recordings = recordings
        self._budget = budget
        self._model: LLMAnalyst | None = None
        if arm.kind is AnalystKind.RULES:
            return
        if arm.model is None or arm.prompts is None:
            raise ConfigurationError("An arm with a model needs the model's name and its prompts.", where=arm.name)
        self._settings = Settings.load(model=arm.model, prompts_dir=arm.prompts.folder, max_cost_usd=None, **calls.model_dump())
        self._model = LLMAnalyst.from_settings(
            self._settings,
            budget=budget,
            retrieve=shared.retrieve_for(None),
            # A vocabulary that one machine has and another has not would cut other windows there.
            counter=TokenCounter(None),
        )

    def of(self, place: Place) -> RunBench:
        """The bench of one run."""
        if self._model is None:
            return RunBench(self._shared)
        budget, replies = _WatchedBudget(self._budget), self._recordings.of(place)
        model = self._model.keeping(replies, budget)
        return _ModelRunBench(_WithModel(self._settings, self._shared, model), model, replies, budget)

    async def aclose(self) -> None:
        """Close the connections to the model."""
        if self._model is not None:
            await self._model.aclose()


def rules_bench() -> Workbench:
    """The bench without a model, whatever the environment configures."""
    return Workbench(Settings.load(model=None, prompts_dir=None))


class _WithModel(Workbench):
    """A bench with a model of its own; whatever else is on it is shared, and built once."""

    def __init__(self, settings: Settings, shared: Workbench, model: LLMAnalyst) -> None:
        super().__init__(settings)
        self._others = shared
        self.__dict__["model"] = model

    async def aclose(self) -> None:
        """Nothing: the model's connections are the arm's."""

    @cached_property
    def embeddings(self) -> MiniLMEmbeddings:
        """The local sentence embeddings."""
        return self._others.embeddings

    @cached_property
    def embedding_model(self) -> EmbeddingModel:
        """What retrieval embeds with."""
        return self._others.embedding_model

    @cached_property
    def knowledge(self) -> Knowledge:
        """The knowledge base."""
        return self._others.knowledge

    @cached_property
    def tables(self) -> Tables:
        """The tables that rules decide by."""
        return self._others.tables

    @cached_property
    def planning(self) -> PlanningTable:
        """What plans are made from."""
        return self._others.planning

    @cached_property
    def slots(self) -> SlotTable:
        """What an interview has to find out."""
        return self._others.slots

    @cached_property
    def rules(self) -> RulesAnalyst:
        """The analyst that needs no model."""
        return self._others.rules


class _WatchedBudget(Budget):
    """The budget of all runs as one of them sees it: remembers that it had no room, whoever caught the error."""

    def __init__(self, shared: Budget) -> None:
        super().__init__(shared.cap_usd)
        self._shared = shared
        self.refused: SpendLimitReached | None = None

    @asynccontextmanager
    async def hold(self, most_usd: float) -> AsyncIterator[Hold]:
        """Hold it of the shared budget."""
        begun = False
        try:
            async with self._shared.hold(most_usd) as hold:
                begun = True
                yield hold
        except SpendLimitReached as error:
            if not begun:
                self.refused = error
            raise


def _spent(usage: Usage, seconds: float) -> Spent:
    return Spent(
        calls=usage.calls, input_tokens=usage.input_tokens, output_tokens=usage.output_tokens, cost_usd=usage.cost_usd, seconds=seconds
    )
