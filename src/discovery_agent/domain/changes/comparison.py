"""Compares an earlier assessment with the findings and decisions of now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from discovery_agent.domain.changes.report import ChangeReport, Completed, Moved, NewConversation, Node, Reason, Superseded
from discovery_agent.domain.changes.standing import (
    FIELDS,
    GAPS,
    Standing,
    StandingNode,
    StandingVerdict,
    TreeNode,
    known_fields,
    nodes_of,
    shown_values,
)
from discovery_agent.domain.conflicts import same_date
from discovery_agent.domain.decisions import Decisions, GoalDecision
from discovery_agent.domain.findings import Finding, FindingStatus, Kpi, Quote
from discovery_agent.domain.goals import GoalTree
from discovery_agent.domain.ladder import Ladder
from discovery_agent.domain.merging import join_kpis

# An entry proves itself with so many quotes at most; the goal itself has the rest.
MOST_QUOTES = 3


def change_report(
    before: Standing,
    tree: GoalTree,
    decisions: Decisions,
    findings: Sequence[Finding],
    conversations: Sequence[NewConversation],
    ladder: Ladder,
    corrected_from: Mapping[str, str] | None = None,
) -> ChangeReport:
    """What changed between `before` and these decisions.

    `findings` are all there are, also rejected ones; `conversations` those that the decisions rest on;
    `corrected_from` gives the first statement of each finding that a person corrected.
    """
    known = set(before.conversations)
    fresh = tuple(one for one in conversations if one.id not in known)
    comparison = _Comparison(before, {one.id: one for one in findings}, frozenset(one.id for one in fresh))
    nodes = nodes_of(tree)
    held = {(one.kind, one.about) for one in decisions.conflicts}
    old_conflicts = {one.id for one in before.conflicts}
    return ChangeReport(
        conversations=fresh,
        confirmed=tuple(node for one in nodes if (node := comparison.confirmed(one))),
        completed=tuple(entry for one in nodes for entry in comparison.completed(one)),
        contradicted=tuple(one for one in decisions.conflicts if one.id not in old_conflicts),
        resolved=tuple(dict.fromkeys(one.about for one in before.conflicts if (one.kind, one.about) not in held)),
        superseded=(
            *(entry for one in nodes for entry in comparison.superseded(one)),
            *comparison.corrected(corrected_from or {}),
        ),
        added=tuple(comparison.as_entry(one) for one in nodes if comparison.earlier(one) is None),
        withdrawn=tuple(comparison.withdrawn()),
        moved=tuple(comparison.moved(decisions.goals, nodes, ladder)),
    )


def _words(kpi: Kpi, field: str) -> str:
    """A field of a KPI as it was said."""
    value = getattr(kpi, field)
    return "" if value is None else str(getattr(value, "text", value))


class _Comparison:
    """The earlier standing beside the findings of now."""

    def __init__(self, before: Standing, findings: Mapping[str, Finding], fresh: frozenset[str]) -> None:
        self._before = before
        self._findings = findings
        self._fresh = fresh
        self._by_finding = {(node.kind, finding_id): node for node in before.nodes for finding_id in node.finding_ids}

    def earlier(self, node: TreeNode) -> StandingNode | None:
        """The node of the earlier assessment that shares most findings with this one; the first of several."""
        votes: dict[str, list[StandingNode]] = defaultdict(list)
        for finding_id in node.finding_ids:
            if old := self._by_finding.get((node.kind, finding_id)):
                votes[old.id].append(old)
        return max(votes.values(), key=len)[0] if votes else None

    def as_entry(self, node: TreeNode) -> Node:
        """The node with its words; those of new conversations first."""
        ids = sorted(node.finding_ids, key=lambda one: not self._is_fresh(one))
        return Node(id=node.id, kind=node.kind, statement=node.statement, quotes=self._quotes(ids))

    def confirmed(self, node: TreeNode) -> Node | None:
        """An earlier goal that a new conversation named again; a KPI only where no new figure differs from what held."""
        news = [one for one in node.finding_ids if self._is_fresh(one)]
        if not news or self.earlier(node) is None:
            return None
        if node.kpi is not None:
            earlier = [self._findings[one] for one in node.finding_ids if one in self._findings and not self._is_fresh(one)]
            if any(_differing(old, self._findings[one]) for one in news for old in earlier):
                return None
        return Node(id=node.id, kind=node.kind, statement=node.statement, quotes=self._quotes(news))

    def completed(self, node: TreeNode) -> Iterable[Completed]:
        """Fields of an earlier KPI that are known only now."""
        old = self.earlier(node)
        if node.kpi is None or old is None:
            return
        for field in known_fields(node.kpi):
            if field in old.known:
                continue
            value = getattr(node.kpi, field)
            sources = [one for one in node.finding_ids if one in self._findings and _has(self._findings[one], field, value)]
            yield Completed(
                kpi_id=node.id, metric=node.kpi.metric, field=GAPS[field], value=_words(node.kpi, field), quotes=self._quotes(sources)
            )

    def superseded(self, node: TreeNode) -> Iterable[Superseded]:
        """Figures of a KPI that somebody gave before and gives otherwise in a new conversation."""
        if node.kpi is None:
            return
        found = [self._findings[one] for one in node.finding_ids if one in self._findings]
        earlier = [one for one in found if not self._is_fresh(one.id)]
        given: set[tuple[str, str]] = set()
        for new in (one for one in found if self._is_fresh(one.id)):
            same = [old for old in earlier if set(old.speakers) & set(new.speakers)]
            for old in reversed(same):  # what they said last is what they now replace
                for field in _differing(old, new):
                    if (new.id, field) in given or new.kpi is None or old.kpi is None:
                        continue
                    given.add((new.id, field))
                    yield Superseded(
                        about=f"{node.kpi.metric}: {FIELDS[field]}",
                        was=_words(old.kpi, field),
                        now=_words(new.kpi, field),
                        by=tuple(name for name in new.speakers if name in old.speakers),
                        quotes=self._quotes([new.id]),
                    )

    def corrected(self, first: Mapping[str, str]) -> Iterable[Superseded]:
        """Findings that people corrected meanwhile."""
        known = set(self._before.corrected)
        for one in self._findings.values():
            if one.status is FindingStatus.CORRECTED and one.id not in known and first.get(one.id, one.statement) != one.statement:
                yield Superseded(about=one.statement, was=first[one.id], now=one.statement, by=(), quotes=one.quotes[:MOST_QUOTES])

    def withdrawn(self) -> Iterable[Node]:
        """Goals and KPIs that counted before, and whose finding a person rejected meanwhile."""
        known = set(self._before.rejected)
        for one in self._findings.values():
            if one.status is FindingStatus.REJECTED and one.id not in known and (one.kind, one.id) in self._by_finding:
                yield Node(id=one.id, kind=one.kind, statement=one.statement, quotes=one.quotes[:MOST_QUOTES])

    def moved(self, goals: Sequence[GoalDecision], nodes: Sequence[TreeNode], ladder: Ladder) -> Iterable[Moved]:
        """Verdicts on earlier goals that differ now, each with the criteria that changed."""
        by_id = {node.id: node for node in nodes}
        verdicts = {verdict.goal_id: verdict for verdict in self._before.verdicts}
        for goal in goals:
            node = by_id.get(goal.goal_id) if goal.goal_id else None
            old_node = self.earlier(node) if node else None
            old = verdicts.get(old_node.id if old_node else None) if node is None or old_node else None
            now = goal.necessity
            if old is None or (old.solution, old.certainty) == (now.solution, now.certainty):
                continue
            yield Moved(
                goal_id=goal.goal_id,
                statement=goal.statement,
                was=old.solution,
                was_certainty=old.certainty,
                now=now.solution,
                now_certainty=now.certainty,
                because=tuple(self._reasons(old, goal, ladder)) or (Reason(text="What was said made other answers likelier."),),
            )

    def _reasons(self, old: StandingVerdict, goal: GoalDecision, ladder: Ladder) -> Iterable[Reason]:
        now = shown_values(goal)
        for criterion in ladder.criteria:
            was, is_ = old.shown.get(criterion.id, ()), now.get(criterion.id, ())
            if was == is_:
                continue

            def means(values: Sequence[str], criterion_id: str = criterion.id) -> str:
                of = ladder.criterion(criterion_id)
                return " or ".join(value.means if (value := of.value(one)) else one for one in values) or "not known"

            gained = [one for one in goal.necessity.ratings if one.criterion == criterion.id and one.value not in was]
            quotes = [quote for rating in gained for quote in rating.quotes]
            quotes.sort(key=lambda quote: quote.conversation_id not in self._fresh)
            disputed = ", on which people differ" if len(is_) > 1 else ""
            yield Reason(
                text=f"{criterion.name}: {means(is_)}{disputed} (before: {means(was)})",
                quotes=tuple(dict.fromkeys(quotes))[:MOST_QUOTES],
            )

    def _is_fresh(self, finding_id: str) -> bool:
        one = self._findings.get(finding_id)
        return one is not None and one.quotes[0].conversation_id in self._fresh

    def _quotes(self, finding_ids: Iterable[str]) -> tuple[Quote, ...]:
        """The first quote of each, at most `MOST_QUOTES`."""
        found = (self._findings[one].quotes[0] for one in finding_ids if one in self._findings)
        return tuple(dict.fromkeys(found))[:MOST_QUOTES]


def _has(finding: Finding, field: str, value: object) -> bool:
    return finding.kpi is not None and getattr(finding.kpi, field) == value


def _differing(old: Finding, new: Finding) -> list[str]:
    """Names of the fields on which two KPIs differ; other words for one date are no difference."""
    if old.kpi is None or new.kpi is None:
        return []
    _, disputed = join_kpis([old.kpi, new.kpi])
    return [
        name
        for name in disputed
        if name != "deadline" or not (old.kpi.deadline and new.kpi.deadline and same_date(old.kpi.deadline, new.kpi.deadline))
    ]
