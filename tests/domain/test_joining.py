"""Repeats that overlapping windows give become one finding, and no evidence is lost on the way."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.builders import amount, conversation, finding

from discovery_agent.domain.findings import Finding, FindingKind, Kpi, Stance
from discovery_agent.domain.joining import join_duplicates

MEETING = conversation(
    [
        ("Ada", "We want claims paid in five days, and no complaints about it."),
        ("Ben", "It takes nine days today. Half of that is waiting for papers."),
        ("Ada", "Cost should fall by a fifth this year and by a third next year."),
    ]
)
OTHER_MEETING = conversation([("Ada", "We want claims paid in five days, and no complaints about it.")], title="Second")

GOAL = FindingKind.BUSINESS_GOAL
WISH = "We want claims paid in five days"


def paid_in(target: float | None, *, metric: str = "time to pay", text: str | None = None, confidence: float = 0.8) -> Finding:
    kpi = Kpi(metric=metric, target=None if target is None else amount(target, "days", text=text))
    return finding(MEETING, FindingKind.KPI, f"Pay in {target}", [(0, "claims paid in five days")], kpi=kpi, confidence=confidence)


def quotes_of(findings: tuple[Finding, ...] | list[Finding]) -> set[str]:
    return {quote.model_dump_json() for one in findings for quote in one.quotes}


def test_a_repeat_from_an_overlapping_window_joins_with_both_quotes() -> None:
    short = finding(MEETING, GOAL, "Pay fast", [(0, "claims paid in five days")], confidence=0.6)
    long = finding(MEETING, GOAL, "Pay claims within five days", [(0, WISH), (1, "It takes nine days today")], confidence=0.9)
    (joined,) = join_duplicates([short, long])
    assert [quote.text for quote in joined.quotes] == ["claims paid in five days", WISH, "It takes nine days today"]
    assert joined.confidence == 0.9 and joined.statement == "Pay claims within five days"
    assert joined.speakers == ("Ada", "Ben")


def test_the_very_same_finding_given_twice_stays_as_it_is() -> None:
    goal = finding(MEETING, GOAL, "Pay fast", [(0, WISH)])
    assert join_duplicates([goal, goal]) == (goal,)


def test_the_same_words_with_another_target_stay_two() -> None:
    assert len(join_duplicates([paid_in(5), paid_in(4)])) == 2


def test_a_target_written_another_way_is_still_the_same_target() -> None:
    assert len(join_duplicates([paid_in(5, text="five days"), paid_in(5, text="5 days")])) == 1


def test_a_target_that_only_one_reading_saw_is_kept_even_if_that_reading_is_less_sure() -> None:
    (joined,) = join_duplicates([paid_in(None, confidence=0.9), paid_in(5, confidence=0.4)])
    assert joined.kpi and joined.kpi.target and joined.kpi.target.value == 5
    assert joined.confidence == 0.9


def test_two_relative_targets_in_one_sentence_stay_two() -> None:
    said = [(2, "Cost should fall by a fifth this year and by a third next year")]
    fifth, third = (
        finding(MEETING, FindingKind.KPI, f"Cost {change} %", said, kpi=Kpi(metric="cost", change=amount(change, "%")))
        for change in (-20, -33.3)
    )
    assert len(join_duplicates([fifth, third])) == 2


def test_two_baselines_for_one_metric_stay_two() -> None:
    said = [(1, "It takes nine days today")]
    nine, eight = (
        finding(MEETING, FindingKind.KPI, f"{value} days", said, kpi=Kpi(metric="time", baseline=amount(value, "days"))) for value in (9, 8)
    )
    assert len(join_duplicates([nine, eight])) == 2


def test_kpis_of_different_metrics_in_one_sentence_stay_two() -> None:
    assert len(join_duplicates([paid_in(5), paid_in(5, metric="complaints")])) == 2


def test_findings_of_different_kinds_stay_two() -> None:
    assert len(join_duplicates([finding(MEETING, kind, "Pay fast", [(0, WISH)]) for kind in (GOAL, FindingKind.OPERATIONAL_GOAL)])) == 2


def test_being_for_and_being_against_in_one_sentence_stay_two() -> None:
    positions = [finding(MEETING, FindingKind.POSITION, "Five days", [(0, WISH)], stance=stance) for stance in Stance]
    assert len(join_duplicates(positions)) == 2


def test_other_words_of_the_same_turn_stay_two() -> None:
    first = finding(MEETING, GOAL, "Pay fast", [(0, WISH)])
    second = finding(MEETING, GOAL, "No complaints", [(0, "no complaints about it")])
    assert join_duplicates([first, second]) == (first, second)


def test_the_same_words_in_another_conversation_stay_two() -> None:
    first = finding(MEETING, GOAL, "Pay fast", [(0, WISH)])
    second = finding(OTHER_MEETING, GOAL, "Pay fast", [(0, WISH)])
    assert join_duplicates([first, second]) == (first, second)


def test_nothing_given_gives_nothing() -> None:
    assert join_duplicates([]) == ()


@st.composite
def proposals(draw: st.DrawFn) -> list[Finding]:
    """Findings on overlapping cuts of the three turns, as several windows would give them."""
    found: list[Finding] = []
    for _ in range(draw(st.integers(0, 12))):
        quotes: list[tuple[int, str]] = []
        for _ in range(draw(st.integers(1, 3))):
            turn = draw(st.integers(0, len(MEETING.utterances) - 1))
            words = MEETING.utterances[turn].text.split(" ")
            first = draw(st.integers(0, len(words) - 2))
            last = draw(st.integers(first + 1, len(words)))
            quotes.append((turn, " ".join(words[first:last])))
        kind = draw(st.sampled_from([GOAL, FindingKind.KPI, FindingKind.POSITION]))
        values = st.none() | st.sampled_from([4, 5]).map(lambda value: amount(value, "days"))
        found.append(
            finding(
                MEETING,
                kind,
                draw(st.sampled_from(["one", "two", "three"])),
                quotes,
                confidence=draw(st.sampled_from([0.3, 0.6, 0.9])),
                kpi=Kpi(
                    metric=draw(st.sampled_from(["cost", "Cost", "time"])),
                    baseline=draw(values),
                    target=draw(values),
                    deadline=draw(st.sampled_from([None, "June"])),
                )
                if kind is FindingKind.KPI
                else None,
                stance=draw(st.sampled_from(Stance)) if kind is FindingKind.POSITION else None,
            )
        )
    return found


@given(proposals())
def test_joining_twice_changes_nothing_more(found: list[Finding]) -> None:
    once = join_duplicates(found)
    assert join_duplicates(once) == once


@given(proposals())
def test_no_quote_no_figure_and_no_kind_is_lost_or_invented(found: list[Finding]) -> None:
    joined = join_duplicates(found)
    assert quotes_of(joined) == quotes_of(found)
    assert {one.kind for one in joined} == {one.kind for one in found}

    def figures(some: tuple[Finding, ...] | list[Finding]) -> set[tuple[str, str, float]]:
        return {
            (name, one.kpi.metric.lower(), value.value)
            for one in some
            if one.kpi
            for name in ("baseline", "target")
            if (value := getattr(one.kpi, name))
        }

    assert figures(joined) == figures(found)


@given(proposals())
def test_findings_stay_in_the_order_in_which_they_were_first_proposed(found: list[Finding]) -> None:
    firsts = [(one.kind, one.quotes[0]) for one in join_duplicates(found)]
    given_order = iter([(one.kind, one.quotes[0]) for one in found])
    assert all(first in given_order for first in firsts)
