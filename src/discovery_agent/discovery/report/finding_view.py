"""Findings as the report shows them: numbered, with links to and from the places where they were said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from discovery_agent.discovery.report.highlights import Mark
from discovery_agent.discovery.report.wording import (
    GROUNDING_LABELS,
    KIND_LABELS,
    NOBODY,
    ROLE_LABELS,
    STANCE_LABELS,
    STATUS_LABELS,
    clock,
    confidence_word,
)
from discovery_agent.discovery.results import ConversationAnalysis, EngagementAnalysis
from discovery_agent.domain.conversation import Role, Utterance
from discovery_agent.domain.findings import Finding, FindingKind, Quote, Stance


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody who speaks: the name, and the role if it is known."""

    name: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class QuoteView:
    """A quote and its place. `place` is None if the utterance is not in the conversation."""

    text: str
    speaker: PersonView
    time: str
    conversation: str
    place: str | None
    """Anchor of the highlighted words in the transcript."""
    remark: str


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding with its number, which is how the report refers to it: F1, F2, ..."""

    number: int
    id: str
    kind: FindingKind
    kind_label: str
    statement: str
    people: Sequence[PersonView]
    confidence: float
    confidence_word: str
    stance: Stance | None
    stance_label: str
    status: str
    note: str
    proposed_by: str
    conversation: int
    conversation_title: str
    quotes: tuple[QuoteView, ...]

    @property
    def label(self) -> str:
        """Short name, such as `F12`."""
        return f"F{self.number}"

    @property
    def anchor(self) -> str:
        """Where it stands in the page."""
        return f"f{self.number}"


@dataclass(frozen=True, slots=True)
class KindView:
    """All findings of one kind."""

    kind: FindingKind
    label: str
    findings: tuple[FindingView, ...]


@dataclass(frozen=True, slots=True)
class StakeholderView:
    """One person across all conversations, with what that person said."""

    name: str
    role: str
    department: str
    words: int
    share: float
    """Share of all words said, in per cent."""
    findings: tuple[FindingView, ...]


def place_anchor(finding: int, quote: int) -> str:
    """Anchor of a highlight in the transcript: quote `quote` of finding `finding`."""
    return f"q{finding}-{quote}"


@dataclass(frozen=True, slots=True)
class FindingIndex:
    """All findings of an engagement, numbered in the order of the conversations."""

    all: tuple[FindingView, ...]
    sources: Mapping[str, Finding]
    by_id: Mapping[str, FindingView]
    marks: Mapping[tuple[int, str], tuple[Mark, ...]]
    """Highlights by (conversation number, utterance id)."""

    def of(self, identifiers: Iterable[str]) -> tuple[FindingView, ...]:
        """The findings of these ids; ids that no conversation holds are left out."""
        return tuple(self.by_id[one] for one in identifiers if one in self.by_id)

    def by_kind(self) -> tuple[KindView, ...]:
        """Findings grouped by kind, in the order of the report; kinds without findings are left out."""
        groups: dict[FindingKind, list[FindingView]] = defaultdict(list)
        for item in self.all:
            groups[item.kind].append(item)
        return tuple(KindView(kind, plural, tuple(groups[kind])) for kind, (_, plural) in KIND_LABELS.items() if kind in groups)

    def of_kind(self, kind: FindingKind) -> tuple[FindingView, ...]:
        """All findings of one kind."""
        return tuple(item for item in self.all if item.kind is kind)


def index_findings(conversations: Sequence[ConversationAnalysis], *, first_conversation: int = 1, first_finding: int = 1) -> FindingIndex:
    """Number every finding and locate each of its quotes. Numbers begin as told, for a part of many conversations."""
    places = _Places(conversations, first_conversation)
    views: list[FindingView] = []
    sources: dict[str, Finding] = {}
    marks: dict[tuple[int, str], list[Mark]] = defaultdict(list)
    for number, item in enumerate(conversations, start=first_conversation):
        for finding in item.findings:
            sources.setdefault(finding.id, finding)
            views.append(_view(finding, first_finding + len(views), number, item, places, marks))
    by_id: dict[str, FindingView] = {}
    for view in views:
        by_id.setdefault(view.id, view)
    return FindingIndex(tuple(views), sources, by_id, {place: tuple(found) for place, found in marks.items()})


class _Places:
    """Finds the utterance that a quote was taken from."""

    def __init__(self, analyses: Iterable[ConversationAnalysis], first: int) -> None:
        self.conversations = {item.conversation.id: (number, item.conversation) for number, item in enumerate(analyses, start=first)}
        self.utterances: dict[tuple[str, str], Utterance] = {
            (conversation.id, utterance.id): utterance
            for _, conversation in self.conversations.values()
            for utterance in conversation.utterances
        }
        self.roles = {
            (conversation.id, person.name): person.role
            for _, conversation in self.conversations.values()
            for person in conversation.participants
        }

    def person(self, conversation_id: str, name: str | None) -> PersonView:
        role = self.roles.get((conversation_id, name or ""), Role.UNKNOWN)
        return PersonView(name or NOBODY, ROLE_LABELS[role])


def _view(
    finding: Finding,
    number: int,
    conversation_number: int,
    analysis: ConversationAnalysis,
    places: _Places,
    marks: dict[tuple[int, str], list[Mark]],
) -> FindingView:
    quotes = tuple(_quote(quote, number, count, places, marks) for count, quote in enumerate(finding.quotes, start=1))
    names = finding.speakers or (None,)
    return FindingView(
        number=number,
        id=finding.id,
        kind=finding.kind,
        kind_label=KIND_LABELS[finding.kind][0],
        statement=finding.statement,
        people=tuple(places.person(analysis.conversation.id, name) for name in names),
        confidence=finding.confidence,
        confidence_word=confidence_word(finding.confidence),
        stance=finding.stance,
        stance_label=STANCE_LABELS[finding.stance] if finding.stance else "",
        status=STATUS_LABELS[finding.status],
        note=finding.note or "",
        proposed_by=finding.proposed_by,
        conversation=conversation_number,
        conversation_title=analysis.conversation.title,
        quotes=quotes,
    )


def _quote(quote: Quote, finding: int, count: int, places: _Places, marks: dict[tuple[int, str], list[Mark]]) -> QuoteView:
    """One quote; its highlight is noted in `marks` if the words stand where it says."""
    utterance = places.utterances.get((quote.conversation_id, quote.utterance_id))
    found = utterance is not None and utterance.text[quote.start : quote.end] == quote.text
    number, conversation = places.conversations.get(quote.conversation_id, (0, None))
    if found:
        marks[number, quote.utterance_id].append(Mark(quote.start, quote.end, finding, count))
    return QuoteView(
        text=quote.text,
        speaker=places.person(quote.conversation_id, quote.speaker),
        time=clock(utterance.start) if utterance else "",
        conversation=conversation.title if conversation else "conversation not in this report",
        place=place_anchor(finding, count) if found else None,
        remark=GROUNDING_LABELS[quote.grounding],
    )


def stakeholders(analysis: EngagementAnalysis, index: FindingIndex) -> tuple[StakeholderView, ...]:
    """Everybody who takes part, those with most findings first; a name is one person in all conversations."""
    words: dict[str, int] = defaultdict(int)
    role: dict[str, str] = {}
    department: dict[str, str] = {}
    for item in analysis.conversations:
        for person in item.conversation.participants:
            words[person.name] += 0
            role[person.name] = role.get(person.name) or ROLE_LABELS[person.role]
            department[person.name] = department.get(person.name) or person.department or ""
        for utterance in item.conversation.utterances:
            words[utterance.speaker or NOBODY] += len(utterance.text.split())
    said: dict[str, list[FindingView]] = defaultdict(list)
    for finding in index.all:
        for person in finding.people:
            said[person.name].append(finding)
            words[person.name] += 0
    total = sum(words.values()) or 1
    people = [
        StakeholderView(
            name=name,
            role=role.get(name, ""),
            department=department.get(name, ""),
            words=count,
            share=round(100 * count / total, 1),
            findings=tuple(said.get(name, ())),
        )
        for name, count in words.items()
    ]
    return tuple(sorted(people, key=lambda one: (-len(one.findings), -one.words)))
