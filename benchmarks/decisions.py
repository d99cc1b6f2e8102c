"""Time to decide: `python -m benchmarks.decisions`.

1,000 findings over three goals, and random ladders over 16 criteria of which nothing is known, beside listing every
completion. Times are of the rules alone: the findings and their likeness are there already.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from itertools import product

import numpy as np

from discovery_agent.domain.conversation import Conversation, Role, Stakeholder, Utterance
from discovery_agent.domain.decision_diagram import Diagram
from discovery_agent.domain.decisions import decide
from discovery_agent.domain.findings import Amount, CriterionReading, DataReading, Finding, FindingKind, Grounding, Kpi, Quote, finding_id
from discovery_agent.domain.ladder import Condition, Criterion, CriterionValue, Ladder, Rung, SolutionClass
from discovery_agent.domain.merging import build_goal_tree
from discovery_agent.knowledge.tables import load_tables
from discovery_agent.settings import data_folder

FINDINGS = 1000
CRITERIA = 16
RUNS = 7


def median_ms(work: Callable[[], object]) -> float:
    """Median wall time of `RUNS` calls, in milliseconds."""
    times: list[float] = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def findings(count: int, chance: random.Random) -> tuple[list[Finding], Conversation]:
    """Findings of every kind that decisions read, spread over a long conversation of ten people."""
    tables = load_tables(data_folder("knowledge"))
    people = [Stakeholder(name=f"Person {at}", role=list(Role)[at % 5]) for at in range(10)]
    talk = Conversation(
        id="c",
        title="Long",
        source="long.txt",
        format="text",
        participants=tuple(people),
        utterances=tuple(Utterance(index=at, speaker=people[at % 10].name, text=f"Sentence {at}.") for at in range(count)),
    )
    made: list[Finding] = []
    for at in range(count):
        text = f"Sentence {at}."
        quote = Quote(
            conversation_id="c",
            utterance_id=f"u{at}",
            speaker=people[at % 10].name,
            start=0,
            end=len(text),
            text=text,
            grounding=Grounding.EXACT,
        )
        kind = (
            FindingKind.OPERATIONAL_GOAL
            if at % 334 == 0
            else chance.choice([FindingKind.CRITERION] * 3 + [FindingKind.KPI, FindingKind.PAIN_POINT])
        )
        criterion = chance.choice(tables.ladder.criteria)
        dimension = chance.choice(tables.readiness.dimensions)
        rates = kind is FindingKind.CRITERION
        about_data = rates and chance.random() < 0.3
        made.append(
            Finding(
                id=finding_id(kind, "c", (quote,), text),
                kind=kind,
                statement=text,
                speakers=(quote.speaker or "",),
                confidence=chance.uniform(0.3, 0.95),
                quotes=(quote,),
                kpi=Kpi(metric=f"measure {at % 50}", unit="days", target=Amount(value=at % 7 + 1, unit="days", text=text))
                if kind is FindingKind.KPI
                else None,
                criterion=CriterionReading(criterion=criterion.id, value=chance.choice(criterion.values).id)
                if rates and not about_data
                else None,
                data=DataReading(dimension=dimension.id, level=chance.randrange(4)) if about_data else None,
                proposed_by="benchmark",
            )
        )
    return made, talk


def random_ladder(criteria: int, chance: random.Random) -> Ladder:
    """Five rungs of four conditions over two-valued criteria."""
    names = [f"c{at}" for at in range(criteria)]
    values = tuple(CriterionValue(id=value, means=value, likely=1) for value in ("yes", "no"))
    rungs = [
        Rung(
            solution=solution,
            means="a rung",
            conditions=tuple(
                Condition(
                    any_of=tuple((name, frozenset({chance.choice(["yes", "no"])})) for name in chance.sample(names, 2)), lacks="it fails"
                )
                for _ in range(4)
            ),
        )
        for solution in list(SolutionClass)[:5]
    ]
    return Ladder(
        criteria=tuple(Criterion(id=name, name=name, question=f"{name}?", roles=(Role.BUSINESS,), values=values) for name in names),
        rungs=tuple(rungs),
    )


def by_listing(ladder: Ladder) -> dict[str | None, int]:
    """How many of all completions give each verdict."""
    names = [criterion.id for criterion in ladder.criteria]
    counts: dict[str | None, int] = {}
    for values in product(("yes", "no"), repeat=len(names)):
        known = dict(zip(names, values, strict=True))
        rung = next((one.id for one in ladder.rungs if one.holds(known)), None)
        counts[rung] = counts.get(rung, 0) + 1
    return counts


def main() -> None:
    """Print the times."""
    chance = random.Random(7)
    made, talk = findings(FINDINGS, chance)
    places = {one.statement: at for at, one in enumerate(made)} | {f"measure {at}": at for at in range(50)}
    vectors = np.random.default_rng(7).normal(size=(FINDINGS, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)

    def similarity(left: str, right: str) -> float:
        return float(vectors[places[left]] @ vectors[places[right]])

    tables = load_tables(data_folder("knowledge"))
    tree = build_goal_tree(made, similarity)
    print(
        f"{FINDINGS} findings, {len(tables.ladder.criteria)} criteria: {median_ms(lambda: decide(made, tree, [talk], tables, similarity)):.0f} ms"
    )
    ladders = [random_ladder(CRITERIA, random.Random(seed)) for seed in range(5)]
    fast = median_ms(lambda: [Diagram(ladder, {}).probabilities() for ladder in ladders]) / len(ladders)
    start = time.perf_counter()
    counts = by_listing(ladders[0])
    slow = 1000 * (time.perf_counter() - start)
    exact = all(abs(counts.get(rung, 0) / 2**CRITERIA - share) < 1e-9 for rung, share in Diagram(ladders[0], {}).probabilities().items())
    print(f"{CRITERIA} unknown criteria: {fast:.1f} ms, listing all {2**CRITERIA:,} completions {slow:.0f} ms, same shares: {exact}")


if __name__ == "__main__":
    main()
