"""Is AI needed? The lowest rung of the ladder that suffices, how sure that is, and what would change it.

Ratings of criteria come from findings with quotes; nothing else counts. A firm rating makes a criterion known; a weak
one only shifts how likely its values are, so it can make a verdict lean but never settle it. A contradiction between
speakers is never averaged: the verdict is computed under each side, until people settle on one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from itertools import product
from math import log2

from pydantic import Field

from discovery_agent.domain.conversation import Value
from discovery_agent.domain.decision_diagram import Diagram
from discovery_agent.domain.findings import Quote
from discovery_agent.domain.ladder import Criterion, Ladder, Rung, SolutionClass
from discovery_agent.domain.settlements import Settlement

# A rating less confident than this is a hint.
FIRM = 0.6
# One speaker who shows two values of a criterion is taken at the clearer one if it is clearer by this, else at neither.
CLEARER = 0.2
# A leading verdict that carries less than this of all probability is no lead.
LEAD = 0.5
# A class with a learned model leads from here on: advice to build one where none is needed costs 5, the reverse 3
# (`evals/verdict/costs.yaml`), so it pays only if it is right in more than 5 of 8.
LEAD_WITH_AI = 0.625
# Likeness to other cases may lift a rung that carries this much by itself to a lead, but not one that has less to show.
LEAD_ALONE = 0.2
# Sides of contradictions are multiplied out; beyond this many pictures only the strongest sides are.
MOST_PICTURES = 64


class Certainty(StrEnum):
    """How firm a verdict is."""

    SETTLED = "settled"
    LEANING = "leaning"
    OPEN = "open"


class Rating(Value):
    """One criterion's value as somebody's words show it."""

    criterion: str
    value: str
    confidence: float = Field(ge=0, le=1)
    quotes: tuple[Quote, ...] = Field(min_length=1)
    note: str | None = None

    @property
    def speakers(self) -> tuple[str, ...]:
        """Who said it, in order."""
        return tuple(dict.fromkeys(quote.speaker for quote in self.quotes if quote.speaker))


class Side(Value):
    """One side of a contradiction, and the verdict if it is right."""

    value: str
    means: str
    ratings: tuple[Rating, ...]
    solution: SolutionClass | None
    certainty: Certainty


class Contradiction(Value):
    """A criterion on which what was said cannot all be true."""

    criterion: str
    name: str
    sides: tuple[Side, ...]
    decides: bool = Field(description="Whether the sides lead to different verdicts.")
    settled: Settlement | None = Field(default=None, description="How people ended it; the side that they chose counts alone.")

    @property
    def open(self) -> bool:
        """Whether nobody has said yet which side holds: also where it was settled in words that name none."""
        return self.chosen is None

    @property
    def chosen(self) -> str | None:
        """The value that people settled on."""
        means = self.settled.chosen if self.settled else None
        return next((side.value for side in self.sides if side.means == means), None)


class ConditionReading(Value):
    """One condition of a rung, read against what is known."""

    holds: bool | None
    lacks: str
    criteria: tuple[str, ...]
    ratings: tuple[Rating, ...] = Field(description="What was said that bears on it.")


class RungReading(Value):
    """One rung of the ladder, read against what is known."""

    id: str
    solution: SolutionClass
    means: str
    holds: bool | None
    probability: float = Field(ge=0, le=1, description="That it is the verdict, over all ways of filling in the unknowns.")
    conditions: tuple[ConditionReading, ...]

    @property
    def lacking(self) -> tuple[ConditionReading, ...]:
        """The conditions that do not hold."""
        return tuple(condition for condition in self.conditions if condition.holds is False)

    @property
    def label(self) -> str:
        """The rung in words; a hybrid says which AI step it has."""
        if self.solution is not SolutionClass.HYBRID or "+" not in self.id:
            return self.solution.label
        return f"rules with a {SolutionClass(self.id.partition('+')[2]).label} step"

    @property
    def with_lacks(self) -> str:
        """The label, and what the rung lacks, if anything is known to be lacking."""
        lacks = " ".join(one.lacks for one in self.lacking).rstrip(".")
        return f"{self.label} ({lacks})" if lacks else self.label


class PivotalCriterion(Value):
    """An unknown whose answer can change the verdict."""

    criterion: str
    name: str
    question: str
    worth: float = Field(ge=0, description="Bits by which an answer is expected to reduce the doubt about the verdict.")
    outcomes: tuple[tuple[str, SolutionClass | None], ...] = Field(description="Value -> the likeliest verdict if that is the answer.")


class NecessityAssessment(Value):
    """The verdict for one operational goal, with everything that led to it."""

    rung: str | None = Field(description="Id of the leading rung; None if no rung leads.")
    solution: SolutionClass | None
    certainty: Certainty = Field(
        description="`settled`: every way of filling in the unknowns gives this rung. `leaning`: one and the same rung leads on every "
        "side of each contradiction, by at least half of all weight (five eighths for a rung with a learned model) and at least a fifth "
        "without likeness to other cases, and some criterion is known. `open`: anything else."
    )
    confidence: float = Field(
        ge=0, le=1, description="Weight of the leading rung over the unknowns, or of the likeliest outcome where none leads."
    )
    ai_probability: float = Field(ge=0, le=1, description="Probability that the verdict is a class with a learned model.")
    ladder: tuple[RungReading, ...]
    ratings: tuple[Rating, ...]
    hints: tuple[Rating, ...] = Field(default=(), description="Weak ratings, which only shift what is likely.")
    pivotal: tuple[PivotalCriterion, ...] = Field(description="Most decisive first.")
    contradictions: tuple[Contradiction, ...] = ()

    @property
    def ai_needed(self) -> bool | None:
        """Whether the leading verdict holds a learned model; None if nothing leads."""
        return self.solution.needs_ai if self.solution else None

    @property
    def nothing_suffices(self) -> bool:
        """Whether, as things stand, most ways of filling in the unknowns leave no rung that does the job."""
        return self.rung is None and sum(rung.probability for rung in self.ladder) < 1 - LEAD

    @property
    def hangs_on_a_contradiction(self) -> bool:
        """Whether the verdict is open because it depends on who is right."""
        return self.certainty is Certainty.OPEN and any(one.decides and one.open for one in self.contradictions)

    @property
    def hangs_on_words(self) -> bool:
        """Whether people ended every contradiction that it hangs on, but some in words that do not say which side holds."""
        return self.hangs_on_a_contradiction and all(one.settled for one in self.contradictions if one.decides and one.open)

    @property
    def everything_rated(self) -> tuple[Rating, ...]:
        """Whatever was said, that of sides which people did not choose, too; each once."""
        sides = (rating for one in self.contradictions for side in one.sides for rating in side.ratings)
        return tuple(dict.fromkeys((*self.ratings, *self.hints, *sides)))

    @property
    def closest(self) -> tuple[RungReading, ...]:
        """The rungs that fail on fewest conditions, lowest first: what to change if nothing suffices."""
        fewest = min((len(rung.lacking) for rung in self.ladder), default=0)
        return tuple(rung for rung in self.ladder if len(rung.lacking) == fewest)


def assess(
    ladder: Ladder, ratings: Sequence[Rating], expected: Mapping[str, float] | None = None, settled: Sequence[Settlement] = ()
) -> NecessityAssessment:
    """The verdict under these ratings.

    `expected` says how common each solution class is among cases that read like this one, as shares of 1. It weighs the
    ways of filling in the unknowns, so it bears on what leads; it cannot settle anything, and a class that the ratings
    rule out stays ruled out.

    It is `settled` if every way of filling in the unknowns gives it and the sides of every contradiction agree;
    `leaning` if it carries at least half of all probability over those ways (five eighths for a class with a learned
    model) and some criterion is known; else `open`.
    Ratings of criteria or values that the ladder does not know are ignored. Where one speaker shows two values, the
    clearer one counts, for that is a correction and no contradiction; if neither is clearer, both are hints.

    `settled` says how people ended contradictions. The side that they chose counts alone; one that they settled in words
    which name no side stays open. A settlement between other sides is about another question, and is ignored.
    """
    ratings = [rating for rating in ratings if _knows(ladder, rating)]
    said = _by_criterion(ladder, [rating for rating in ratings if rating.confidence >= FIRM])
    hints = [rating for rating in ratings if rating.criterion not in said]
    ladder = _hinted(ladder, hints)
    contested = {criterion: sides for criterion, sides in said.items() if len(sides) > 1}
    ended = {criterion: end for criterion, sides in contested.items() if (end := _ended(ladder.criterion(criterion), sides, settled))}
    said |= _chosen(ladder, contested, ended)
    known = {criterion: max(sides, key=lambda value: _strength(sides[value])) for criterion, sides in said.items()}
    disputed = {criterion: sides for criterion, sides in said.items() if len(sides) > 1}
    pictures = _pictures(known, disputed)
    diagrams = [Diagram(ladder, picture) for picture in pictures]
    weigh = _Weigher(ladder, expected or {})
    probabilities = _mean([weigh(diagram.probabilities()) for diagram in diagrams])
    by_id = {one.id: one for one in ladder.rungs}
    leaders = {_leader(diagram, weigh) for diagram in diagrams}
    certainty = Certainty.OPEN
    rung: str | None = None
    if len(leaders) == 1 and None not in leaders:
        rung = next(iter(leaders))
        if all(diagram.outcomes() == frozenset({rung}) for diagram in diagrams):
            certainty = Certainty.SETTLED
        elif said:
            certainty = Certainty.LEANING
        else:  # likeness to other cases and hints are no evidence to lean on
            rung = None
    return NecessityAssessment(
        rung=rung,
        solution=by_id[rung].solution if rung else None,
        certainty=certainty,
        confidence=_clip(probabilities.get(rung, 0.0) if rung else max(probabilities.values(), default=0.0)),
        ai_probability=_clip(sum(share for one, share in probabilities.items() if one and by_id[one].solution.needs_ai)),
        ladder=tuple(_rung_reading(one, known, said, probabilities) for one in ladder.rungs),
        ratings=tuple(rating for sides in said.values() for of_value in sides.values() for rating in of_value),
        hints=tuple(hints),
        pivotal=_pivotal(ladder, diagrams, weigh),
        contradictions=tuple(
            _contradiction(ladder, known, criterion, sides, weigh).model_copy(update={"settled": ended.get(criterion)})
            for criterion, sides in contested.items()
        ),
    )


def _knows(ladder: Ladder, rating: Rating) -> bool:
    return any(criterion.id == rating.criterion and criterion.value(rating.value) for criterion in ladder.criteria)


def _by_criterion(ladder: Ladder, ratings: Sequence[Rating]) -> dict[str, dict[str, list[Rating]]]:
    """Criterion -> value -> ratings, in the order of the ladder's criteria; at most one value for each speaker."""
    said: dict[str, dict[str, list[Rating]]] = {}
    for criterion in ladder.criteria:
        of_speaker: dict[tuple[str, ...], dict[str, list[Rating]]] = {}
        for rating in ratings:
            if rating.criterion == criterion.id:
                of_speaker.setdefault(rating.speakers, {}).setdefault(rating.value, []).append(rating)
        for values in of_speaker.values():
            value = _held(values)
            if value:
                said.setdefault(criterion.id, {}).setdefault(value, []).extend(values[value])
    return said


def _ended(criterion: Criterion, sides: Mapping[str, Sequence[Rating]], settled: Sequence[Settlement]) -> Settlement | None:
    """The settlement between exactly these sides."""
    means = {_means(criterion, value) for value in sides}
    return next((one for one in settled if one.criterion == criterion.id and set(one.sides) == means), None)


def _chosen(
    ladder: Ladder, contested: Mapping[str, dict[str, list[Rating]]], ended: Mapping[str, Settlement]
) -> dict[str, dict[str, list[Rating]]]:
    """Criterion -> the side that people chose, for those on which they chose one."""
    found: dict[str, dict[str, list[Rating]]] = {}
    for name, end in ended.items():
        held = {value: ratings for value, ratings in contested[name].items() if _means(ladder.criterion(name), value) == end.chosen}
        if held:
            found[name] = held
    return found


def _means(criterion: Criterion, value: str) -> str:
    found = criterion.value(value)
    return found.means if found else value


def _held(values: Mapping[str, Sequence[Rating]]) -> str | None:
    """The value that one speaker holds; None for somebody of two minds, who settles nothing."""
    first, *others = sorted(values, key=lambda value: -_strength(values[value])[0])
    return None if others and _strength(values[first])[0] - _strength(values[others[0]])[0] < CLEARER else first


def _hinted(ladder: Ladder, hints: Sequence[Rating]) -> Ladder:
    """The ladder with the likelihoods of values shifted towards what hints show.

    The share of all likelihood that hints move is the chance that at least one of them is right, taken as independent.
    """
    changed: list[Criterion] = []
    for criterion in ladder.criteria:
        shown = {value.id: 0.0 for value in criterion.values}
        wrong = 1.0
        for hint in hints:
            if hint.criterion == criterion.id and hint.value in shown:
                shown[hint.value] += hint.confidence
                wrong *= 1 - hint.confidence
        total = sum(shown.values())
        if total:
            weights = criterion.weights
            values = tuple(
                value.model_copy(update={"likely": wrong * weights[value.id] + (1 - wrong) * shown[value.id] / total})
                for value in criterion.values
            )
            criterion = criterion.model_copy(update={"values": values})
        changed.append(criterion)
    return ladder.model_copy(update={"criteria": tuple(changed)})


def _strength(ratings: Sequence[Rating]) -> tuple[float, int]:
    return max(rating.confidence for rating in ratings), len(ratings)


def _pictures(known: dict[str, str], disputed: dict[str, dict[str, list[Rating]]]) -> list[dict[str, str]]:
    """What is known under every combination of the sides of contradictions."""
    names = sorted(disputed, key=lambda name: -min(_strength(ratings)[0] for ratings in disputed[name].values()))
    chosen: list[str] = []
    count = 1
    for name in names:
        if count * len(disputed[name]) > MOST_PICTURES:
            break
        count *= len(disputed[name])
        chosen.append(name)
    return [known | dict(zip(chosen, values, strict=True)) for values in product(*(disputed[name] for name in chosen))]


def _mean(all_: Sequence[dict[str | None, float]]) -> dict[str | None, float]:
    total: dict[str | None, float] = {}
    for one in all_:
        for rung, share in one.items():
            total[rung] = total.get(rung, 0.0) + share / len(all_)
    return total


class _Weigher:
    """Probabilities of rungs, weighed by how common their classes are among like cases.

    What is known of the case and what is common among like cases count as independent, so each probability is
    multiplied by the class's expected share over its share when nothing at all is known (Bayes' rule in odds).
    """

    def __init__(self, ladder: Ladder, expected: Mapping[str, float]) -> None:
        self.with_ai = frozenset(rung.id for rung in ladder.rungs if rung.solution.needs_ai)
        self._factors: dict[str | None, float] = {}
        if expected:
            before = Diagram(ladder, {}).probabilities()
            of_class: dict[str, float] = {}
            for rung in ladder.rungs:
                of_class[rung.solution.value] = of_class.get(rung.solution.value, 0.0) + before.get(rung.id, 0.0)
            for rung in ladder.rungs:
                share = of_class[rung.solution.value]
                self._factors[rung.id] = expected.get(rung.solution.value, 0.0) / share if share else 0.0
            # Cases on which no rung holds are not among the like cases: they count as the average of all.
            self._factors[None] = 1.0

    def __call__(self, probabilities: dict[str | None, float]) -> dict[str | None, float]:
        if not self._factors:
            return probabilities
        weighed = {rung: share * self._factors[rung] for rung, share in probabilities.items()}
        total = sum(weighed.values())
        return {rung: share / total for rung, share in weighed.items()} if total else probabilities


def _leader(diagram: Diagram, weigh: _Weigher) -> str | None:
    """The rung that carries most; None if it is no rung, or does not carry enough of all probability."""
    known = diagram.probabilities()
    probabilities = weigh(known)
    rung = max(probabilities, key=lambda one: probabilities[one])
    if rung is None:
        return None
    enough = LEAD_WITH_AI if rung in weigh.with_ai else LEAD
    return rung if probabilities[rung] >= enough and known[rung] >= LEAD_ALONE else None


def _rung_reading(
    rung: Rung,
    known: dict[str, str],
    said: dict[str, dict[str, list[Rating]]],
    probabilities: dict[str | None, float],
) -> RungReading:
    certain = {criterion: value for criterion, value in known.items() if len(said[criterion]) == 1}
    return RungReading(
        id=rung.id,
        solution=rung.solution,
        means=rung.means,
        holds=rung.holds(certain),
        probability=_clip(probabilities.get(rung.id, 0.0)),
        conditions=tuple(
            ConditionReading(
                holds=condition.holds(certain),
                lacks=condition.lacks,
                criteria=tuple(criterion for criterion, _ in condition.any_of),
                ratings=tuple(
                    rating for criterion, _ in condition.any_of for ratings in said.get(criterion, {}).values() for rating in ratings
                ),
            )
            for condition in rung.conditions
        ),
    )


def _pivotal(ladder: Ladder, diagrams: Sequence[Diagram], weigh: _Weigher) -> tuple[PivotalCriterion, ...]:
    names = frozenset[str]().union(*(diagram.pivotal for diagram in diagrams))
    found = [_worth(ladder, ladder.criterion(name), diagrams, weigh) for name in names]
    order = {criterion.id: at for at, criterion in enumerate(ladder.criteria)}
    return tuple(sorted(found, key=lambda one: (-round(one.worth, 9), order[one.criterion])))


def _worth(ladder: Ladder, criterion: Criterion, diagrams: Sequence[Diagram], weigh: _Weigher) -> PivotalCriterion:
    """Expected reduction of the entropy of the verdict by an answer (mutual information), in bits."""
    by_id = {one.id: one.solution for one in ladder.rungs}
    before = _entropy(_mean([weigh(diagram.probabilities()) for diagram in diagrams]))
    after = 0.0
    outcomes: list[tuple[str, SolutionClass | None]] = []
    for value, weight in criterion.weights.items():
        then = _mean([weigh(diagram.probabilities({criterion.id: value})) for diagram in diagrams])
        after += weight * _entropy(then)
        best = max(then, key=lambda rung: then[rung])
        outcomes.append((value, by_id[best] if best else None))
    return PivotalCriterion(
        criterion=criterion.id,
        name=criterion.name,
        question=criterion.question,
        worth=max(0.0, before - after),
        outcomes=tuple(outcomes),
    )


def _entropy(probabilities: dict[str | None, float]) -> float:
    return -sum(share * log2(share) for share in probabilities.values() if share > 0)


def _contradiction(ladder: Ladder, known: dict[str, str], criterion: str, sides: dict[str, list[Rating]], weigh: _Weigher) -> Contradiction:
    by_id = {one.id: one.solution for one in ladder.rungs}
    about = ladder.criterion(criterion)
    read: list[Side] = []
    for value, ratings in sides.items():
        diagram = Diagram(ladder, known | {criterion: value})
        leader = _leader(diagram, weigh)
        certainty = (
            Certainty.OPEN if leader is None else Certainty.SETTLED if diagram.outcomes() == frozenset({leader}) else Certainty.LEANING
        )
        read.append(
            Side(
                value=value,
                means=_means(about, value),
                ratings=tuple(ratings),
                solution=by_id[leader] if leader else None,
                certainty=certainty,
            )
        )
    return Contradiction(
        criterion=criterion, name=about.name, sides=tuple(read), decides=len({(side.solution, side.certainty) for side in read}) > 1
    )


def _clip(share: float) -> float:
    return min(1.0, max(0.0, share))
