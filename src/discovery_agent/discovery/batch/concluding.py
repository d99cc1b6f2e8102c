"""From what a batch left to its result: held in memory where it is small, read from the journal where it is not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from discovery_agent.discovery.analyse import conclude
from discovery_agent.discovery.batch.journal import Journal, KeptAnalyses
from discovery_agent.discovery.batch.material import Material
from discovery_agent.discovery.files_read import with_notes
from discovery_agent.discovery.results import BatchAnalysis, ConversationAnalysis, EngagementAnalysis, UnreadableFile
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.decisions import Decisions, Expect
from discovery_agent.domain.likeness import Similarity
from discovery_agent.domain.retrieval import KnowledgeUse

MOST_IN_MEMORY = 200
"""A batch of more conversations, or of more than `MOST_CHARACTERS` said, gives a report in parts, and is never held in memory whole."""
MOST_CHARACTERS = 20_000_000
MOST_ADVISED = 60
"""Of so many goals of a large batch the knowledge pages are asked about."""


def is_large(material: Material) -> bool:
    """Whether a batch is too large to be one page of a report."""
    return len(material) > MOST_IN_MEMORY or material.characters > MOST_CHARACTERS


def concluded(
    material: Material, journal: Journal, bench: Workbench, *, analyst: str, title: str, unreadable: Sequence[UnreadableFile]
) -> EngagementAnalysis | BatchAnalysis:
    """The goal tree and the decisions of all conversations together, with the conversations."""
    large = is_large(material)
    similarity_of, expect = _remembering(journal, bench) if large else (bench.similarity_of, bench.expect)
    tree, decisions = conclude(material.findings, material.attended, similarity_of=similarity_of, tables=bench.tables, expect=expect)
    knowledge = None if decisions is None else _advised(bench, decisions) if large else bench.advise(decisions)
    conversations = kept_analyses(material, journal)
    if large:
        return BatchAnalysis(
            title=title,
            created_at=datetime.now(UTC),
            analyst=analyst,
            conversations=conversations,
            goal_tree=tree,
            decisions=decisions,
            knowledge=knowledge,
            unreadable=tuple(unreadable),
            usage=material.usage,
        )
    return EngagementAnalysis(
        title=title,
        created_at=datetime.now(UTC),
        analyst=analyst,
        conversations=tuple(conversations),
        goal_tree=tree,
        decisions=decisions,
        knowledge=knowledge,
        unreadable=tuple(unreadable),
        usage=material.usage,
    )


def kept_analyses(material: Material, journal: Journal) -> KeptAnalyses:
    """The conversations in the order of the batch, each with the notes on other files that hold it."""
    noted = dict(material.noted())

    def adorned(place: int, analysis: ConversationAnalysis) -> ConversationAnalysis:
        if place not in noted:
            return analysis
        return analysis.model_copy(update={"conversation": with_notes(analysis.conversation, noted[place])})

    return KeptAnalyses(journal, material.keys, adorned)


def _remembering(journal: Journal, bench: Workbench) -> tuple[Callable[[Sequence[str]], Similarity], Expect | None]:
    """Likeness by vectors that are kept beside the journal: of a large batch they take minutes, and few change from run to run."""
    from discovery_agent.knowledge.embeddings import DIMENSIONS
    from discovery_agent.knowledge.remembered import RememberedVectors

    statements, cases = (
        RememberedVectors(journal.folder / "vectors" / name, bench.embeddings.embed, dimensions=DIMENSIONS)
        for name in ("statements", "cases")
    )
    return lambda texts: bench.similarity_of(texts, statements), bench.expect_with(cases)


def _advised(bench: Workbench, decisions: Decisions) -> KnowledgeUse:
    """What the knowledge base says on the first goals and on the agenda."""
    use = bench.advise(decisions.model_copy(update={"goals": decisions.goals[:MOST_ADVISED]}))
    if len(decisions.goals) <= MOST_ADVISED:
        return use
    note = f"Knowledge pages are cited for the first {MOST_ADVISED} of {len(decisions.goals):,} goals."
    return use.model_copy(update={"notes": (*use.notes, note)})
