"""Computing an assessment: from all findings of an engagement to one goal tree, its decisions, and what changed.

It works in a thread with an event loop and a connection of its own, so that the server goes on answering. At tens of thousands of
findings it takes many seconds and a gigabyte, and what Python does for one thread stops all others; then it is a process of its own.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import discovery_agent
from discovery_agent.discovery.agreement.entering import enter_conflicts
from discovery_agent.discovery.analyse import compared_texts
from discovery_agent.discovery.apart import in_a_process, in_a_thread
from discovery_agent.discovery.assessment_records import Assessment, kept
from discovery_agent.discovery.change_report import Baseline, compare, load_baselines
from discovery_agent.discovery.engagements import shelf_name
from discovery_agent.discovery.jobs import Ended, Steps
from discovery_agent.discovery.known import as_stakeholder, known_section
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.changes import NewConversation
from discovery_agent.domain.conversation import ConversationKind, Stakeholder, Value
from discovery_agent.domain.coverage import Attendance, attendance_of
from discovery_agent.domain.decisions import Decisions, Tables, decide
from discovery_agent.domain.engagement import ConversationRecord, ConversationState, Engagement, Job, JobState, StoredFinding
from discovery_agent.domain.excerpts import excerpt
from discovery_agent.domain.findings import Finding, FindingStatus
from discovery_agent.domain.merging import build_goal_tree
from discovery_agent.domain.retrieval import KnowledgeUse
from discovery_agent.domain.settlements import Settlement
from discovery_agent.errors import NotFound
from discovery_agent.knowledge.embedding_models import LocalEmbeddingModel
from discovery_agent.knowledge.shelves import Array
from discovery_agent.settings import Settings
from discovery_agent.storage import AssessmentRecord, Unit, new_id

ATTENDED = "attended"
"""Section for the next assessment: who took part in each conversation, so that it is counted once."""
KEPT = 3
"""So many assessments of an engagement are kept; older ones go."""
LARGE = 4000
"""From so many findings on, the work is a process of its own. Its start takes a second or two."""
# The server comes first.
_COURTESY = 5
# Knowledge is looked up for so many goals; each costs several searches.
MOST_ADVISED = 60


class Attended(Value):
    """A conversation as far as an assessment needs it."""

    id: str
    title: str
    utterances: int
    attendance: Attendance
    settled: tuple[str, ...] = ()
    """Slots that the answers of an interview settled."""


@dataclass(frozen=True)
class _Material:
    """Everything that an assessment is made from, at one moment."""

    at: datetime
    engagement: Engagement
    stored: list[StoredFinding]
    attended: list[Attended]
    people: tuple[Stakeholder, ...]
    settled: list[Settlement]
    """How people ended conflicts that a verdict hangs on."""
    latest: AssessmentRecord | None
    baselines: tuple[Baseline | None, Baseline | None]

    @property
    def live(self) -> list[Finding]:
        """The findings that count: all but those that a person rejected, as people corrected them."""
        return [one.finding for one in self.stored if one.finding.status is not FindingStatus.REJECTED]


async def assess_engagement(ws: Workspace, job: Job, _steps: Steps) -> Ended:
    """The whole job. It is one step: begun again after a crash, it takes what is there then."""
    async with ws.database.reading() as unit:
        findings = sum((await unit.findings.counts(job.engagement_id)).values())
    if findings > LARGE:
        return await in_a_process(__name__, ws.settings, job.engagement_id)
    return await in_a_thread(lambda: asyncio.run(assess_now(ws, job.engagement_id)))


async def assess_now(ws: Workspace, engagement_id: str) -> Ended:
    """Assess an engagement in the event loop at hand, which does nothing else meanwhile.

    Raises:
        NotFound: there is no such engagement.
    """
    database = ws.database.beside()
    try:
        at = ws.now()
        async with database.reading() as unit:
            material = await _gather(unit, engagement_id, at)
        basis = _basis(material, ws)
        if material.latest is not None and material.latest.basis == basis:
            return Ended(message="Nothing has changed since the last assessment.")
        record = _conclude(ws, material, basis)
        async with database.unit() as unit:
            await unit.assessments.add(record)
            await unit.assessments.prune(engagement_id, KEPT)
            await enter_conflicts(unit, record)
    finally:
        await database.aclose()
    return Ended()


def main() -> None:
    """Assess the engagement named on the command line, with the settings on standard input; how it ended goes to standard output."""
    os.nice(_COURTESY)

    async def work() -> Ended:
        async with await Workspace.open(Settings.model_validate_json(sys.stdin.read())) as ws:
            queries = _Remembering(ws, sys.argv[1], "queries")
            if ws.settings.embedding_model is None:  # what was asked of the knowledge base is mostly asked again the next time
                ws.bench.embedding_model = LocalEmbeddingModel(queries)
            try:
                ended = await assess_now(ws, sys.argv[1])
            except NotFound as error:
                return Ended(state=JobState.FAILED, message=error.what, remedy=error.remedy)
            queries.tidy_up()
            return ended

    sys.stdout.write(asyncio.run(work()).model_dump_json())


async def _gather(unit: Unit, engagement_id: str, at: datetime) -> _Material:
    engagement = await unit.engagements.get(engagement_id)
    private = engagement.private_until_release
    records, _ = await unit.conversations.list(engagement_id, limit=None)
    counted = [one for one in reversed(records) if one.state is not ConversationState.WAITING and (not private or _released(one))]
    latest = await unit.assessments.latest(engagement_id)
    ids = {one.id for one in counted}
    stored = [one async for one in unit.findings.all(engagement_id, released_only=private) if one.conversation_id in ids]
    return _Material(
        at=at if latest is None else max(at, latest.created_at + timedelta(microseconds=1)),
        engagement=engagement,
        stored=stored,
        attended=await _attended(unit, engagement_id, counted, latest),
        people=tuple(map(as_stakeholder, await unit.stakeholders.list(engagement_id))),
        settled=[settlement async for one in unit.conflicts.all(engagement_id) if (settlement := one.settlement)],
        latest=latest,
        baselines=await load_baselines(unit, latest),
    )


def _released(record: ConversationRecord) -> bool:
    return record.stakeholder_id is None or record.kind is not ConversationKind.INTERVIEW or record.released_at is not None


async def _attended(
    unit: Unit, engagement_id: str, records: Sequence[ConversationRecord], latest: AssessmentRecord | None
) -> list[Attended]:
    """Who took part in each; conversations that have not grown since the latest assessment are not read again."""
    known: dict[str, Attended] = {}
    if latest is not None:
        rows, _ = await unit.assessments.section(engagement_id, latest.id, ATTENDED, 0, None)
        known = {one.id: one for one in map(Attended.model_validate, rows)}
    unread = {one.id for one in records if one.id not in known or known[one.id].utterances != one.utterances}
    if unread:
        async for conversation in unit.conversations.loaded(engagement_id, unread):
            known[conversation.id] = Attended(
                id=conversation.id,
                title=conversation.title,
                utterances=len(conversation.utterances),
                attendance=attendance_of(conversation),
                settled=await _settled(unit, engagement_id, conversation.id) if conversation.kind is ConversationKind.INTERVIEW else (),
            )
    return [known[one.id].model_copy(update={"title": one.title}) for one in records if one.id in known]


async def _settled(unit: Unit, engagement_id: str, conversation_id: str) -> tuple[str, ...]:
    said = await unit.conversations.utterances(engagement_id, conversation_id)
    return tuple(dict.fromkeys(slot for one in said if one.reading for slot in one.reading.settles))


def _basis(material: _Material, ws: Workspace) -> str:
    """The same for the same findings, people, conversations, settlements, tables, analyst and program."""
    digest = hashlib.sha256()

    def add(*parts: object) -> None:
        digest.update("\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass") + b"\x1e")

    add(discovery_agent.__version__, ws.bench.analyst.name, _fingerprint(ws.bench.tables))
    for one in material.stored:
        add(one.finding.id, one.finding.status, one.version)
    for one in material.attended:
        add(one.id, one.title, one.utterances)
    for person in material.people:
        add(person.name, person.role, person.department)
    for end in material.settled:
        add("settled", end.model_dump_json())
    return digest.hexdigest()[:32]


def _fingerprint(tables: Tables) -> str:
    # Sets have another order in each process.
    plain = [table.model_dump() for table in (tables.ladder, tables.readiness, tables.economics)]
    return hashlib.sha256(json.dumps(plain, default=sorted, sort_keys=True).encode()).hexdigest()


def _conclude(ws: Workspace, material: _Material, basis: str) -> AssessmentRecord:
    """Decide everything anew."""
    bench, live = ws.bench, material.live
    statements, cases = (_Remembering(ws, material.engagement.id, name) for name in ("statements", "cases"))
    similarity = bench.similarity_of(compared_texts(live), statements)
    tree = build_goal_tree(live, similarity)
    invited = Attendance(participants=material.people)
    attended = [invited, *(one.attendance for one in material.attended)]
    decisions = decide(live, tree, attended, bench.tables, similarity, bench.expect_with(cases), material.settled)
    statements.tidy_up()
    cases.tidy_up()
    conversations = [NewConversation(id=one.id, title=one.title) for one in material.attended]
    compared = compare(
        *material.baselines,
        tree,
        decisions,
        [one.finding for one in material.stored],
        conversations,
        bench.tables.ladder,
        {one.finding.id: one.corrected_from for one in material.stored if one.corrected_from is not None},
    )
    knowledge = _advise(ws, material.engagement.id, decisions)
    shown = excerpt(decisions)
    settled = dict.fromkeys(slot for one in material.attended for slot in one.settled)
    everybody = {person.name: person for one in attended for person in one.participants}
    return kept(
        Assessment(
            id=new_id("a"),
            created_at=material.at,
            basis=basis,
            analyst=bench.analyst.name,
            goal_tree=tree,
            decisions=shown,
            knowledge=knowledge,
            change=compared.report,
        ),
        material.engagement.id,
        findings=len(live),
        conversations=len(conversations),
        more={
            **compared.sections,
            **known_section(live, tree, shown, knowledge, tuple(everybody.values()), settled),
            ATTENDED: [one.model_dump(mode="json") for one in material.attended],
        },
    )


class _Remembering:
    """Vectors kept with the documents of the engagement, so that they go when it goes. It keeps those of texts that it was asked for."""

    def __init__(self, ws: Workspace, engagement_id: str, name: str) -> None:
        from discovery_agent.knowledge.embeddings import DIMENSIONS

        self._vectors = ws.bench.shelves.remembered(
            shelf_name(engagement_id), name, ws.bench.embeddings.embed, dimensions=DIMENSIONS, belongs_to=engagement_id
        )
        self._asked: dict[str, None] = {}

    def embed(self, texts: Sequence[str]) -> Array:
        """Unit vectors, one a row."""
        self._asked.update(dict.fromkeys(texts))
        return self._vectors.embed(texts)

    def tidy_up(self) -> None:
        """Let go of the vectors of texts that nobody asked for."""
        self._vectors.forget_others(list(self._asked))


def _advise(ws: Workspace, engagement_id: str, decisions: Decisions) -> KnowledgeUse:
    """What the knowledge base says on the first goals and on the agenda."""
    from discovery_agent.discovery.advice import advise

    asked = decisions.model_copy(update={"goals": decisions.goals[:MOST_ADVISED]})
    use = advise(asked, ws.bench.knowledge, engagement=shelf_name(engagement_id))
    if len(decisions.goals) <= MOST_ADVISED:
        return use
    note = f"Knowledge pages are cited for the first {MOST_ADVISED} of {len(decisions.goals)} goals."
    return use.model_copy(update={"notes": (*use.notes, note)})


if __name__ == "__main__":
    main()
