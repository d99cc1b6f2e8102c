"""Builds the goal tree: joins findings that say the same, and ties KPIs and goals to what they serve.

Candidates are found through shared words, never by comparing all with all, so the time grows with the
number of findings and not with its square.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from itertools import islice

from discovery_agent.domain.aims import Aim, aim_of, same_measure
from discovery_agent.domain.conversation import content_id
from discovery_agent.domain.findings import Amount, Finding, FindingKind, FindingStatus, Kpi
from discovery_agent.domain.goals import BusinessGoalNode, GoalTree, KpiNode, OperationalGoalNode
from discovery_agent.domain.likeness import Similarity
from discovery_agent.domain.telling import telling_words
from discovery_agent.domain.units import comparable, magnitude, of_one_kind

SAME_GOAL = 0.80
SAME_METRIC = 0.72
SERVES = 0.42
# Goals said within this many turns of each other are likely to be about one another.
NEAR_TURNS = 6
NEAR_BONUS = 0.12
# "A month" and "30 days", said by two people, are one figure.
UNIT_TOLERANCE = 0.02
# A common word ("time") would otherwise make everything a candidate of everything.
CANDIDATES_PER_WORD = 40
# Of those, the ones that share the most and the rarest words are compared.
CANDIDATES = 24


@dataclass(eq=False)
class _Group:
    """Findings that say the same."""

    statement: str
    findings: list[Finding] = field(default_factory=list[Finding])
    unit: str | None = None
    """The first unit that was named, of KPIs."""

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(finding.id for finding in self.findings)


class _WordIndex:
    """Finds the groups that share the most telling words with a text, at most a fixed number."""

    def __init__(self) -> None:
        self._by_word: dict[str, dict[int, _Group]] = defaultdict(dict)

    def add(self, group: _Group, text: str) -> None:
        for word in telling_words(text):
            holders = self._by_word[word]
            holders.pop(id(group), None)  # so that it goes to the end: the latest are looked at first
            holders[id(group)] = group

    def candidates(self, text: str) -> list[_Group]:
        found: dict[int, _Group] = {}
        shared: dict[int, float] = defaultdict(float)
        for word in sorted(telling_words(text)):
            holders = self._by_word.get(word, {})
            for key, group in islice(reversed(holders.items()), CANDIDATES_PER_WORD):
                found[key] = group
                shared[key] += 1 / len(holders)
        return [found[key] for key in nlargest(CANDIDATES, found, key=shared.__getitem__)]


def _places(finding: Finding) -> set[tuple[str, int]]:
    """Turns that a finding quotes."""
    return {(quote.conversation_id, int(quote.utterance_id[1:])) for quote in finding.quotes if quote.utterance_id[1:].isdigit()}


def _kpi(finding: Finding) -> Kpi:
    """The KPI of a KPI finding; one of which only the name is known has its statement for a metric."""
    return finding.kpi or Kpi(metric=finding.statement)


def _name(finding: Finding) -> str:
    return _kpi(finding).metric if finding.kind is FindingKind.KPI else finding.statement


def _join(findings: Iterable[Finding], same: Callable[[Finding, _Group], float]) -> list[_Group]:
    groups: list[_Group] = []
    by_aim: dict[Aim, _Group] = {}
    exact: dict[str, list[_Group]] = defaultdict(list)
    index = _WordIndex()
    for finding in findings:
        name = _name(finding)
        key = " ".join(re.findall(r"\w+", name.lower()))
        group = next((one for one in exact[key] if same(finding, one) > 0), None)
        aim = aim_of(finding.statement) if finding.kind is not FindingKind.KPI else None
        if group is None and aim:
            group = by_aim.get(aim)
        if group is None:
            scored = [(same(finding, one), number, one) for number, one in enumerate(index.candidates(name))]
            best = max(scored, default=None, key=lambda entry: (entry[0], -entry[1]))
            group = best[2] if best and best[0] > 0 else None
        if group is None:
            group = _Group(finding.statement)
            groups.append(group)
        if aim:
            by_aim.setdefault(aim, group)
        group.findings.append(finding)
        group.unit = group.unit or (finding.kpi.unit if finding.kpi else None)
        if group not in exact[key]:
            exact[key].append(group)
        index.add(group, name)
    for group in groups:
        group.statement = max(group.findings, key=lambda one: (one.status is FindingStatus.CONFIRMED, one.confidence)).statement
    return groups


def _first(amounts: Iterable[Amount | None]) -> Amount | None:
    return next((amount for amount in amounts if amount is not None), None)


def _texts(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value), None)


def _agree(left: tuple[float, float], right: tuple[float, float], loose: bool) -> bool:
    """Whether two spans are the same; `loose` ones were said in different units, and "a month" is also "30 days"."""
    tolerance = UNIT_TOLERANCE if loose else 1e-9
    return all(abs(one - other) <= tolerance * max(abs(one), abs(other)) for one, other in zip(left, right, strict=True))


def _span(amount: Amount, unit: str | None) -> tuple[float, float]:
    """Least and greatest of what was said; `unit` is that of an amount that names none."""
    unit = amount.unit or unit
    upper = amount.value if amount.upper is None else amount.upper
    return round(magnitude(amount.value, unit), 6), round(magnitude(upper, unit), 6)


def join_kpis(kpis: Sequence[Kpi]) -> tuple[Kpi, tuple[str, ...]]:
    """One KPI of several about the same metric, and the names of the fields on which they differ.

    A disputed field keeps the value that was said first: nothing is averaged.
    """
    disputed: list[str] = []
    unit = _texts(kpi.unit for kpi in kpis)
    kpis = _in_one_unit(kpis, unit)
    for name in ("baseline", "target", "change"):
        # A change is relative: only the other figures are in the unit of the KPI.
        units = [None if name == "change" else kpi.unit or unit for kpi in kpis]
        said = [(amount, own) for kpi, own in zip(kpis, units, strict=True) if (amount := getattr(kpi, name)) is not None]
        spans = [_span(amount, own) for amount, own in said]
        loose = len({amount.unit or own for amount, own in said}) > 1
        if any(not _agree(spans[0], other, loose) for other in spans[1:]):
            disputed.append(name)
    if len({kpi.deadline.lower() for kpi in kpis if kpi.deadline}) > 1:
        disputed.append("deadline")
    if len({kpi.direction for kpi in kpis if kpi.direction}) > 1:
        disputed.append("direction")
    joined = Kpi(
        metric=max((kpi.metric for kpi in kpis if kpi is kpis[0] or _narrows(kpi.metric, kpis[0].metric)), key=len),
        unit=unit,
        direction=next((kpi.direction for kpi in kpis if kpi.direction), None),
        baseline=_first(kpi.baseline for kpi in kpis),
        target=_first(kpi.target for kpi in kpis),
        change=_first(kpi.change for kpi in kpis),
        deadline=_texts(kpi.deadline for kpi in kpis),
        measured_by=_texts(kpi.measured_by for kpi in kpis),
        owner=_texts(kpi.owner for kpi in kpis),
    )
    return joined, tuple(disputed)


def _in_one_unit(kpis: Sequence[Kpi], unit: str | None) -> list[Kpi]:
    """These KPIs without the baselines and targets that cannot be compared with the unit; a joined KPI shows only what fits.

    Where no unit is named, that of the first target counts, or else of the first baseline. A change is relative and fits any.
    """
    amounts = [getattr(kpi, name) for name in ("target", "baseline") for kpi in kpis]
    unit = unit or _texts(amount.unit for amount in amounts if amount)
    fitting: list[Kpi] = []
    for kpi in kpis:
        strange: dict[str, None] = {}
        for name, amount in (("baseline", kpi.baseline), ("target", kpi.target)):
            if amount is not None and not of_one_kind(amount.unit or kpi.unit, unit):
                strange[name] = None
        fitting.append(kpi.model_copy(update=strange) if strange else kpi)
    return fitting


def _narrows(left: str, right: str) -> bool:
    """Whether one name is the other and says of what: "handling time" and "handling time of claims"."""
    short, long = sorted((left.lower(), right.lower()), key=len)
    return bool(re.match(re.escape(short) + r" (?:of|for|per) ", long))


def _same_figures(left: Kpi, right: Kpi) -> bool:
    """Whether two KPIs share a figure and differ in none."""
    shared = any(getattr(left, name) is not None and getattr(right, name) is not None for name in ("baseline", "target", "change"))
    return shared and not join_kpis((left, right))[1]


def build_goal_tree(findings: Sequence[Finding], similarity: Similarity) -> GoalTree:
    """The goal tree of these findings; rejected ones are left out.

    A KPI or operational goal hangs under the goal it shares a quoted turn with, or the one it is most
    alike to; below `SERVES` it stays unlinked, and shows as an orphan.
    """
    live = [finding for finding in findings if finding.status is not FindingStatus.REJECTED]

    def same_goal(finding: Finding, group: _Group) -> float:
        score = max(similarity(finding.statement, one.statement) for one in group.findings[:3])
        return score if score >= SAME_GOAL else 0.0

    def same_metric(finding: Finding, group: _Group) -> float:
        kpi, head = _kpi(finding), _kpi(group.findings[0])
        if not comparable(kpi.unit, group.unit):  # then they measure different things
            return 0.0
        if kpi.metric.lower() == head.metric.lower():
            return 1.0
        score = similarity(kpi.metric, head.metric)
        if score >= SAME_METRIC:
            return score
        if same_measure(kpi.metric, head.metric):
            return SAME_METRIC
        return SAME_METRIC if _narrows(kpi.metric, head.metric) and _same_figures(kpi, head) else 0.0

    by_kind = {
        kind: [finding for finding in live if finding.kind is kind]
        for kind in (FindingKind.BUSINESS_GOAL, FindingKind.OPERATIONAL_GOAL, FindingKind.KPI)
    }
    business = _join(by_kind[FindingKind.BUSINESS_GOAL], same_goal)
    operational = _join(by_kind[FindingKind.OPERATIONAL_GOAL], same_goal)
    measures = _join(by_kind[FindingKind.KPI], same_metric)

    to_operational = _Linker(operational, similarity)
    to_business = _Linker(business, similarity)
    kpis_of: dict[int, list[KpiNode]] = defaultdict(list)
    orphan_kpis: list[KpiNode] = []
    for measure in measures:
        node = _kpi_node(measure)
        low, low_score = to_operational.best(measure)
        high, high_score = to_business.best(measure)
        owner = low if low_score >= high_score else high
        if owner is None:
            orphan_kpis.append(node)
        else:
            kpis_of[id(owner)].append(node)

    operational_of: dict[int, list[OperationalGoalNode]] = defaultdict(list)
    orphan_goals: list[OperationalGoalNode] = []
    for group in operational:
        node = OperationalGoalNode(
            id=content_id("og", *group.ids), statement=group.statement, finding_ids=group.ids, kpis=tuple(kpis_of[id(group)])
        )
        above, _ = to_business.best(group)
        if above is None:
            orphan_goals.append(node)
        else:
            operational_of[id(above)].append(node)
    return GoalTree(
        business_goals=tuple(
            BusinessGoalNode(
                id=content_id("bg", *group.ids),
                statement=group.statement,
                finding_ids=group.ids,
                operational_goals=tuple(operational_of[id(group)]),
                kpis=tuple(kpis_of[id(group)]),
            )
            for group in business
        ),
        unlinked_operational_goals=tuple(orphan_goals),
        unlinked_kpis=tuple(orphan_kpis),
    )


def _kpi_node(measure: _Group) -> KpiNode:
    kpi, disputed = join_kpis([_kpi(finding) for finding in measure.findings])
    return KpiNode(id=content_id("k", *measure.ids), statement=measure.statement, kpi=kpi, finding_ids=measure.ids, disputed=disputed)


class _Linker:
    """Finds the group above that a group serves."""

    def __init__(self, groups: Sequence[_Group], similarity: Similarity) -> None:
        self._similarity = similarity
        self._index = _WordIndex()
        self._by_turn: dict[tuple[str, int], list[_Group]] = defaultdict(list)
        for group in groups:
            self._index.add(group, group.statement)
            for finding in group.findings:
                for turn in _places(finding):
                    self._by_turn[turn].append(group)

    def best(self, below: _Group) -> tuple[_Group | None, float]:
        """The best group above and its score; (None, 0) if nothing is close enough."""
        turns = {turn for finding in below.findings for turn in _places(finding)}
        distance: dict[int, int] = {}
        found: dict[int, _Group] = {id(group): group for group in self._index.candidates(below.statement)}
        for conversation, turn in sorted(turns):
            for step in range(-NEAR_TURNS, NEAR_TURNS + 1):
                for group in self._by_turn.get((conversation, turn + step), ()):
                    found[id(group)] = group
                    distance[id(group)] = min(abs(step), distance.get(id(group), NEAR_TURNS))
        best: _Group | None = None
        best_score = 0.0
        for key, group in found.items():
            score = self._similarity(below.statement, group.statement)
            if key in distance:
                score += NEAR_BONUS * (1 - distance[key] / (NEAR_TURNS + 1))
                score += 0.25 if distance[key] == 0 else 0.0
            if score >= SERVES and score > best_score:
                best, best_score = group, score
        return best, best_score
