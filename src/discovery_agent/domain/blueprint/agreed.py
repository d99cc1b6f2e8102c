"""What people settled and agreed, put into the material before anything is composed from it.

The assessment tells what was said; the register of conflicts and the shared objective tell what people made of it. A KPI takes the value
that was settled on, a criterion that people settled counts as that value in the verdict, and the goals of the shared objective belong
together. A goal that none of this is about stays exactly as the assessment decided it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from discovery_agent.domain.agreement.amounts import figures_in
from discovery_agent.domain.agreement.conditions import condition_of
from discovery_agent.domain.agreement.register import ConflictState, RegisteredConflict
from discovery_agent.domain.amount_words import amount_words
from discovery_agent.domain.blueprint.anew import Anew, told
from discovery_agent.domain.blueprint.material import Agreed, KpiAgreement, Material
from discovery_agent.domain.blueprint.texts import short
from discovery_agent.domain.blueprint.ties import ties
from discovery_agent.domain.findings import Amount, Direction, Finding, Kpi
from discovery_agent.domain.goals import GoalTree, KpiNode, OperationalGoalNode
from discovery_agent.domain.units import comparable

_LONGEST_WORDS = 160
_LONGEST_CONDITION = 200


def with_agreement(material: Material) -> Material:
    """The material with what was settled and agreed in it."""
    register = {one.id: one for one in material.conflicts if one.state is not ConflictState.GONE}
    material = replace(material, tree=_with_kpis(material.tree, _still_disputed(material, register)))
    if not register and material.outcome is None:
        return material
    kpis = _of_kpis(material, register.values())
    tree = _with_kpis(material.tree, {id_: one.node for id_, one in kpis.items()})
    agreed = Agreed(
        kpis={id_: one.agreement for id_, one in kpis.items()},
        serves=ties(material, tree),
        wishes=_of_wishes(material),
        chosen=_of_chosen(material),
    )
    changed = replace(material, tree=tree, agreed=agreed)
    anew = Anew(changed, frozenset(id_ for id_, one in kpis.items() if one.valued), tuple(register.values()))
    goals = tuple(anew.decided(one) for one in material.decisions.goals)
    decisions = material.decisions.model_copy(update={"goals": goals})
    return replace(changed, decisions=decisions, agreed=replace(agreed, criteria=anew.criteria))


@dataclass
class _KpiChange:
    """A KPI as it is after what people settled about it."""

    node: KpiNode
    agreement: KpiAgreement
    valued: bool = False
    """Whether a figure of it changed, so that the economics have to be computed anew."""


def _of_kpis(material: Material, register: Iterable[RegisteredConflict]) -> dict[str, _KpiChange]:
    nodes = {one.id: one for one in material.tree.kpis}
    found: dict[str, _KpiChange] = {}
    about: dict[str, list[RegisteredConflict]] = {}
    for one in register:
        if one.conflict.kpi_id in nodes and one.field:
            about.setdefault(one.conflict.kpi_id, []).append(one)
    for kpi_id, conflicts in about.items():
        change = _KpiChange(nodes[kpi_id], KpiAgreement())
        for one in conflicts:
            _apply(material, change, one)
        _aim_at_the_same_measure(material, change)
        found[kpi_id] = change
    return found


def _still_disputed(material: Material, register: Mapping[str, RegisteredConflict]) -> dict[str, KpiNode]:
    """The KPIs whose figures differ, each with the fields on which people still disagree.

    That is told by the conflicts that were found and that nobody has ended: one person who gives two figures, or figures of another
    measure, are no dispute. Where nobody knows who said a figure, it stays one.
    """
    met = {one.id: one for one in material.conflicts}
    found = [
        met.get(one.id) or RegisteredConflict(engagement_id=material.engagement_id, id=one.id, at=material.at, conflict=one)
        for one in material.decisions.conflicts
    ]
    every = {one.id: one for one in (*found, *register.values())}.values()
    open_ = {(one.conflict.kpi_id, one.field) for one in every if one.open and one.real}
    changed: dict[str, KpiNode] = {}
    for node in material.tree.kpis:
        held = [
            name
            for name in node.disputed
            if (node.id, "target" if name == "change" else name) in open_ or _said_by_nobody(material.sources.all(node.finding_ids), name)
        ]
        if len(held) < len(node.disputed):
            changed[node.id] = node.model_copy(update={"disputed": tuple(held)})
    return changed


def _said_by_nobody(findings: Iterable[Finding], name: str) -> bool:
    return any(one.kpi and getattr(one.kpi, name) is not None and not one.speakers for one in findings)


def _apply(material: Material, change: _KpiChange, one: RegisteredConflict) -> None:
    name = one.field or ""
    if one.state is ConflictState.SETTLED:
        kpi, words = _agreed_kpi(material, change.node, name, one)
        change.valued |= kpi != change.node.kpi
        change.node = change.node.model_copy(update={"kpi": kpi})
        change.agreement.how[name] = told(one)
        if words:
            change.agreement.words[name] = words
        elif condition := condition_of(one.chosen or _figure_words(kpi, name), one.resolution):
            change.agreement.conditions[name] = short(condition, _LONGEST_CONDITION)
    elif one.state is ConflictState.ACCEPTED:
        change.agreement.accepted[name] = told(one)


def _aim_at_the_same_measure(material: Material, change: _KpiChange) -> None:
    """After people settled today's value in days, the target is the one that was said in days, not that of the minutes of work."""
    kpi = change.node.kpi
    if "baseline" not in change.agreement.how or kpi.baseline is None or kpi.target is None:
        return
    if "target" in change.agreement.how or "target" in change.node.disputed:
        return
    unit = kpi.baseline.unit
    if unit is None or (kpi.target.unit or kpi.unit) == unit:
        return
    said = [one.kpi for one in material.sources.all(change.node.finding_ids) if one.kpi]
    same = [one for one in said if one.target and (one.target.unit or one.unit) == unit]
    if len({one.target.value for one in same if one.target}) == 1:
        aim = same[0]
        change.node = change.node.model_copy(
            update={"kpi": kpi.model_copy(update={"target": aim.target, "deadline": aim.deadline or kpi.deadline})}
        )


def _agreed_kpi(material: Material, node: KpiNode, name: str, one: RegisteredConflict) -> tuple[Kpi, str]:
    """The KPI with the value that was settled on; and the words of the settlement where they hold no value that can be computed with."""
    kpi, chosen = node.kpi, one.chosen
    if name in ("target", "baseline"):
        for held in ("target", "change") if name == "target" else ("baseline",):
            amount = _said_amount(material.sources.all(node.finding_ids), held, chosen) if chosen else None
            if amount:
                others: dict[str, Amount | None] = {"target": None, "change": None} if name == "target" else {}
                return kpi.model_copy(update={**others, held: amount}), ""
        text = chosen or one.resolution
        if amount := _only_figure(text, kpi.unit):
            return kpi.model_copy(update={name: amount, **({"change": None} if name == "target" else {})}), ""
        return kpi.model_copy(update={name: None, **({"change": None} if name == "target" else {})}), short(text, _LONGEST_WORDS)
    text = chosen or one.resolution
    if name == "direction":
        known = {direction.value: direction for direction in Direction}
        return (kpi.model_copy(update={"direction": known[text]}), "") if text in known else (kpi, "")
    if name == "owner" and not chosen:
        named = [person.name for person in material.people if person.name.casefold() in text.casefold()]
        text = named[0] if len(named) == 1 else text
    if name in ("deadline", "owner"):
        return kpi.model_copy(update={name: short(text, _LONGEST_WORDS)}), ""
    return kpi, ""


def _figure_words(kpi: Kpi, name: str) -> str:
    """A settled figure as it was written, where the settlement in free words holds one."""
    amount = getattr(kpi, name, None)
    return amount.text if isinstance(amount, Amount) else ""


def _said_amount(findings: Sequence[Finding], name: str, chosen: str) -> Amount | None:
    """The amount as it was said, with its unit."""
    for one in findings:
        amount: Amount | None = getattr(one.kpi, name) if one.kpi else None
        if one.kpi and amount and amount.text.strip() == chosen.strip():
            return amount if amount.unit or name == "change" else amount.model_copy(update={"unit": one.kpi.unit})
    return None


def _only_figure(text: str, unit: str | None) -> Amount | None:
    """The figure of a text that holds one, in a unit that suits the KPI."""
    figures = figures_in(text)
    if len(figures) != 1:
        return None
    (figure,) = figures
    if figure.unit is not None and unit is not None and not comparable(figure.unit, unit):
        return None
    amount = Amount(value=figure.value, unit=figure.unit or unit, text=figure.text)
    return amount.model_copy(update={"text": amount_words(amount)})


def _with_kpis(tree: GoalTree, changes: Mapping[str, KpiNode]) -> GoalTree:
    if not changes:
        return tree

    def kpis(nodes: Iterable[KpiNode]) -> tuple[KpiNode, ...]:
        return tuple(changes.get(one.id, one) for one in nodes)

    def operational(goals: Iterable[OperationalGoalNode]) -> tuple[OperationalGoalNode, ...]:
        return tuple(one.model_copy(update={"kpis": kpis(one.kpis)}) for one in goals)

    return GoalTree(
        business_goals=tuple(
            one.model_copy(update={"kpis": kpis(one.kpis), "operational_goals": operational(one.operational_goals)})
            for one in tree.business_goals
        ),
        unlinked_operational_goals=operational(tree.unlinked_operational_goals),
        unlinked_kpis=kpis(tree.unlinked_kpis),
    )


def _of_chosen(material: Material) -> dict[str, str]:
    """Finding -> how the conflict was settled, for findings that hold what was settled on, in conflicts about no KPI and no criterion."""
    found: dict[str, str] = {}
    for one in material.conflicts:
        if one.state is ConflictState.SETTLED and one.chosen and one.conflict.kpi_id is None and one.conflict.criterion is None:
            sides = [side for side in one.conflict.sides if side.holds == one.chosen]
            for id_ in material.sources.saying(quote for side in sides for quote in side.quotes):
                found[id_] = told(one)
    return found


def _of_wishes(material: Material) -> dict[str, str]:
    """Finding -> how the conflict about it ended, for conflicts that are about no KPI and no criterion."""
    found: dict[str, str] = {}
    for one in material.conflicts:
        ended = one.state in (ConflictState.SETTLED, ConflictState.ACCEPTED)
        if ended and one.conflict.kpi_id is None and one.conflict.criterion is None:
            quotes = [quote for side in one.conflict.sides for quote in side.quotes]
            for id_ in material.sources.saying(quotes):
                found[id_] = told(one)
    return found
