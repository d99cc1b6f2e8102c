"""Scores an analyst's findings against annotated transcripts.

A predicted finding and a gold finding may be paired if they are of one kind and quote the same words
(`QUOTE_SHARE` of the shorter quote) or state nearly the same (`STATEMENT_COSINE`, of the statements). The pairing is
one to one and the best there is (Hungarian algorithm, `scipy.optimize.linear_sum_assignment`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linear_sum_assignment

from discovery_agent.domain.conversation import Conversation
from discovery_agent.domain.findings import Amount, Finding, FindingKind, Grounding, Kpi
from discovery_agent.evals.cases import ExtractionCase, GoldFinding, GoldKpi

Embed = Callable[[Sequence[str]], np.ndarray]

QUOTE_SHARE = 0.6
STATEMENT_COSINE = 0.75
"""Both were set by `matching_sweep`, on pairs that a person labelled."""
# So little that it only decides between a required and an optional gold that fit equally well.
_OPTIONAL = 1e-6
SCORED_FIELDS = ("metric", "unit", "direction", "baseline", "target", "change", "deadline")


def _words(text: str) -> list[str]:
    return re.findall(r"[\w%€$£]+", text.lower())


def quote_share(left: str, right: str) -> float:
    """Length of the longest common run of words over the length of the shorter quote, 0..1."""
    one, other = _words(left), _words(right)
    if not one or not other:
        return 0.0
    best = 0
    row = [0] * (len(other) + 1)
    for word in one:
        previous = 0
        for column, candidate in enumerate(other, start=1):
            kept = row[column]
            row[column] = previous + 1 if word == candidate else 0
            best = max(best, row[column])
            previous = kept
    return best / min(len(one), len(other))


@dataclass
class KindScore:
    """Counts of one kind over cases."""

    found: int = 0
    missed: int = 0
    wrong: int = 0

    @property
    def precision(self) -> float:
        """Share of the predicted that are right; 1 when nothing was predicted."""
        return self.found / (self.found + self.wrong) if self.found + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Share of the gold that was found; 1 when there was none."""
        return self.found / (self.found + self.missed) if self.found + self.missed else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        total = 2 * self.found + self.wrong + self.missed
        return 2 * self.found / total if total else 1.0


@dataclass
class CaseScore:
    """How one case went, with what was missed and what was wrong, for reading."""

    case_id: str
    kinds: dict[FindingKind, KindScore]
    fields: dict[str, tuple[int, int]]
    """KPI field -> (right, scored) over the paired KPIs."""
    goals_any: KindScore
    """Goals paired without regard to business or operational."""
    predicted: int
    on_traps: list[tuple[str, Finding]]
    exact: int
    normalised: int
    unverified: int
    failed_windows: list[str] = field(default_factory=list[str])
    """Why stretches of the transcript were not read; what they hold counts as missed."""
    found: list[tuple[GoldFinding, Finding]] = field(default_factory=list[tuple[GoldFinding, Finding]])
    """Required gold with what was paired with it."""
    missed: list[GoldFinding] = field(default_factory=list[GoldFinding])
    wrong: list[Finding] = field(default_factory=list[Finding])
    field_errors: list[FieldError] = field(default_factory=list["FieldError"])


@dataclass(frozen=True)
class FieldError:
    """A field of a KPI that was found, with another value than the annotator read."""

    gold: GoldFinding
    field: str
    finding: Finding

    def __str__(self) -> str:
        wanted, got = getattr(self.gold.kpi, self.field), getattr(self.finding.kpi, self.field)
        return f"{self.gold.id} {self.field}: gold {wanted!r}, got {got!r}"


def best_share(left: Iterable[str], right: Iterable[str]) -> float:
    """The largest share of words that a quote of one has in common with a quote of the other."""
    others = list(right)
    return max((quote_share(one, other) for one in left for other in others), default=0.0)


def may_be_paired(share: float, cosine: float, least_share: float = QUOTE_SHARE, least_cosine: float = STATEMENT_COSINE) -> bool:
    """Whether two findings of one kind may be the same thing: by the words that they quote, or by what they state."""
    return share >= least_share or cosine >= least_cosine


def _similarity(gold: GoldFinding, finding: Finding, cosine: float) -> float:
    share = best_share(gold.quotes, (one.text for one in finding.quotes))
    if not may_be_paired(share, cosine):
        return 0.0
    bonus = 0.0
    if gold.kpi and finding.kpi:
        bonus = _numbers_agree(gold.kpi, finding.kpi)
    return share + cosine + bonus - (_OPTIONAL if gold.optional else 0.0)


def _numbers_agree(gold: GoldKpi, kpi: Kpi) -> float:
    pairs = [(gold.baseline, kpi.baseline), (gold.target, kpi.target)]
    return sum(0.5 for wanted, amount in pairs if wanted is not None and _equal(wanted, amount)) - sum(
        0.5 for wanted, amount in pairs if wanted is not None and amount is not None and not _equal(wanted, amount)
    )


def _equal(wanted: float | None, amount: Amount | None) -> bool:
    if wanted is None or amount is None:
        return wanted is None and amount is None
    values = [amount.value] if amount.upper is None else [amount.value, amount.upper, (amount.value + amount.upper) / 2]
    return any(abs(value - wanted) <= max(0.5 if amount.unit == "%" else 0.0, abs(wanted) * 0.01) for value in values)


def _pair(gold: Sequence[GoldFinding], found: Sequence[Finding], embed: Embed) -> list[tuple[GoldFinding, Finding]]:
    """The best one-to-one pairing of what may be paired."""
    if not gold or not found:
        return []
    cosines = embed([one.statement for one in gold]) @ embed([one.statement for one in found]).T
    scores = np.array([[_similarity(g, f, float(cosines[i, j])) for j, f in enumerate(found)] for i, g in enumerate(gold)])
    rows, columns = linear_sum_assignment(-scores)
    return [(gold[i], found[j]) for i, j in zip(rows, columns, strict=True) if scores[i, j] > 0]


def _fields(gold: GoldKpi, kpi: Kpi, embed: Embed) -> dict[str, bool]:
    """Which fields are right; a field that the gold leaves empty is right only if it is left empty."""
    names = embed([gold.metric, kpi.metric])
    same_unit = (gold.unit or "").lower().rstrip("s") == (kpi.unit or "").lower().rstrip("s")
    right = {
        "metric": float(names[0] @ names[1]) >= 0.6 or quote_share(gold.metric, kpi.metric) >= 0.6,
        "unit": same_unit,
        "baseline": _equal(gold.baseline, kpi.baseline),
        "target": _equal(gold.target, kpi.target),
        "change": _equal(abs(gold.change), kpi.change.model_copy(update={"value": abs(kpi.change.value)}))
        if gold.change is not None and kpi.change is not None
        else (gold.change is None) == (kpi.change is None),
        "deadline": (quote_share(gold.deadline, kpi.deadline) >= 0.5)
        if gold.deadline and kpi.deadline
        else bool(gold.deadline) == bool(kpi.deadline),
    }
    if gold.direction is not None:
        right["direction"] = gold.direction is kpi.direction
    return right


def score_case(case: ExtractionCase, conversation: Conversation, findings: Sequence[Finding], unverified: int, embed: Embed) -> CaseScore:
    """Score the findings of one case."""
    kinds: dict[FindingKind, KindScore] = {}
    paired: list[tuple[GoldFinding, Finding]] = []
    missed: list[GoldFinding] = []
    wrong: list[Finding] = []
    counts: dict[str, tuple[int, int]] = dict.fromkeys(SCORED_FIELDS, (0, 0))
    field_errors: list[FieldError] = []
    for kind in FindingKind:
        gold = [one for one in case.gold if one.kind is kind]
        found = [one for one in findings if one.kind is kind]
        pairs = _pair(gold, found, embed)
        right = [pair for pair in pairs if not pair[0].optional]
        matched_gold = {id(one) for one, _ in pairs}
        matched_found = {id(one) for _, one in pairs}
        lost = [one for one in gold if id(one) not in matched_gold and not one.optional]
        # A second finding about the same gold is a repeat, not a falsehood; it still counts against precision.
        extra = [one for one in found if id(one) not in matched_found]
        kinds[kind] = KindScore(len(right), len(lost), len(extra))
        paired += right
        missed += lost
        wrong += extra
        for one, other in right:
            if one.kpi and other.kpi:
                for name, ok in _fields(one.kpi, other.kpi, embed).items():
                    good, all_ = counts[name]
                    counts[name] = (good + ok, all_ + 1)
                    if not ok:
                        field_errors.append(FieldError(one, name, other))
    goal_kinds = (FindingKind.BUSINESS_GOAL, FindingKind.OPERATIONAL_GOAL)
    gold_goals = [one for one in case.gold if one.kind in goal_kinds]
    found_goals = [one for one in findings if one.kind in goal_kinds]
    goal_pairs = _pair(gold_goals, found_goals, embed)
    required = [pair for pair in goal_pairs if not pair[0].optional]
    goals_any = KindScore(
        len(required),
        sum(not one.optional for one in gold_goals) - len(required),
        len(found_goals) - len(goal_pairs),
    )
    on_traps = [
        (trap.reason, finding)
        for finding in findings
        for trap in case.traps
        if finding.kind in trap.kinds and _falls_for(trap.quote, finding, case)
    ]
    return CaseScore(
        case_id=case.id,
        kinds=kinds,
        fields=counts,
        goals_any=goals_any,
        predicted=len(findings),
        on_traps=on_traps,
        exact=sum(quote.grounding is Grounding.EXACT for one in findings for quote in one.quotes),
        normalised=sum(quote.grounding is Grounding.NORMALISED for one in findings for quote in one.quotes),
        unverified=unverified,
        found=paired,
        missed=missed,
        wrong=wrong,
        field_errors=field_errors,
    )


def _falls_for(trap: str, finding: Finding, case: ExtractionCase) -> bool:
    """True if a finding rests on a trap: it quotes it, and no gold of its kind quotes the same words."""
    if not any(quote_share(trap, quote.text) >= 0.8 for quote in finding.quotes):
        return False
    if finding.kpi:
        # The quote may hold the right number beside the trap's; only the trap's number is a falsehood.
        from discovery_agent.domain.numbers import find_numbers

        trap_numbers = {round(number.value, 3) for number in find_numbers(trap)}
        amounts = [finding.kpi.baseline, finding.kpi.target, finding.kpi.change]
        values = {round(abs(amount.value), 3) for amount in amounts if amount}
        gold = [one.kpi for one in case.gold if one.kind is FindingKind.KPI and one.kpi]
        ours = {round(abs(value), 3) for one in gold for value in (one.baseline, one.target, one.change) if value is not None}
        return bool((trap_numbers & values) - ours) or not (values & ours)
    return not any(
        one.kind is finding.kind and any(quote_share(quote, other.text) >= QUOTE_SHARE for quote in one.quotes for other in finding.quotes)
        for one in case.gold
    )
