"""What a blueprint is drafted from, as plain values: the same from a database as from files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from discovery_agent.domain.agreement.register import RegisteredConflict
from discovery_agent.domain.agreement.rounds import Outcome
from discovery_agent.domain.blueprint.claims import Evidence
from discovery_agent.domain.blueprint.systems import places_in
from discovery_agent.domain.conversation import Stakeholder
from discovery_agent.domain.decisions import Decisions, Expect, Tables
from discovery_agent.domain.findings import Finding, FindingKind, FindingStatus, Quote
from discovery_agent.domain.goals import BusinessGoalNode, GoalTree
from discovery_agent.domain.planning.settings import PlanSettings
from discovery_agent.domain.planning.table import PlanningTable
from discovery_agent.domain.planning.tokens import PublishedPrice
from discovery_agent.domain.retrieval import KnowledgeUse

# A blueprint shows what proves a statement; the finding itself has the rest.
MOST_QUOTES = 4


@dataclass(frozen=True)
class KpiAgreement:
    """What people made of the conflicts about one KPI, by field, such as `target`."""

    how: dict[str, str] = field(default_factory=dict[str, str])
    """Settled: who decided it, when, and what."""
    words: dict[str, str] = field(default_factory=dict[str, str])
    """Settled in words that hold no value that can be computed with."""
    conditions: dict[str, str] = field(default_factory=dict[str, str])
    """Settled under a condition: the words of it."""
    accepted: dict[str, str] = field(default_factory=dict[str, str])
    """Still disputed, and the lead decided to go on with it."""


@dataclass(frozen=True)
class Agreed:
    """What was settled and agreed, as far as a blueprint has to tell it."""

    kpis: Mapping[str, KpiAgreement] = field(default_factory=dict[str, KpiAgreement])
    serves: Mapping[str, tuple[BusinessGoalNode, ...]] = field(default_factory=dict[str, tuple[BusinessGoalNode, ...]])
    """Operational goal -> business goals that it serves by the shared objective."""
    criteria: Mapping[str | None, str] = field(default_factory=dict[str | None, str])
    """Goal -> what was settled about the criteria of its verdict, in sentences."""
    wishes: Mapping[str, str] = field(default_factory=dict[str, str])
    """Position or decision -> how the conflict about it ended."""
    chosen: Mapping[str, str] = field(default_factory=dict[str, str])
    """The same for those that hold what people settled on."""


@dataclass(frozen=True)
class Material:
    """Everything that one version is composed from. `findings` holds none that a person rejected or a stakeholder keeps private."""

    engagement_id: str
    title: str
    assessment_id: str
    at: datetime
    findings: Sequence[Finding]
    conversations: Mapping[str, str]
    """Id -> title."""
    people: Sequence[Stakeholder]
    tree: GoalTree
    decisions: Decisions
    tables: Tables
    planning: PlanningTable
    knowledge: KnowledgeUse = field(default_factory=KnowledgeUse)
    outcome: Outcome | None = None
    conflicts: Sequence[RegisteredConflict] = ()
    """The register: what people settled, or decided to go on with."""
    agreed: Agreed = field(default_factory=Agreed)
    """Worked out from outcome and register by `with_agreement`."""
    expect: Expect | None = None
    """By which a verdict is weighed if it is decided anew; None where the assessment had none."""
    settings: PlanSettings | None = None
    price: PublishedPrice | None = None
    """What model tokens cost; None takes the order of magnitude of the table."""
    held_on: Mapping[str, date] = field(default_factory=dict[str, date])
    """Conversation -> the day from which what was said in it counts, such as "within six months"."""
    organisation: str = ""
    made_by: str = "rules"
    number: int = 1
    parent: int | None = None
    change: str = ""

    @cached_property
    def sources(self) -> Sources:
        """The findings, by id, kind and place."""
        return Sources(self.findings, self.conversations)

    @cached_property
    def no_systems(self) -> tuple[str, ...]:
        """Names of people and places, which are no systems to tie in however they are written."""
        texts = (text for one in self.findings for text in (one.statement, *(quote.text for quote in one.quotes[:1])))
        return *(one.name for one in self.people), *sorted(places_in(texts))

    def said_on(self, findings: Iterable[Finding]) -> date:
        """The first day on which any of these was said; the day of the draft where nobody knows."""
        days = (self.held_on.get(quote.conversation_id) for one in findings for quote in one.quotes[:1])
        return min((one for one in days if one), default=self.at.date())


class Sources:
    """Findings that may be cited."""

    def __init__(self, findings: Sequence[Finding], conversations: Mapping[str, str]) -> None:
        self._conversations = conversations
        self._by_id = {one.id: one for one in findings if one.status is not FindingStatus.REJECTED}
        self._kinds: dict[FindingKind, list[Finding]] = {kind: [] for kind in FindingKind}
        self._places: dict[tuple[str, str, int], list[str]] = {}
        for one in self._by_id.values():
            self._kinds[one.kind].append(one)
            for quote in one.quotes:
                self._places.setdefault(_place(quote), []).append(one.id)

    def of_kind(self, *kinds: FindingKind) -> list[Finding]:
        """The findings of these kinds, kind by kind, in the order given."""
        return [one for kind in kinds for one in self._kinds[kind]]

    def find(self, finding_id: str) -> Finding | None:
        """The finding of an id, unless it is gone."""
        return self._by_id.get(finding_id)

    def live(self, finding_ids: Iterable[str]) -> tuple[str, ...]:
        """Those that may be cited, each once."""
        return tuple(dict.fromkeys(one for one in finding_ids if one in self._by_id))

    def all(self, finding_ids: Iterable[str]) -> list[Finding]:
        """The findings of these ids, without those that are gone."""
        return [self._by_id[one] for one in self.live(finding_ids)]

    def citing(self, quotes: Iterable[Quote], most: int = MOST_QUOTES) -> tuple[str, ...]:
        """Ids of findings that stand on these quotes, one for each quote; what is decided cites quotes, and a blueprint cites findings."""
        found: dict[str, None] = {}
        for quote in quotes:
            ids = self._places.get(_place(quote), ())
            # A rating is told better by the finding that was rated than by a goal in the same words.
            rated = [one for one in ids if self._by_id[one].kind is FindingKind.CRITERION]
            if best := (rated or list(ids))[:1]:
                found[best[0]] = None
            if len(found) == most:
                break
        return tuple(found)

    def saying(self, quotes: Iterable[Quote]) -> tuple[str, ...]:
        """Ids of all findings that stand on any of these quotes."""
        return tuple(dict.fromkeys(id_ for quote in quotes for id_ in self._places.get(_place(quote), ())))

    def voices(self, finding_ids: Iterable[str]) -> tuple[str, ...]:
        """Who said these, each once."""
        return tuple(dict.fromkeys(speaker for one in self.all(finding_ids) for speaker in one.speakers))

    def evidence(self, finding_ids: Iterable[str]) -> tuple[Evidence, ...]:
        """The findings as a blueprint keeps them, in order of their ids."""
        return tuple(self._evidence(one) for one in sorted(self.all(finding_ids), key=lambda one: one.id))

    def _evidence(self, one: Finding) -> Evidence:
        conversation = one.quotes[0].conversation_id
        return Evidence(
            finding_id=one.id,
            statement=one.statement,
            speakers=one.speakers,
            conversation=self._conversations.get(conversation, "a conversation without a title"),
            quotes=one.quotes[:MOST_QUOTES],
            confirmed=one.status in (FindingStatus.CONFIRMED, FindingStatus.CORRECTED),
        )


def _place(quote: Quote) -> tuple[str, str, int]:
    return quote.conversation_id, quote.utterance_id, quote.start
