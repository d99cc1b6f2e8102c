"""What a statement of the objective has to hold, and what it must leave open; worked out with the parts, checked by the rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from discovery_agent.domain.agreement.amounts import Figure, figures_in
from discovery_agent.domain.agreement.objective import ObjectivePart
from discovery_agent.domain.agreement.register import RegisteredConflict
from discovery_agent.domain.conflicts import ConflictKind
from discovery_agent.domain.findings import Amount
from discovery_agent.domain.merging import telling_words


@dataclass(frozen=True)
class Demand:
    """A KPI that the statement must give with its figure."""

    part_id: str
    metric: str
    amounts: tuple[Amount, ...] = ()
    """Each of them has to be there; empty if naming the measure is enough."""
    unit: str | None = None
    baseline: Amount | None = None
    """Today's value, if nobody disputes it."""
    deadline: str | None = None
    """The date as it was said, if nobody disputes it."""
    condition: str = ""
    """Under which the target was settled; it has to be told with it."""
    words: frozenset[str] = frozenset()
    """By which the measure is recognised."""


@dataclass(frozen=True)
class View:
    """What one side of an open conflict holds."""

    holds: str
    figures: tuple[Figure, ...]
    words: frozenset[str]
    """Telling words that no other side uses."""
    label: str = ""
    """The department whose view it is, as the part gives it in brackets."""


@dataclass(frozen=True)
class OpenQuestion:
    """A conflict that the statement must not decide."""

    part_id: str | None
    """The part that it leaves open; None where it touches none of them."""
    kind: ConflictKind
    about: str
    crux: str
    views: tuple[View, ...]
    required: bool
    """Whether the statement has to show it as open, because a KPI with a target depends on it."""
    words: frozenset[str] = frozenset()
    """By which its subject is recognised: those of the metric, or what all sides speak of."""


@dataclass(frozen=True)
class Part:
    """A part of the objective with what it demands of the words that tell it."""

    part: ObjectivePart
    metric: str | None = None
    demand: Demand | None = None
    questions: tuple[OpenQuestion, ...] = ()


def open_question(
    registered: RegisteredConflict, part_id: str | None, sides: Iterable[tuple[str, str]], *, required: bool = False
) -> OpenQuestion:
    """The question that a conflict poses, with what its sides hold as the objective words it, each with its department."""
    holds, labels = zip(*sides, strict=True)
    words = [telling_words(one) for one in holds]
    views = tuple(
        View(
            holds=one,
            figures=tuple(figures_in(one)),
            words=words[at] - frozenset[str]().union(*(other for place, other in enumerate(words) if place != at)),
            label=labels[at],
        )
        for at, one in enumerate(holds)
    )
    conflict = registered.conflict
    shared = words[0].intersection(*words[1:])
    subject = shared if conflict.kind is ConflictKind.SCOPE else telling_words(conflict.about.split(":")[0])
    return OpenQuestion(part_id, conflict.kind, conflict.about, conflict.crux, views, required, subject)


def told_apart(parts: Sequence[Part]) -> list[Part]:
    """The parts with words by which each measure is recognised and no other: of "handling time" and "waiting time", "handling"."""
    metrics = {one.part.id: telling_words(one.metric) for one in parts if one.metric}
    return [_told_apart(one, metrics) if one.metric else one for one in parts]


def _told_apart(one: Part, metrics: Mapping[str, frozenset[str]]) -> Part:
    own = metrics[one.part.id]
    others = frozenset[str]().union(*(words for part_id, words in metrics.items() if part_id != one.part.id))
    words = own - others or own
    return replace(
        one,
        demand=replace(one.demand, words=words) if one.demand else None,
        questions=tuple(replace(question, words=words) for question in one.questions),
    )
