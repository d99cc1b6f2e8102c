"""What a large report will hold, known after the first pass: the order of everything, and the page of each thing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from discovery_agent.discovery.report.knowledge_view import KnowledgeView, knowledge_view
from discovery_agent.discovery.report.large.addresses import OVERVIEW, Addresses
from discovery_agent.discovery.report.large.goals import SHOWN, cut, evidence, ranked, ranked_kpis
from discovery_agent.discovery.report.large.pages import Cover, list_files
from discovery_agent.discovery.report.large.survey import Survey, Talk, nodes_of, survey
from discovery_agent.discovery.report.large.verdicts import ranked_conflicts, ranked_goals
from discovery_agent.discovery.report.wording import KIND_LABELS, analyst_words, day
from discovery_agent.discovery.results import BatchAnalysis
from discovery_agent.domain.agenda import AgendaItem
from discovery_agent.domain.conflicts import Conflict
from discovery_agent.domain.decisions import GoalDecision
from discovery_agent.domain.findings import FindingKind
from discovery_agent.domain.goals import BusinessGoalNode, GoalTree, KpiNode, OperationalGoalNode

FIND = "pages/find.html"
SIZES = {
    "conversations": 100,
    "goals": 40,
    "kpis": 100,
    "verdicts": 20,
    "conflicts": 40,
    "agenda": 100,
    "people": 200,
    "knowledge": 40,
    "also-known": 100,
    "unverified": 100,
    "failed": 100,
    "unreadable": 100,
    "notes": 200,
}
"""Entries of a page of each list; goals are counted with their KPIs."""
FINDINGS = 200
"""Findings of a page."""
ON_OVERVIEW = {"unverified": 5, "failed": 10, "unreadable": 10}
"""Entries that the overview shows. A list that is no longer needs no page of its own."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The report before it is written."""

    survey: Survey
    by_title: tuple[Talk, ...]
    tree: GoalTree
    parts: tuple[GoalTree, ...]
    """The tree, a page each."""
    kpis: tuple[KpiNode, ...]
    goals: tuple[GoalDecision, ...]
    conflicts: tuple[Conflict, ...]
    agenda: tuple[AgendaItem, ...]
    knowledge: KnowledgeView
    numbers: Mapping[str, int]
    """Numbers of the KPIs, by id."""
    anchors: Mapping[str, str]
    """Anchors of the goals, by id."""
    backed: tuple[BusinessGoalNode | OperationalGoalNode | KpiNode, ...]
    """Goals and KPIs with more findings than stand beside them: they have pages of their own."""
    totals: Mapping[str, int]
    """Entries of each list."""
    addresses: Addresses
    cover: Cover

    def has_pages(self, name: str) -> bool:
        """Whether a list stands on pages of its own."""
        return self.totals[name] > ON_OVERVIEW.get(name, 0)

    @property
    def kinds(self) -> tuple[tuple[FindingKind, str, int], ...]:
        """Kinds of finding with their label and count, in the order of the report."""
        counts = self.survey.kinds
        return tuple((kind, plural, counts[kind]) for kind, (_, plural) in KIND_LABELS.items() if counts.get(kind))

    def evidence_files(self, number: int) -> tuple[str, ...]:
        """Pages with the findings behind the goal or KPI of that place in `backed`, counted from 1."""
        return list_files(f"evidence-{number}", self.survey.weights[self.backed[number - 1].id].findings, FINDINGS)


def kind_list(kind: FindingKind) -> str:
    """What the list of a kind of finding is called in file names."""
    return kind.value.replace("_", "-")


def make_plan(batch: BatchAnalysis) -> Plan:
    """Go through the conversations once and work out what stands where."""
    counted = survey(batch.conversations, batch.goal_tree)
    tree = ranked(batch.goal_tree, counted.weights)
    kpis = ranked_kpis(tree, counted.weights)
    goals, conflicts = ranked_goals(batch.decisions, counted.weights), ranked_conflicts(batch.decisions)
    agenda = batch.decisions.agenda if batch.decisions else ()
    knowledge = knowledge_view(batch.knowledge)
    totals = {
        "conversations": len(counted.talks),
        "kpis": len(kpis),
        "verdicts": len(goals),
        "conflicts": len(conflicts),
        "agenda": len(agenda),
        "people": len(counted.people),
        "knowledge": len(knowledge.cited),
        "also-known": len(knowledge.unused),
        "unverified": counted.unverified,
        "failed": counted.failed,
        "unreadable": len(batch.unreadable),
        "notes": counted.notes,
    }
    goal_nodes = [node for node in nodes_of(tree) if not isinstance(node, KpiNode)]
    plan = Plan(
        survey=counted,
        by_title=tuple(sorted(counted.talks, key=_by_title)),
        tree=tree,
        parts=tuple(cut(tree, SIZES["goals"])),
        kpis=kpis,
        goals=goals,
        conflicts=conflicts,
        agenda=agenda,
        knowledge=knowledge,
        numbers={node.id: number for number, node in enumerate(kpis, start=1)},
        anchors={node.id: f"g{number}" for number, node in enumerate({node.id: node for node in goal_nodes}.values(), start=1)},
        backed=tuple(_backed(tree, counted)),
        totals=totals,
        addresses=Addresses(counted.talks),
        cover=Cover(batch.title, day(batch.created_at), analyst_words(batch.analyst), _sections(totals, bool(goal_nodes), batch)),
    )
    _put_sections(plan)
    _put_entries(plan)
    return plan


def _backed(tree: GoalTree, counted: Survey) -> Iterator[BusinessGoalNode | OperationalGoalNode | KpiNode]:
    seen: set[str] = set()
    for node in nodes_of(tree):
        weight = counted.weights.get(node.id)
        if weight and weight.findings > SHOWN and node.id not in seen:
            seen.add(node.id)
            yield node


def _sections(totals: Mapping[str, int], goals: bool, batch: BatchAnalysis) -> tuple[tuple[str, str, int | None], ...]:
    """The parts of the report that there are, as every page lists them."""
    named = (
        ("AI needed?", "verdicts"),
        ("Conflicts", "conflicts"),
        ("Ask next", "agenda"),
        ("Goal tree", "goals"),
        ("KPIs", "kpis"),
        ("Findings", "findings"),
        ("People", "people"),
        ("What is known", "knowledge"),
        ("Also known", "also-known"),
        ("Conversations", "conversations"),
        ("Find", "find"),
        ("Reading notes", "notes"),
        ("Limits", "limits"),
    )
    always = {"findings", "conversations", "find", "limits", *(["goals"] if goals or batch.goal_tree.unlinked_kpis else [])}
    return tuple((label, anchor, totals.get(anchor)) for label, anchor in named if anchor in always or totals.get(anchor))


def _put_sections(plan: Plan) -> None:
    put = plan.addresses.put
    for anchor in ("summary", "findings", "to-ask", "disputes", "solutions", "frame", "limits", "unread", "usage"):
        put(anchor, OVERVIEW)
    put("unverified", OVERVIEW)
    for name in plan.totals:
        if plan.has_pages(name):
            put(f"all-{name}" if name in ON_OVERVIEW else name, f"pages/{name}-1.html", "")
        put(name, OVERVIEW, "summary")
    put("goals", "pages/goals-1.html" if plan.parts else OVERVIEW, "" if plan.parts else "summary")
    put("find", FIND, "")
    for kind, _, _ in plan.kinds:
        put(f"kind-{kind.value}", f"pages/{kind_list(kind)}-1.html", "")


def _put_entries(plan: Plan) -> None:
    put = plan.addresses.put
    for number, part in enumerate(plan.parts, start=1):
        for node in nodes_of(part):
            anchor = f"tree-k{plan.numbers[node.id]}" if isinstance(node, KpiNode) else plan.anchors[node.id]
            put(anchor, f"pages/goals-{number}.html")
    for name, prefix, total in (
        ("kpis", "k", len(plan.kpis)),
        ("verdicts", "verdict-", len(plan.goals)),
        ("conflicts", "conflict-", len(plan.conflicts)),
    ):
        for at in range(total):
            put(f"{prefix}{at + 1}", f"pages/{name}-{at // SIZES[name] + 1}.html")
    for at, known in enumerate(plan.knowledge.cited):
        put(known.anchor, f"pages/knowledge-{at // SIZES['knowledge'] + 1}.html")
    for number, node in enumerate(plan.backed, start=1):
        put(evidence(node.id), f"pages/{plan.evidence_files(number)[0]}", "")


_DIGITS = re.compile(r"(\d+)")


def _by_title(talk: Talk) -> tuple[list[tuple[int, int, str]], int]:
    """Titles in the order in which people look for them: letter case does not count, and 9 comes before 10."""
    pieces = (piece for piece in _DIGITS.split(talk.title.casefold()) if piece)
    return [_piece(piece) for piece in pieces], talk.number


def _piece(piece: str) -> tuple[int, int, str]:
    if not piece.isdecimal():
        return 1, 0, piece
    number = piece.lstrip("0")
    return 0, len(number), number


def ranges(talks: Sequence[Talk], size: int) -> Iterator[tuple[Talk, Talk]]:
    """First and last conversation of each page of so many."""
    for at in range(0, len(talks), size):
        yield talks[at], talks[min(at + size, len(talks)) - 1]
