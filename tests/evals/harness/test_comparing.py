"""Several arms side by side: what is averaged, what is refused, and what is kept to be read."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery_agent.errors import ConfigurationError
from discovery_agent.evals.harness.comparing import compare
from discovery_agent.evals.harness.comparison import Comparison, Difference
from discovery_agent.evals.harness.metrics import SuiteName
from discovery_agent.evals.harness.outcomes import Note, Outcome, Spent
from tests.evals.harness.scored_arms import EXTRACTION, LEVELS, Measured, compared, experiment, extraction, failed, outcome

RULES_F1 = [0.4] * 12
HEAD_F1 = [level + 0.1 for level in LEVELS]
THREE = [
    *extraction("rules", RULES_F1),
    *extraction("base", LEVELS, traps=0.5),
    *extraction("head", HEAD_F1, traps=0.25),
]
ALL_ARMS = experiment("rules", "base", "head")
scores = st.lists(st.tuples(*[st.integers(0, 20).map(lambda count: count / 20)] * 2), min_size=2, max_size=16)


def differences(comparison: Comparison) -> dict[str, Difference]:
    return {one.metric: one for one in comparison.suites[0].differences}


def test_head_is_compared_with_base_in_gains_whichever_way_a_metric_points() -> None:
    found = differences(compared(THREE, ALL_ARMS))
    assert (found["f1"].units, found["f1"].gain, found["f1"].base) == (12, pytest.approx(0.1), pytest.approx(0.675))
    assert (found["traps"].base, found["traps"].head, found["traps"].gain) == (0.5, 0.25, 0.25)
    assert found["f1"].p == 2 / 2**12 and found["f1"].least_detectable is None


def test_head_is_also_compared_with_the_rules_analyst_without_a_ruling() -> None:
    suite = compared(THREE, ALL_ARMS).suites[0]
    assert {one.metric: one.gain for one in suite.baseline} == {"f1": pytest.approx(0.375), "traps": -0.25}
    assert all(one.ruling is None and one.p_holm is None for one in suite.baseline)
    against_rules = compared(THREE, experiment("rules", "base", "head", base="rules")).suites[0]
    assert against_rules.baseline == () and against_rules.differences[0].gain == pytest.approx(0.375)


def test_an_arm_alone_is_summed_up_and_measured_against_the_rules() -> None:
    comparison = compared([*extraction("rules", RULES_F1), *extraction("head", LEVELS)], experiment("rules", "head", base=None))
    suite = comparison.suites[0]
    assert (comparison.ruling, suite.differences, suite.cases) == (None, (), ())
    assert suite.baseline[0].gain == pytest.approx(0.275)


def test_a_column_shows_means_intervals_errors_and_what_it_took() -> None:
    rules, base, _ = compared(THREE, ALL_ARMS).suites[0].arms
    assert base.means == {"f1": pytest.approx(0.675), "traps": 0.5}
    low, high = base.intervals["f1"]
    assert low < 0.675 < high and base.intervals["traps"] == (0.5, 0.5)
    assert (base.units, base.runs, base.errors) == (12, 12, 0)
    assert (base.billed.calls, base.billed.cost_usd, base.billed.seconds) == (24, pytest.approx(0.12), 78.0)
    assert (base.latency_p50, base.latency_p95) == (6.5, pytest.approx(11.45))
    assert base.figures == {"runs": 12, "found": 48}
    assert (rules.billed, rules.latency_p50, rules.latency_p95) == (Spent(), None, None)


def test_replayed_calls_are_apart_from_billed_ones_and_as_slow_as_they_were() -> None:
    replayed = [one.model_copy(update={"billed": Spent(), "replayed": one.billed}) for one in extraction("head", LEVELS)]
    _, head = compared([*extraction("base", LEVELS), *replayed]).suites[0].arms
    assert (head.billed.calls, head.replayed.calls, head.latency_p50) == (0, 24, 6.5)


def test_repeats_of_a_case_are_averaged_first_and_add_no_units() -> None:
    outcomes = [*extraction("base", LEVELS), *extraction("base", LEVELS, repeat=1)]
    outcomes += [*extraction("head", HEAD_F1), *extraction("head", [level - 0.06 for level in LEVELS], repeat=1)]
    comparison = compared(outcomes, experiment(repeats=2))
    assert (differences(comparison)["f1"].units, differences(comparison)["f1"].gain) == (12, pytest.approx(0.02))
    assert (comparison.suites[0].arms[0].units, comparison.suites[0].arms[0].runs) == (12, 24)


def test_a_failed_run_scores_worst_on_what_applies_to_its_case_and_stays_in_the_average() -> None:
    plain = [outcome("base", case, {"f1": 1.0}) for case in ("a", "b")] + [outcome("base", "c", {"f1": 1.0, "traps": 0.0})]
    head = [outcome("head", "a", {"f1": 1.0}), failed("head", "b"), failed("head", "c")]
    comparison = compared([*plain, *head])
    found = differences(comparison)
    assert (found["f1"].units, found["f1"].head) == (3, pytest.approx(1 / 3))
    # Traps do not apply to a and b: nothing failed there, and failing on b does not make them apply.
    assert (found["traps"].units, found["traps"].head) == (1, 1.0)
    assert comparison.suites[0].arms[1].errors == 2
    errors = {case.case: (case.base_error, case.head_error) for case in comparison.suites[0].cases}
    assert errors == {"a": (None, None), "b": (None, "The reply was cut off."), "c": (None, "The reply was cut off.")}


def test_a_case_that_fails_everywhere_counts_on_every_metric() -> None:
    found = differences(compared([failed("base", "a"), failed("head", "a")]))
    assert (found["f1"].units, found["f1"].base, found["traps"].base) == (1, 0.0, 1.0)


def test_arms_that_did_not_do_the_same_work_are_refused_by_name() -> None:
    lacking = [one for one in THREE if (one.arm, one.case) not in {("head", "t03"), ("rules", "t11")}]
    with pytest.raises(ConfigurationError, match=r"arm rules lacks case t11, repeat 0; arm head lacks case t03, repeat 0\.") as refused:
        compared(lacking, ALL_ARMS)
    assert refused.value.where == "extraction"
    with pytest.raises(ConfigurationError, match=r"arm base lacks case t00, repeat 1; .*; and 19 more"):
        compared([*extraction("base", LEVELS), *extraction("head", LEVELS)], experiment(repeats=2))
    with pytest.raises(ConfigurationError, match="has case t00, repeat 1, of 1 asked for"):
        compared([*extraction("base", LEVELS), *extraction("head", LEVELS), *extraction("head", LEVELS, repeat=1)])


@pytest.mark.parametrize(
    ("outcomes", "message"),
    [
        ([], "No case has been run"),
        ([*extraction("base", [1.0]), *extraction("base", [1.0])], "there twice"),
        (extraction("tail", [1.0]), "no suite and arm"),
        ([outcome("base", "v", {"cost": 1.0}, suite=SuiteName.VERDICT)], "no suite and arm"),
        ([outcome("base", "t00", {"f2": 1.0})], "declares no metric f2"),
        ([outcome("base", "t00", {"f1": 1.0, "traps": 0.0}), outcome("head", "t00", {"f1": 1.0})], "no score for traps"),
    ],
)
def test_outcomes_that_cannot_be_compared_are_refused(outcomes: list[Outcome], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        compared(outcomes)


def test_an_arm_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"no arm main.*rules, base, head"):
        compared(THREE, experiment("rules", "base", "head", base="main"))


def test_slices_show_the_mean_of_each_arm_over_the_cases_of_a_value() -> None:
    slices = [one for one in compared(THREE, ALL_ARMS).suites[0].slices if one.metric == "f1"]
    assert [(one.slice, one.value, one.units) for one in slices] == [("domain", "bakery", 4), ("domain", "bank", 8)]
    bakery = sum(LEVELS[::3]) / 4
    assert slices[0].means == {"rules": 0.4, "base": pytest.approx(bakery), "head": pytest.approx(bakery + 0.1)}
    unsliced = [one.model_copy(update={"slices": {}}) for one in THREE]
    assert {one.value for one in compared(unsliced, ALL_ARMS).suites[0].slices} == {"not stated"}


def test_all_cases_are_listed_and_those_that_differ_most_come_first_with_notes_and_text() -> None:
    head = [*LEVELS]
    head[4], head[7], head[9] = LEVELS[4] - 0.3, LEVELS[7] + 0.2, LEVELS[9] - 0.1
    outcomes = [*extraction("base", LEVELS), *extraction("head", head)]
    asked: list[str] = []

    def text(suite: SuiteName, case: str) -> str:
        asked.append(case)
        return f"Transcript {case} of {suite.value}."

    cases = compare(lambda: outcomes, [Measured(EXTRACTION)], experiment(), with_notes=2, text=text).suites[0].cases
    assert len(cases) == 12 and [one.case for one in cases[:4]] == ["t04", "t07", "t09", "t00"]
    assert asked == ["t04", "t07"] and cases[0].text == "Transcript t04 of extraction." and cases[2].text == ""
    assert [(one.base_notes[0].text, one.head_notes[0].key) for one in cases[:2]] == [
        ("base missed goal 4", "g4"),
        ("base missed goal 7", "g7"),
    ]
    assert all(one.base_notes == one.head_notes == () for one in cases[2:])
    assert cases[0].slices == {"domain": "bank"} and cases[0].head["f1"] == head[4]


def test_notes_of_all_repeats_are_shown_and_what_is_said_twice_once() -> None:
    again = [one.model_copy(update={"repeat": 1}) for one in extraction("base", LEVELS)]
    other = [
        one.model_copy(update={"repeat": 1, "notes": (Note(kind="found", text="later", key="g0"),)}) for one in extraction("head", LEVELS)
    ]
    comparison = compared([*extraction("base", LEVELS), *again, *other, *extraction("head", LEVELS)], experiment(repeats=2))
    first = comparison.suites[0].cases[0]
    assert [note.text for note in first.base_notes] == ["base missed goal 0"]
    assert [note.text for note in first.head_notes] == ["head missed goal 0", "later"]


@given(st.randoms(use_true_random=False))
def test_the_order_of_outcomes_does_not_matter(shuffle: random.Random) -> None:
    mixed = list(THREE)
    shuffle.shuffle(mixed)
    assert compared(mixed, ALL_ARMS) == compared(THREE, ALL_ARMS)


@given(scores)
def test_swapping_the_arms_mirrors_every_difference(values: list[tuple[float, float]]) -> None:
    outcomes = [*extraction("base", [one for one, _ in values]), *extraction("head", [one for _, one in values])]
    there = differences(compared(outcomes))["f1"]
    back = differences(compared(outcomes, experiment(base="head", head="base")))["f1"]
    assert (back.gain, back.low, back.high, back.base, back.head) == (-there.gain, -there.high, -there.low, there.head, there.base)
    assert (back.p, back.p_holm, back.least_detectable) == (there.p, there.p_holm, there.least_detectable)


@given(scores, st.integers(-3, 3))
def test_a_constant_added_to_both_arms_changes_no_difference_and_no_ruling(values: list[tuple[float, float]], constant: int) -> None:
    def found(added: int) -> Difference:
        base, head = ([one[at] + added for one in values] for at in (0, 1))
        return differences(compared([*extraction("base", base), *extraction("head", head)]))["f1"]

    plain, moved = found(0), found(constant)
    assert (moved.gain, moved.low, moved.high) == pytest.approx((plain.gain, plain.low, plain.high), abs=1e-9)
    assert (moved.p, moved.p_holm) == (plain.p, plain.p_holm)
    # A bound that lies on the margin to the last digit may fall on either side of it.
    assert moved.ruling is plain.ruling or plain.low == pytest.approx(-0.05, abs=1e-9)


def test_a_comparison_survives_being_written_as_json() -> None:
    comparison = compared(THREE, ALL_ARMS)
    assert Comparison.model_validate_json(comparison.model_dump_json()) == comparison


def test_the_seed_of_the_draws_is_that_of_the_experiment() -> None:
    head = [0.5 + 0.01 * ((at * 7) % 11 - 4) for at in range(40)]
    outcomes = [*extraction("base", [0.5] * 40), *extraction("head", head)]
    ps = [differences(compared(outcomes, experiment(seed=seed)))["f1"].p for seed in (1, 1, 2)]
    assert ps[0] == ps[1] != ps[2]


def test_a_thousand_cases_with_long_notes_take_little_memory() -> None:
    def outcomes() -> Iterator[Outcome]:
        for arm in ("base", "head"):
            for at in range(1_000):
                note = Note(kind="missed", text=f"{arm} {at} " * 5_000, key=f"g{at}")
                yield outcome(arm, f"t{at:03}", {"f1": (at * (3 if arm == "base" else 7)) % 101 / 100}, notes=(note,))

    def read() -> Iterable[Outcome]:
        return outcomes()

    compared(THREE, ALL_ARMS)  # what is imported and cached once is not counted
    tracemalloc.start()
    try:
        comparison = compare(read, [Measured(EXTRACTION)], experiment(), with_notes=5)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(comparison.suites[0].cases) == 1_000 and len(comparison.suites[0].cases[0].base_notes[0].text) > 30_000
    # The notes alone are some 90 MB.
    assert peak < 30e6
