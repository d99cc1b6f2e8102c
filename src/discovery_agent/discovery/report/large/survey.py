"""The first pass: what is counted over all conversations before a page can be written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from discovery_agent.discovery.report.files import slugs
from discovery_agent.discovery.report.wording import NOBODY, ROLE_LABELS, day
from discovery_agent.discovery.results import AnalysedConversations, ConversationAnalysis
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.findings import FindingKind, FindingStatus
from discovery_agent.domain.goals import BusinessGoalNode, GoalTree, KpiNode, OperationalGoalNode

IN_A_FOLDER = 1000
"""Conversations beyond so many are spread over folders."""


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation in a line."""

    number: int
    title: str
    source: str
    date: str
    people: tuple[str, ...]
    """Who speaks."""
    words: int
    utterances: int
    findings: int
    unverified: int
    failed: int
    first_finding: int
    """Number of its first finding; findings are numbered through all conversations."""
    stem: str = ""
    """Its files without their endings, relative to the report's folder."""

    @property
    def anchor(self) -> str:
        """What links call it."""
        return f"c{self.number}"

    @property
    def page(self) -> str:
        """Its page."""
        return f"{self.stem}.html"


@dataclass(slots=True)
class Person:
    """One name in all conversations."""

    name: str
    role: Role = Role.UNKNOWN
    department: str = ""
    words: int = 0
    findings: int = 0
    talks: list[int] = field(default_factory=list[int])
    """Numbers of the conversations with this person."""

    @property
    def role_label(self) -> str:
        """The role in words; empty if nobody said."""
        return ROLE_LABELS[self.role]


@dataclass(frozen=True, slots=True)
class Weight:
    """How much stands behind a goal or KPI. Compares as the report orders them."""

    people: int
    conversations: int
    findings: int

    @property
    def rank(self) -> tuple[int, int, int]:
        """More people first, then more conversations, then more findings."""
        return -self.people, -self.conversations, -self.findings


@dataclass(frozen=True, slots=True)
class Survey:
    """Counts over all conversations."""

    talks: tuple[Talk, ...]
    people: tuple[Person, ...]
    """Everybody who takes part, those with most findings first."""
    weights: Mapping[str, Weight]
    """By id of the goal or KPI."""
    kinds: Mapping[FindingKind, int]
    approved: int
    unverified: int
    failed: int
    notes: int

    @property
    def findings(self) -> int:
        """How many findings there are."""
        return sum(self.kinds.values())

    @property
    def words(self) -> int:
        """Words said in all conversations."""
        return sum(talk.words for talk in self.talks)

    @property
    def speakers(self) -> int:
        """People who speak, by name."""
        return sum(1 for person in self.people if person.name != NOBODY and person.words)


def nodes_of(tree: GoalTree) -> Iterator[BusinessGoalNode | OperationalGoalNode | KpiNode]:
    """Every goal and KPI, in reading order."""
    for goal in tree.business_goals:
        yield goal
        for child in goal.operational_goals:
            yield child
            yield from child.kpis
        yield from goal.kpis
    for orphan in tree.unlinked_operational_goals:
        yield orphan
        yield from orphan.kpis
    yield from tree.unlinked_kpis


def survey(conversations: AnalysedConversations, tree: GoalTree) -> Survey:
    """Go through the conversations once, and keep a line of each."""
    counting = _Counting(tree)
    for analysis in conversations:
        counting.add(analysis)
    return counting.done()


class _Counting:
    def __init__(self, tree: GoalTree) -> None:
        self._talks: list[Talk] = []
        self._people: dict[str, Person] = {}
        self._kinds: Counter[FindingKind] = Counter()
        self._approved = self._unverified = self._failed = self._notes = self._findings = 0
        self._nodes: dict[str, tuple[str, ...]] = {}
        for node in nodes_of(tree):
            for id_ in node.finding_ids:
                self._nodes[id_] = (*self._nodes.get(id_, ()), node.id)
        self._speakers: dict[str, set[str]] = defaultdict(set)
        self._conversations: dict[str, set[int]] = defaultdict(set)
        self._found: Counter[str] = Counter()

    def add(self, analysis: ConversationAnalysis) -> None:
        conversation = analysis.conversation
        number = len(self._talks) + 1
        said: dict[str, int] = {}
        for utterance in conversation.utterances:
            name = utterance.speaker or NOBODY
            said[name] = said.get(name, 0) + len(utterance.text.split())
        self._talks.append(
            Talk(
                number=number,
                title=conversation.title,
                source=conversation.source,
                date=day(conversation.held_on) if conversation.held_on else "",
                people=tuple(name for name in said if name != NOBODY),
                words=sum(said.values()),
                utterances=len(conversation.utterances),
                findings=len(analysis.findings),
                unverified=len(analysis.unverified),
                failed=len(analysis.failed_windows),
                first_finding=self._findings + 1,
            )
        )
        self._attend(analysis, number, said)
        for finding in analysis.findings:
            self._kinds[finding.kind] += 1
            self._approved += finding.status in (FindingStatus.CONFIRMED, FindingStatus.CORRECTED)
            # The same finding can come again when a file was given twice; it backs a goal once.
            for node in self._nodes.pop(finding.id, ()):
                self._found[node] += 1
                self._speakers[node].update(finding.speakers or (NOBODY,))
                self._conversations[node].add(number)
        self._findings += len(analysis.findings)
        self._unverified += len(analysis.unverified)
        self._failed += len(analysis.failed_windows)
        self._notes += len(conversation.notes)

    def _attend(self, analysis: ConversationAnalysis, number: int, said: Mapping[str, int]) -> None:
        for known in analysis.conversation.participants:
            person = self._person(known.name)
            person.role = known.role if person.role is Role.UNKNOWN else person.role
            person.department = person.department or known.department or ""
        for name, words in said.items():
            self._person(name).words += words
        for finding in analysis.findings:
            for name in finding.speakers or (NOBODY,):
                self._person(name).findings += 1
        for name in dict.fromkeys((*said, *(known.name for known in analysis.conversation.participants))):
            self._person(name).talks.append(number)

    def _person(self, name: str) -> Person:
        return self._people.setdefault(name, Person(name))

    def done(self) -> Survey:
        names = slugs(talk.title for talk in self._talks)
        many = len(names) > IN_A_FOLDER
        talks: list[Talk] = []
        for at, (talk, name) in enumerate(zip(self._talks, names, strict=True)):
            first = at // IN_A_FOLDER * IN_A_FOLDER + 1
            shard = f"{first:05}-{first + IN_A_FOLDER - 1:05}/" if many else ""
            talks.append(replace(talk, stem=f"conversations/{shard}{name}"))
        return Survey(
            talks=tuple(talks),
            people=tuple(sorted(self._people.values(), key=lambda one: (-one.findings, -one.words))),
            weights={id_: Weight(len(self._speakers[id_]), len(self._conversations[id_]), count) for id_, count in self._found.items()},
            kinds=self._kinds,
            approved=self._approved,
            unverified=self._unverified,
            failed=self._failed,
            notes=self._notes,
        )
