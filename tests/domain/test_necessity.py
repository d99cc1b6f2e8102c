"""The verdict: the lowest rung that suffices, and exactly what could change it."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from discovery_agent.domain.conversation import Role
from discovery_agent.domain.decision_diagram import Diagram
from discovery_agent.domain.findings import Grounding, Quote
from discovery_agent.domain.ladder import Condition, Criterion, CriterionValue, Ladder, Rung, SolutionClass
from discovery_agent.domain.necessity import Certainty, Rating, assess

PLAIN = [one for one in SolutionClass if one is not SolutionClass.HYBRID]


def said(criterion: str, value: str, speaker: str = "Ada", confidence: float = 0.8) -> Rating:
    text = f"{criterion} is {value}"
    quote = Quote(conversation_id="c", utterance_id="u0", speaker=speaker, start=0, end=len(text), text=text, grounding=Grounding.EXACT)
    return Rating(criterion=criterion, value=value, confidence=confidence, quotes=(quote,))


def criterion(name: str, *values: str, likely: tuple[float, ...] = ()) -> Criterion:
    weights = likely or (1.0,) * len(values)
    return Criterion(
        id=name,
        name=name,
        question=f"What about {name}?",
        roles=(Role.BUSINESS,),
        values=tuple(CriterionValue(id=value, means=value, likely=weight) for value, weight in zip(values, weights, strict=True)),
    )


def condition(**any_of: tuple[str, ...]) -> Condition:
    return Condition(any_of=tuple((name, frozenset(values)) for name, values in any_of.items()), lacks=f"It is not {any_of}.")


def rung(solution: SolutionClass, *conditions: Condition) -> Rung:
    return Rung(solution=solution, means=solution.value, conditions=conditions)


SMALL = Ladder(
    criteria=(
        criterion("cause", "habit", "effort", likely=(1, 4)),
        criterion("rules", "complete", "none", likely=(3, 1)),
        criterion("input", "fields", "text", likely=(2, 1)),
        criterion("history", "ample", "scarce"),
    ),
    rungs=(
        rung(SolutionClass.PROCESS_CHANGE, condition(cause=("habit",))),
        rung(SolutionClass.RULES_AUTOMATION, condition(rules=("complete",)), condition(input=("fields",))),
        rung(SolutionClass.PREDICTIVE_ML, condition(input=("fields",)), condition(history=("ample",))),
        rung(SolutionClass.GENERATIVE_AI, condition(input=("text",))),
    ),
)


def test_the_lowest_rung_that_holds_wins_although_higher_ones_hold_too() -> None:
    verdict = assess(SMALL, [said("cause", "effort"), said("rules", "complete"), said("input", "fields"), said("history", "ample")])
    assert (verdict.solution, verdict.certainty, verdict.confidence) == (SolutionClass.RULES_AUTOMATION, Certainty.SETTLED, 1.0)
    assert verdict.ai_needed is False
    assert verdict.ai_probability == 0.0


def test_what_nobody_said_does_not_matter_once_the_verdict_cannot_change() -> None:
    verdict = assess(SMALL, [said("cause", "habit")])
    assert verdict.certainty is Certainty.SETTLED
    assert verdict.pivotal == ()


def test_an_unknown_that_could_change_the_verdict_keeps_it_leaning_and_is_the_next_question() -> None:
    verdict = assess(SMALL, [said("cause", "effort"), said("rules", "complete")])
    assert (verdict.solution, verdict.certainty) == (SolutionClass.RULES_AUTOMATION, Certainty.LEANING)
    assert [one.criterion for one in verdict.pivotal] == ["input"]
    assert dict(verdict.pivotal[0].outcomes) == {"fields": SolutionClass.RULES_AUTOMATION, "text": SolutionClass.GENERATIVE_AI}
    assert verdict.confidence == 2 / 3


def test_with_nothing_known_the_verdict_is_open_and_the_most_decisive_question_comes_first() -> None:
    even = SMALL.model_copy(update={"criteria": (criterion("cause", "habit", "effort", likely=(2, 3)), *SMALL.criteria[1:])})
    verdict = assess(even, [])
    assert (verdict.solution, verdict.certainty) == (None, Certainty.OPEN)
    assert verdict.pivotal[0].criterion == "cause"
    assert [one.worth for one in verdict.pivotal] == sorted((one.worth for one in verdict.pivotal), reverse=True)


def test_each_lower_rung_says_what_it_lacks_and_whose_words_show_it() -> None:
    verdict = assess(SMALL, [said("cause", "effort"), said("input", "text", "Ben")])
    rules = verdict.ladder[1]
    assert rules.holds is False
    assert [lacking.criteria for lacking in rules.lacking] == [("input",)]
    assert rules.lacking[0].ratings[0].speakers == ("Ben",)
    assert verdict.solution is SolutionClass.GENERATIVE_AI


def test_a_contradiction_is_computed_both_ways_and_never_averaged() -> None:
    verdict = assess(
        SMALL, [said("cause", "effort"), said("rules", "complete", "Ada"), said("input", "fields", "Ada"), said("input", "text", "Ben")]
    )
    assert verdict.certainty is Certainty.OPEN
    (conflict,) = verdict.contradictions
    assert conflict.decides
    assert {side.value: side.solution for side in conflict.sides} == {
        "fields": SolutionClass.RULES_AUTOMATION,
        "text": SolutionClass.GENERATIVE_AI,
    }
    assert {side.ratings[0].speakers for side in conflict.sides} == {("Ada",), ("Ben",)}
    assert verdict.hangs_on_a_contradiction


def test_a_contradiction_that_cannot_change_the_verdict_leaves_it_settled() -> None:
    verdict = assess(SMALL, [said("cause", "habit"), said("input", "fields", "Ada"), said("input", "text", "Ben")])
    assert verdict.certainty is Certainty.SETTLED
    assert not verdict.contradictions[0].decides and not verdict.hangs_on_a_contradiction


def test_one_speaker_who_shows_two_values_is_taken_at_the_clearer_one() -> None:
    verdict = assess(SMALL, [said("cause", "habit", confidence=0.95), said("cause", "effort", confidence=0.65)])
    assert verdict.certainty is Certainty.SETTLED and not verdict.contradictions
    assert [one.value for one in verdict.ratings] == ["habit"]


def test_one_speaker_of_two_minds_settles_nothing() -> None:
    verdict = assess(SMALL, [said("cause", "habit", confidence=0.8), said("cause", "effort", confidence=0.77)])
    assert verdict.certainty is not Certainty.SETTLED
    assert not verdict.ratings and not verdict.contradictions
    assert {one.value for one in verdict.hints} == {"habit", "effort"}


def test_a_value_that_the_ladder_does_not_know_counts_for_nothing() -> None:
    assert assess(SMALL, [said("cause", "magic"), said("moon", "full")]) == assess(SMALL, [])


@st.composite
def ladders(draw: st.DrawFn) -> Ladder:
    names = [f"c{at}" for at in range(draw(st.integers(1, 5)))]
    criteria = tuple(
        criterion(name, *(f"v{at}" for at in range(size)), likely=tuple(draw(st.floats(0.1, 5)) for _ in range(size)))
        for name in names
        for size in [draw(st.integers(2, 3))]
    )
    values = {one.id: [value.id for value in one.values] for one in criteria}
    rungs: list[Rung] = []
    for solution in draw(st.lists(st.sampled_from(PLAIN), min_size=1, max_size=4, unique=True)):
        conditions: list[Condition] = []
        for _ in range(draw(st.integers(1, 3))):
            used = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
            accepted = {name: tuple(draw(st.sets(st.sampled_from(values[name]), min_size=1))) for name in used}
            conditions.append(condition(**accepted))
        rungs.append(rung(solution, *conditions))
    return Ladder(criteria=criteria, rungs=tuple(rungs))


@st.composite
def ladders_with_knowledge(draw: st.DrawFn) -> tuple[Ladder, dict[str, str]]:
    ladder = draw(ladders())
    known = draw(st.dictionaries(st.sampled_from([one.id for one in ladder.criteria]), st.just("v0")))
    return ladder, {name: draw(st.sampled_from([value.id for value in ladder.criterion(name).values])) for name in known}


def completions(ladder: Ladder, known: dict[str, str]) -> list[dict[str, str]]:
    open_ = [one for one in ladder.criteria if one.id not in known]
    return [
        known | dict(zip([one.id for one in open_], values, strict=True))
        for values in product(*([value.id for value in one.values] for one in open_))
    ]


def outcome(ladder: Ladder, complete: dict[str, str]) -> str | None:
    lowest = ladder.lowest(complete)
    return lowest.id if lowest else None


@given(ladders_with_knowledge())
@settings(max_examples=300, deadline=None)
def test_the_pivotal_criteria_are_exactly_the_unknowns_that_can_change_the_verdict(case: tuple[Ladder, dict[str, str]]) -> None:
    ladder, known = case
    changes = {
        name
        for complete in completions(ladder, known)
        for name in complete
        if name not in known
        for value in ladder.criterion(name).values
        if outcome(ladder, complete) != outcome(ladder, complete | {name: value.id})
    }
    assert Diagram(ladder, known).pivotal == changes


@given(ladders_with_knowledge())
@settings(max_examples=200, deadline=None)
def test_probabilities_are_those_of_all_completions(case: tuple[Ladder, dict[str, str]]) -> None:
    ladder, known = case
    expected: dict[str | None, float] = {}
    for complete in completions(ladder, known):
        weight = 1.0
        for name, value in complete.items():
            weight *= 1.0 if name in known else ladder.criterion(name).weights[value]
        rung_id = outcome(ladder, complete)
        expected[rung_id] = expected.get(rung_id, 0.0) + weight
    found = Diagram(ladder, known).probabilities()
    assert found.keys() == expected.keys()
    assert all(abs(found[one] - expected[one]) < 1e-9 for one in expected)


@given(ladders_with_knowledge(), st.data())
@settings(max_examples=200, deadline=None)
def test_more_evidence_never_unsettles_a_settled_verdict(case: tuple[Ladder, dict[str, str]], data: st.DataObject) -> None:
    ladder, known = case
    before = assess(ladder, [said(name, value) for name, value in known.items()])
    more = dict(known)
    for one in ladder.criteria:
        if one.id not in known and data.draw(st.booleans()):
            more[one.id] = data.draw(st.sampled_from([value.id for value in one.values]))
    after = assess(ladder, [said(name, value) for name, value in more.items()])
    if before.certainty is Certainty.SETTLED:
        assert (after.rung, after.certainty) == (before.rung, Certainty.SETTLED)
    assert {one.criterion for one in after.pivotal} <= {one.criterion for one in before.pivotal} - (more.keys() - known.keys())
