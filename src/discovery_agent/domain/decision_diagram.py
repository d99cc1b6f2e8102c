"""Every way of filling in the unknowns, without listing them.

The verdict is a function of the unknown criteria. It is written down here as a reduced, ordered decision diagram
(Bryant 1986, "Graph-based algorithms for Boolean function manipulation", for more than two values): equal parts are
shared and a criterion that makes no difference does not occur. So the criteria that occur are exactly those that can
change the verdict, and the probability of each verdict is one pass over the nodes, where listing the completions of
16 unknowns would take millions of steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from discovery_agent.domain.ladder import Ladder, Rung

Residue = tuple[tuple[str, tuple[tuple[tuple[str, frozenset[str]], ...], ...]], ...]
"""What is left to find out: rung -> conditions -> alternatives. A rung without conditions holds."""


@dataclass(frozen=True, eq=False)
class Leaf:
    """A verdict that nothing unknown can change: the id of a rung, or None where no rung holds."""

    rung: str | None


@dataclass(frozen=True, eq=False)
class Branch:
    """A criterion that decides, and what follows from each of its values."""

    criterion: str
    children: tuple[tuple[str, Node], ...]


Node = Leaf | Branch


class Diagram:
    """The verdict as a function of the criteria that are not in `known`."""

    def __init__(self, ladder: Ladder, known: Mapping[str, str]) -> None:
        self._values = {criterion.id: [value.id for value in criterion.values] for criterion in ladder.criteria}
        self._weights = {criterion.id: criterion.weights for criterion in ladder.criteria}
        self._order = {criterion.id: at for at, criterion in enumerate(ladder.criteria)}
        self._nodes: dict[object, Node] = {}
        self._built: dict[Residue, Node] = {}
        residue = _start(ladder.rungs)
        for criterion, value in known.items():
            residue = _given(residue, criterion, value)
        self.root = self._build(residue)

    def _build(self, residue: Residue) -> Node:
        if residue in self._built:
            return self._built[residue]
        node: Node
        if not residue or not residue[0][1]:
            node = self._share((residue[0][0] if residue else None,), Leaf(residue[0][0] if residue else None))
        else:
            criterion = min(
                (name for _, conditions in residue for condition in conditions for name, _ in condition), key=self._order.__getitem__
            )
            children = tuple((value, self._build(_given(residue, criterion, value))) for value in self._values[criterion])
            if len({id(child) for _, child in children}) == 1:
                node = children[0][1]
            else:
                node = self._share((criterion, *(id(child) for _, child in children)), Branch(criterion, children))
        self._built[residue] = node
        return node

    def _share(self, key: object, node: Node) -> Node:
        return self._nodes.setdefault(key, node)

    @property
    def pivotal(self) -> frozenset[str]:
        """The criteria whose value can change the verdict, whatever the others are."""
        found: set[str] = set()
        waiting, seen = [self.root], set[int]()
        while waiting:
            node = waiting.pop()
            if id(node) in seen or isinstance(node, Leaf):
                continue
            seen.add(id(node))
            found.add(node.criterion)
            waiting.extend(child for _, child in node.children)
        return frozenset(found)

    def probabilities(self, given: Mapping[str, str] | None = None) -> dict[str | None, float]:
        """Rung -> probability, with every unknown as likely as the table says, or fixed by `given`."""
        fixed = given or {}
        memo: dict[int, dict[str | None, float]] = {}

        def of(node: Node) -> dict[str | None, float]:
            if isinstance(node, Leaf):
                return {node.rung: 1.0}
            if id(node) not in memo:
                total: dict[str | None, float] = {}
                chosen = fixed.get(node.criterion)
                for value, child in node.children:
                    weight = self._weights[node.criterion][value] if chosen is None else float(value == chosen)
                    if weight:
                        for rung, share in of(child).items():
                            total[rung] = total.get(rung, 0.0) + weight * share
                memo[id(node)] = total
            return memo[id(node)]

        return of(self.root)

    def outcomes(self) -> frozenset[str | None]:
        """Every verdict that some way of filling in the unknowns leads to."""
        return frozenset(self.probabilities())


def _start(rungs: Sequence[Rung]) -> Residue:
    return tuple((rung.id, tuple(condition.any_of for condition in rung.conditions)) for rung in rungs)


def _given(residue: Residue, criterion: str, value: str) -> Residue:
    """What is left once a criterion is known. Rungs that fail leave; those above one that holds cannot matter."""
    left: list[tuple[str, tuple[tuple[tuple[str, frozenset[str]], ...], ...]]] = []
    for rung, conditions in residue:
        kept: list[tuple[tuple[str, frozenset[str]], ...]] = []
        fails = False
        for condition in conditions:
            if any(name == criterion and value in accepted for name, accepted in condition):
                continue
            rest = tuple(pair for pair in condition if pair[0] != criterion)
            if not rest:
                fails = True
                break
            kept.append(rest)
        if fails:
            continue
        left.append((rung, tuple(kept)))
        if not kept:
            break
    return tuple(left)
