"""Goals and KPIs by weight, cut into pages, each with the first of the findings that back it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from discovery_agent.discovery.report.finding_view import FindingIndex, FindingView, PersonView
from discovery_agent.discovery.report.head import Head
from discovery_agent.discovery.report.kpi_view import NEEDED_FIELDS, FieldView, GapView, KpiView, SaidValue, kpi_view, people_of
from discovery_agent.discovery.report.large.shelf import Shelf
from discovery_agent.discovery.report.large.survey import Weight, nodes_of
from discovery_agent.discovery.report.tree_view import Backing, GoalNode, TreeView, tree_view
from discovery_agent.discovery.report.wording import FIELD_LABELS, sentence_case
from discovery_agent.domain.goals import BusinessGoalNode, GoalTree, KpiNode, OperationalGoalNode

SHOWN = 8
"""Findings that are named beside a goal or KPI; the others are on pages of their own."""
_PEOPLE = 4
_VALUES = 6
_OF_A_VALUE = 3
_NAMES = 3
_NOTHING = Weight(0, 0, 0)
Node = TypeVar("Node", BusinessGoalNode, OperationalGoalNode, KpiNode)


def ranked(tree: GoalTree, weights: Mapping[str, Weight]) -> GoalTree:
    """The tree with what most people speak of first, on every level."""

    def best(nodes: Sequence[Node]) -> tuple[Node, ...]:
        return tuple(sorted(nodes, key=lambda node: weights.get(node.id, _NOTHING).rank))

    def operational(goal: OperationalGoalNode) -> OperationalGoalNode:
        return goal.model_copy(update={"kpis": best(goal.kpis)})

    def business(goal: BusinessGoalNode) -> BusinessGoalNode:
        children = best([operational(child) for child in goal.operational_goals])
        return goal.model_copy(update={"operational_goals": children, "kpis": best(goal.kpis)})

    return GoalTree(
        business_goals=best([business(goal) for goal in tree.business_goals]),
        unlinked_operational_goals=best([operational(goal) for goal in tree.unlinked_operational_goals]),
        unlinked_kpis=best(tree.unlinked_kpis),
    )


def ranked_kpis(tree: GoalTree, weights: Mapping[str, Weight]) -> tuple[KpiNode, ...]:
    """Every KPI once, what most people speak of first."""
    kpis = {node.id: node for node in tree.kpis}
    return tuple(sorted(kpis.values(), key=lambda node: weights.get(node.id, _NOTHING).rank))


@dataclass(slots=True)
class _Sheet:
    """A page of the tree while it is filled."""

    size: int
    used: int = 0
    roots: list[tuple[BusinessGoalNode, list[OperationalGoalNode], list[KpiNode]]] = field(
        default_factory=list[tuple[BusinessGoalNode, list[OperationalGoalNode], list[KpiNode]]]
    )
    orphans: list[OperationalGoalNode] = field(default_factory=list[OperationalGoalNode])
    kpis: list[KpiNode] = field(default_factory=list[KpiNode])

    def tree(self) -> GoalTree:
        return GoalTree(
            business_goals=tuple(
                root.model_copy(update={"operational_goals": tuple(children), "kpis": tuple(kpis)}) for root, children, kpis in self.roots
            ),
            unlinked_operational_goals=tuple(self.orphans),
            unlinked_kpis=tuple(self.kpis),
        )


def cut(tree: GoalTree, size: int) -> Iterator[GoalTree]:
    """The tree in parts of about `size` goals and KPIs. A business goal that does not fit is there again in the next part."""
    sheet = _Sheet(size)
    for root in tree.business_goals:
        parts: list[OperationalGoalNode | KpiNode] = [piece for child in root.operational_goals for piece in _pieces(child, size)]
        parts += root.kpis
        if sheet.used >= size:
            yield sheet.tree()
            sheet = _Sheet(size)
        sheet.roots.append((root, [], []))
        sheet.used += 1
        for part in parts:
            if sheet.used >= size:
                yield sheet.tree()
                sheet = _Sheet(size, used=1, roots=[(root, [], [])])
            sheet.used += _extent(part)
            if isinstance(part, KpiNode):
                sheet.roots[-1][2].append(part)
            else:
                sheet.roots[-1][1].append(part)
    loose: list[OperationalGoalNode | KpiNode] = [piece for goal in tree.unlinked_operational_goals for piece in _pieces(goal, size)]
    loose += tree.unlinked_kpis
    for part in loose:
        if sheet.used >= size:
            yield sheet.tree()
            sheet = _Sheet(size)
        sheet.used += _extent(part)
        if isinstance(part, KpiNode):
            sheet.kpis.append(part)
        else:
            sheet.orphans.append(part)
    if sheet.used:
        yield sheet.tree()


def _extent(part: OperationalGoalNode | KpiNode) -> int:
    return 1 if isinstance(part, KpiNode) else 1 + len(part.kpis)


def _pieces(goal: OperationalGoalNode, size: int) -> Iterator[OperationalGoalNode]:
    """The goal, or several of it where it has more KPIs than a page."""
    for at in range(0, max(1, len(goal.kpis)), size):
        yield goal.model_copy(update={"kpis": goal.kpis[at : at + size]})


@dataclass(frozen=True, slots=True)
class GoalPages:
    """Builds what the pages show of goals and KPIs."""

    shelf: Shelf
    weights: Mapping[str, Weight]
    numbers: Mapping[str, int]
    """Numbers of the KPIs, by id."""
    anchors: Mapping[str, str]
    """Anchors of the goals, by id."""

    def tree(self, part: GoalTree) -> TreeView:
        """A part of the tree."""
        index = self.shelf.index(id_ for node in nodes_of(part) for id_ in node.finding_ids[:SHOWN])
        kpis = {node.id: self.kpi(node) for node in part.kpis}
        return tree_view(part, kpis, self._backing(index))

    def kpi(self, node: KpiNode) -> KpiView:
        """One KPI."""
        index = self.shelf.index(node.finding_ids if node.disputed else node.finding_ids[:SHOWN])
        view = kpi_view(node, self.numbers[node.id], index)
        return replace(
            view,
            fields=tuple(map(_shortened, view.fields)),
            disputes=tuple(map(_shortened, view.disputes)),
            bar=replace(view.bar, others=tuple(dict.fromkeys(view.bar.others))[:_VALUES]) if view.bar else None,
            findings=self._findings(node.id, view.findings),
            people=self._people(node.id, view.people),
        )

    def _backing(self, index: FindingIndex) -> Callable[[GoalNode], Backing]:
        def backing(node: GoalNode) -> Backing:
            findings = index.of(node.finding_ids[:SHOWN])
            return Backing(self.anchors[node.id], self._findings(node.id, findings), self._people(node.id, people_of(findings)))

        return backing

    def _findings(self, id_: str, findings: Sequence[FindingView]) -> Head[FindingView]:
        kept = tuple(findings[:SHOWN])
        return Head(kept, max(len(kept), self.weights.get(id_, _NOTHING).findings), evidence(id_))

    def _people(self, id_: str, people: Sequence[PersonView]) -> Head[PersonView]:
        kept = tuple(people[:_PEOPLE])
        return Head(kept, max(len(kept), self.weights.get(id_, _NOTHING).people))


def evidence(id_: str) -> str:
    """Anchor of the pages with all findings behind a goal or KPI."""
    return f"evidence-{id_}"


def _shortened(said: FieldView) -> FieldView:
    """A disputed field with the values that most findings give."""
    if not said.disputed:
        return said
    values = sorted(said.disputed, key=lambda one: -len(one.findings))[:_VALUES]
    return replace(
        said,
        disputed=Head(
            tuple(
                SaidValue(
                    one.text,
                    Head(tuple(one.people[:_PEOPLE]), len(one.people)),
                    Head(tuple(one.findings[:_OF_A_VALUE]), len(one.findings)),
                )
                for one in values
            ),
            len(said.disputed),
        ),
    )


def kpi_gaps(kpis: Sequence[KpiNode]) -> tuple[GapView, ...]:
    """What KPIs, numbered as they come, lack: field by field, the most frequent first."""
    gaps: list[GapView] = []
    for name in NEEDED_FIELDS:
        lacking = [(number, node) for number, node in enumerate(kpis, start=1) if name in node.kpi.gaps]
        if lacking:
            names = tuple((f"k{number}", sentence_case(node.kpi.metric)) for number, node in lacking[:_NAMES])
            gaps.append(GapView(f"no {FIELD_LABELS[name]}", len(lacking), len(kpis), Head(names, len(lacking))))
    return tuple(sorted(gaps, key=lambda gap: -gap.count))


def tree_gaps(tree: GoalTree, numbers: Mapping[str, int], anchors: Mapping[str, str]) -> tuple[GapView, ...]:
    """Where the chain from business goal to KPI is broken."""
    operational = [child for goal in tree.business_goals for child in goal.operational_goals] + list(tree.unlinked_operational_goals)
    unmeasured = [goal for goal in tree.business_goals if not goal.kpis and not any(child.kpis for child in goal.operational_goals)]

    def goals(nodes: Iterable[GoalNode]) -> tuple[tuple[str, str], ...]:
        return tuple((anchors[node.id], node.statement.rstrip(".")) for node in nodes)

    orphans = tuple((f"tree-k{numbers[node.id]}", sentence_case(node.kpi.metric)) for node in tree.unlinked_kpis)
    found = (
        ("business goals without a KPI", len(tree.business_goals), goals(unmeasured)),
        ("operational goals without a KPI", len(operational), goals(goal for goal in operational if not goal.kpis)),
        ("operational goals tied to no business goal", len(operational), goals(tree.unlinked_operational_goals)),
        ("KPIs tied to no goal", len(tree.kpis), orphans),
    )
    return tuple(GapView(label, len(names), of, Head(names[:_NAMES], len(names))) for label, of, names in found if names)
