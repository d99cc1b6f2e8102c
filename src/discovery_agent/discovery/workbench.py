"""Puts together what an analysis needs from the settings: the analyst, the embeddings, the estimate."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from discovery_agent.analysts.protocol import Analyst
from discovery_agent.domain.conversation import Conversation
from discovery_agent.domain.decisions import Decisions, Expect, Tables
from discovery_agent.domain.interview.slots import SlotTable
from discovery_agent.domain.likeness import Similarity
from discovery_agent.domain.planning.table import PlanningTable
from discovery_agent.domain.retrieval import KnowledgeUse, PassageFilter, Retrieved
from discovery_agent.settings import Settings, data_folder

if TYPE_CHECKING:
    from discovery_agent.analysts.llm import LLMAnalyst
    from discovery_agent.analysts.llm.background import Retrieve
    from discovery_agent.analysts.llm.estimate import Estimate
    from discovery_agent.analysts.rules import RulesAnalyst
    from discovery_agent.analysts.rules.pool import PooledRules
    from discovery_agent.analysts.rules.sentence_model import Embedder
    from discovery_agent.knowledge.embedding_models import EmbeddingModel
    from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
    from discovery_agent.knowledge.index import PassageIndex, Progress
    from discovery_agent.knowledge.pages import Page
    from discovery_agent.knowledge.search import Knowledge
    from discovery_agent.knowledge.shelves import Shelves


class Workbench:
    """What one run works with. Made from settings; heavy parts are built when first used.

    With an engagement, its documents are searched beside the corpus.
    """

    def __init__(self, settings: Settings, *, engagement: str | None = None) -> None:
        self._settings = settings
        self._engagement = engagement

    @property
    def settings(self) -> Settings:
        """What it is made from."""
        return self._settings

    @property
    def engagement(self) -> str | None:
        """Whose documents are searched and with whose replies its own are kept."""
        return self._engagement

    async def aclose(self) -> None:
        """Close the connections of a model, in the event loop that used them, and those of the shelves."""
        if "model" in self.__dict__ and self.model is not None:
            await self.model.aclose()
        if "shelves" in self.__dict__:
            await asyncio.to_thread(self.shelves.close)

    @cached_property
    def embeddings(self) -> MiniLMEmbeddings:
        """The local sentence embeddings."""
        from discovery_agent.knowledge.embeddings import MiniLMEmbeddings

        return MiniLMEmbeddings()

    @cached_property
    def embedding_model(self) -> EmbeddingModel:
        """What retrieval embeds with: the model of the settings, or the local one."""
        from discovery_agent.knowledge.embedding_models import embedding_model

        return embedding_model(self._settings.embedding_model, self.embeddings)

    @cached_property
    def knowledge(self) -> Knowledge:
        """The knowledge base; its index is built at the first search."""
        from discovery_agent.knowledge.search import Knowledge

        return Knowledge(
            corpus=self._settings.knowledge_dir or data_folder("knowledge"),
            indexes=self._settings.cache_dir / "knowledge",
            shelves=lambda: self.shelves,
            model=self.embedding_model,
            local=self.embeddings,
            own=self._settings.data_dir / "knowledge",
        )

    @cached_property
    def shelves(self) -> Shelves:
        """Where the documents of engagements are kept; a database is opened for it when they are first needed.

        Raises:
            StorageError: the database cannot be opened.
        """
        from discovery_agent.discovery.shelving import shelves_of

        return shelves_of(self._settings)

    def retrieve_for(self, engagement: str | None) -> Retrieve:
        """Retrieval from the corpus and from the documents of an engagement, by the name of its shelf."""

        def retrieve(queries: Sequence[str], only: PassageFilter, limit: int) -> list[tuple[Retrieved, ...]]:
            return [one.results for one in self.knowledge.search(queries, engagement=engagement, only=only, limit=limit)]

        return retrieve

    def advise(self, decisions: Decisions) -> KnowledgeUse:
        """What the knowledge base has to say on these decisions."""
        from discovery_agent.discovery.advice import advise

        return advise(decisions, self.knowledge, engagement=self._engagement)

    def index_of(self, pages: Sequence[Page], name: str, progress: Progress) -> PassageIndex:
        """An index of other pages than the corpus, kept under a name beside it."""
        from discovery_agent.knowledge.cutting import Cutter
        from discovery_agent.knowledge.index import PassageIndex

        index = PassageIndex(self._settings.cache_dir / "knowledge" / name, self.embedding_model, Cutter(self.embeddings.tokens))
        index.update(pages, progress)
        return index

    @cached_property
    def analyst(self) -> Analyst:
        """The language model if one is configured, the rules analyst otherwise."""
        return self.model or self.rules

    @cached_property
    def model(self) -> LLMAnalyst | None:
        """The language model; None if none is configured."""
        if self._settings.model is None:
            return None
        from discovery_agent.analysts.llm import LLMAnalyst

        return LLMAnalyst.from_settings(self._settings, retrieve=self.retrieve_for(self._engagement), engagement=self._engagement)

    @cached_property
    def tables(self) -> Tables:
        """The tables that rules decide by."""
        from discovery_agent.knowledge.tables import load_tables

        return load_tables(self._settings.knowledge_dir or data_folder("knowledge"))

    @cached_property
    def planning(self) -> PlanningTable:
        """What plans are made from."""
        from discovery_agent.knowledge.tables import load_planning

        return load_planning(self._settings.knowledge_dir or data_folder("knowledge"))

    @cached_property
    def slots(self) -> SlotTable:
        """What an interview has to find out."""
        from discovery_agent.knowledge.tables import load_interview

        return load_interview(self._settings.knowledge_dir or data_folder("knowledge"))

    @cached_property
    def expect(self) -> Expect | None:
        """How common each solution class is among cases that read like a text; None with a model, whose ratings are surer."""
        return self.expect_with(self.embeddings)

    def expect_with(self, embedder: Embedder) -> Expect | None:
        """As `expect`, with the vectors of another embedder of the same model, such as one that remembers."""
        if self._settings.model is not None:
            return None
        from discovery_agent.analysts.rules.case_model import CaseModel
        from discovery_agent.analysts.rules.sentence_model import load_weights

        folder = self._settings.knowledge_dir or data_folder("knowledge")
        return CaseModel(load_weights(folder / "case_classes.safetensors"), embedder).expect

    @cached_property
    def rules(self) -> RulesAnalyst:
        """The analyst that needs no model."""
        from discovery_agent.analysts.rules import RulesAnalyst

        folder = self._settings.knowledge_dir or data_folder("knowledge")
        return RulesAnalyst(folder, self.embeddings)

    def pooled_rules(self, processes: int) -> PooledRules:
        """The analyst that needs no model, in so many processes."""
        from discovery_agent.analysts.rules.pool import PooledRules

        return PooledRules(self._settings.knowledge_dir or data_folder("knowledge"), processes)

    @property
    def introduction(self) -> str:
        """Who will read, in a line; said once a run."""
        if self._settings.model is None:
            return "Rules analyst: no language model is configured (DISCOVERY_MODEL is not set), so none is called."
        return f"Language model: {self._settings.model}."

    def similarity_of(self, texts: Sequence[str], embedder: Embedder | None = None) -> Similarity:
        """Cosine similarity among these texts, each embedded once; `embedder` may be one that remembers."""
        from discovery_agent.knowledge.likeness import Likeness

        distinct = list(dict.fromkeys(texts))
        return Likeness(distinct, (embedder or self.embeddings).embed(distinct))

    def estimate(self, conversations: Iterable[Conversation]) -> Estimate | None:
        """Calls, tokens and price of an analysis before any model is called; None where none would be. Each conversation is let go again."""
        if self.model is None:
            return None
        return self.model.estimate(conversations, self.tables)
