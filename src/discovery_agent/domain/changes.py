"""What new conversations changed: confirmed, completed, contradicted, superseded, added, withdrawn, and the verdicts that moved.

Two assessments are compared by what they rest on. The ids of goals and KPIs change as findings join them, so a node is the
same as an earlier one if they share a finding. Of the earlier assessment only its `Standing` is needed, which is small.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from discovery_agent.domain.conflicts import Conflict, ConflictKind, same_date
from discovery_agent.domain.conversation import Value
from discovery_agent.domain.decisions import Decisions, GoalDecision
from discovery_agent.domain.findings import Finding, FindingKind, FindingStatus, Kpi, Quote
from discovery_agent.domain.goals import GoalTree, KpiNode
from discovery_agent.domain.ladder import Ladder, SolutionClass
from discovery_agent.domain.merging import join_kpis
from discovery_agent.domain.necessity import Certainty

# An entry proves itself with so many quotes at most; the goal itself has the rest.
MOST_QUOTES = 3

_FIELDS = {"baseline": "today's value", "target": "target", "change": "relative target", "deadline": "deadline", "direction": "direction"}
_GAPS = {**_FIELDS, "measured_by": "way to measure", "owner": "owner"}


class StandingNode(Value):
    """A goal or KPI as it stood."""

    id: str
    kind: FindingKind
    statement: str
    finding_ids: tuple[str, ...]
    known: tuple[str, ...] = Field(default=(), description="Of a KPI: names of the fields that were known.")


class StandingVerdict(Value):
    """A verdict as it stood."""

    goal_id: str | None
    solution: SolutionClass | None
    certainty: Certainty
    shown: dict[str, tuple[str, ...]] = Field(default_factory=dict, description="Criterion -> the values that were firmly shown.")


class StandingConflict(Value):
    """A conflict as it stood."""

    id: str
    kind: ConflictKind
    about: str


class Standing(Value):
    """What an assessment held, as far as a later one is compared with it."""

    conversations: tuple[str, ...] = Field(default=(), description="Ids of the conversations it rests on.")
    nodes: tuple[StandingNode, ...] = ()
    verdicts: tuple[StandingVerdict, ...] = ()
    conflicts: tuple[StandingConflict, ...] = ()
    rejected: tuple[str, ...] = Field(default=(), description="Ids of the findings that people had rejected.")
    corrected: tuple[str, ...] = Field(default=(), description="Ids of the findings that people had corrected.")


class NewConversation(Value):
    """A conversation that the earlier assessment did not know."""

    id: str
    title: str


class Node(Value):
    """A goal or KPI that an entry is about, with words that prove the entry."""

    id: str
    kind: FindingKind
    statement: str
    quotes: tuple[Quote, ...]


class Completed(Value):
    """A field of a KPI that nobody had given before."""

    kpi_id: str
    metric: str
    field: str = Field(description="Name of the field in words, such as `target`.")
    value: str
    quotes: tuple[Quote, ...]


class Superseded(Value):
    """Something that its own speaker, or a person who corrected it, has replaced."""

    about: str
    was: str
    now: str
    by: tuple[str, ...] = Field(description="Who said both; empty where a person corrected the finding.")
    quotes: tuple[Quote, ...] = Field(description="The newer words; of a correction, the words that it corrects.")


class Reason(Value):
    """Why a verdict moved."""

    text: str
    quotes: tuple[Quote, ...] = ()


class Moved(Value):
    """A verdict that is another one now, or firmer, or less firm."""

    goal_id: str | None
    statement: str
    was: SolutionClass | None
    was_certainty: Certainty
    now: SolutionClass | None
    now_certainty: Certainty
    because: tuple[Reason, ...]


class ChangeReport(Value):
    """What changed since an earlier assessment. All empty for the first one."""

    before: str | None = Field(default=None, description="Id of the assessment that it is compared with.")
    since: datetime | None = Field(default=None, description="When that one was made.")
    conversations: tuple[NewConversation, ...] = ()
    confirmed: tuple[Node, ...] = Field(default=(), description="Goals and KPIs that new conversations named again.")
    completed: tuple[Completed, ...] = ()
    contradicted: tuple[Conflict, ...] = Field(default=(), description="Conflicts that were not there.")
    resolved: tuple[str, ...] = Field(default=(), description="Subjects of conflicts that are gone.")
    superseded: tuple[Superseded, ...] = ()
    added: tuple[Node, ...] = Field(default=(), description="New goals and KPIs.")
    withdrawn: tuple[Node, ...] = Field(default=(), description="Findings about goals and KPIs that people rejected.")
    moved: tuple[Moved, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing changed."""
        kinds = (
            self.confirmed,
            self.completed,
            self.contradicted,
            self.resolved,
            self.superseded,
            self.added,
            self.withdrawn,
            self.moved,
        )
        return not any(kinds)


def standing_of(tree: GoalTree, decisions: Decisions, findings: Iterable[Finding], conversations: Iterable[str]) -> Standing:
    """What a later assessment needs to know of this one."""
    status: dict[FindingStatus, list[str]] = defaultdict(list)
    for one in findings:
        status[one.status].append(one.id)
    return Standing(
        conversations=tuple(conversations),
        nodes=tuple(
            StandingNode(
                id=one.id, kind=one.kind, statement=one.statement, finding_ids=one.finding_ids, known=_known(one.kpi) if one.kpi else ()
            )
            for one in _nodes(tree)
        ),
        verdicts=tuple(
            StandingVerdict(
                goal_id=goal.goal_id, solution=goal.necessity.solution, certainty=goal.necessity.certainty, shown=_shown_values(goal)
            )
            for goal in decisions.goals
        ),
        conflicts=tuple(StandingConflict(id=one.id, kind=one.kind, about=one.about) for one in decisions.conflicts),
        rejected=tuple(status[FindingStatus.REJECTED]),
        corrected=tuple(status[FindingStatus.CORRECTED]),
    )


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
    nodes = _nodes(tree)
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


@dataclass(frozen=True)
class _TreeNode:
    id: str
    kind: FindingKind
    statement: str
    finding_ids: tuple[str, ...]
    kpi: Kpi | None = None


def _nodes(tree: GoalTree) -> list[_TreeNode]:
    """Every goal and KPI of the tree: business goals, then operational goals, then KPIs."""
    operational = [goal for above in tree.business_goals for goal in above.operational_goals]
    return [
        *(_TreeNode(one.id, FindingKind.BUSINESS_GOAL, one.statement, one.finding_ids) for one in tree.business_goals),
        *(
            _TreeNode(one.id, FindingKind.OPERATIONAL_GOAL, one.statement, one.finding_ids)
            for one in (*operational, *tree.unlinked_operational_goals)
        ),
        *(_kpi_node(one) for one in tree.kpis),
    ]


def _kpi_node(node: KpiNode) -> _TreeNode:
    return _TreeNode(node.id, FindingKind.KPI, node.statement, node.finding_ids, node.kpi)


def _known(kpi: Kpi) -> tuple[str, ...]:
    return tuple(name for name in _GAPS if getattr(kpi, name) is not None)


def _shown_values(goal: GoalDecision) -> dict[str, tuple[str, ...]]:
    shown: dict[str, dict[str, None]] = defaultdict(dict)
    for rating in goal.necessity.ratings:
        shown[rating.criterion][rating.value] = None
    return {criterion: tuple(sorted(values)) for criterion, values in shown.items()}


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

    def earlier(self, node: _TreeNode) -> StandingNode | None:
        """The node of the earlier assessment that shares most findings with this one; the first of several."""
        votes: dict[str, list[StandingNode]] = defaultdict(list)
        for finding_id in node.finding_ids:
            if old := self._by_finding.get((node.kind, finding_id)):
                votes[old.id].append(old)
        return max(votes.values(), key=len)[0] if votes else None

    def as_entry(self, node: _TreeNode) -> Node:
        """The node with its words; those of new conversations first."""
        ids = sorted(node.finding_ids, key=lambda one: not self._is_fresh(one))
        return Node(id=node.id, kind=node.kind, statement=node.statement, quotes=self._quotes(ids))

    def confirmed(self, node: _TreeNode) -> Node | None:
        """An earlier goal that a new conversation named again; a KPI only where no new figure differs from what held."""
        news = [one for one in node.finding_ids if self._is_fresh(one)]
        if not news or self.earlier(node) is None:
            return None
        if node.kpi is not None:
            earlier = [self._findings[one] for one in node.finding_ids if one in self._findings and not self._is_fresh(one)]
            if any(_differing(old, self._findings[one]) for one in news for old in earlier):
                return None
        return Node(id=node.id, kind=node.kind, statement=node.statement, quotes=self._quotes(news))

    def completed(self, node: _TreeNode) -> Iterable[Completed]:
        """Fields of an earlier KPI that are known only now."""
        old = self.earlier(node)
        if node.kpi is None or old is None:
            return
        for field in _known(node.kpi):
            if field in old.known:
                continue
            value = getattr(node.kpi, field)
            sources = [one for one in node.finding_ids if one in self._findings and _has(self._findings[one], field, value)]
            yield Completed(
                kpi_id=node.id, metric=node.kpi.metric, field=_GAPS[field], value=_words(node.kpi, field), quotes=self._quotes(sources)
            )

    def superseded(self, node: _TreeNode) -> Iterable[Superseded]:
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
                        about=f"{node.kpi.metric}: {_FIELDS[field]}",
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

    def moved(self, goals: Sequence[GoalDecision], nodes: Sequence[_TreeNode], ladder: Ladder) -> Iterable[Moved]:
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
        now = _shown_values(goal)
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
