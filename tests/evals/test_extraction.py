"""The extraction suite: fair pairing, honest figures, and cases that keep to their own rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import yaml

from discovery_agent.domain.conversation import Conversation
from discovery_agent.domain.findings import Amount, Direction, Finding, FindingKind, Kpi
from discovery_agent.errors import ConfigurationError, TranscriptError
from discovery_agent.evals.cases import ExtractionCase, GoldFinding, GoldKpi, Trap, find_cases, load_case
from discovery_agent.evals.extraction import CaseScore, KindScore, quote_share, score_case
from discovery_agent.evals.report import total
from discovery_agent.transcripts import read_transcript
from tests.builders import amount, conversation, finding

SUITE = Path(__file__).parents[2] / "evals" / "extraction"
FOLDERS = find_cases(SUITE)
GOAL, OPERATIONAL, MEASURE = FindingKind.BUSINESS_GOAL, FindingKind.OPERATIONAL_GOAL, FindingKind.KPI

MEETING = conversation(
    [
        ("Ada", "We want claims paid in five days, and customers should stay with us."),
        ("Ben", "Today it takes nine days from first notice to payment."),
        ("Ada", "I once thought of a chatbot for 40 thousand euros, but forget it."),
        ("Ben", "Complaints are at 12 percent and should be at 8 percent by June."),
    ]
)
PAID, STAY = "We want claims paid in five days", "customers should stay with us"


def embed(texts: Sequence[str]) -> np.ndarray:
    """A stand-in for embeddings: equal texts have cosine 1, all others 0."""
    rows = np.zeros((len(texts), 4096))
    for row, text in enumerate(texts):
        rows[row, int.from_bytes(text.encode(), "big") % 4093] = 1
    return rows


def gold(name: str, quote: str, kind: FindingKind = GOAL, *, optional: bool = False, kpi: GoldKpi | None = None) -> GoldFinding:
    return GoldFinding(id=name, kind=kind, statement=f"gold {name}", quotes=[quote], optional=optional, kpi=kpi)


def found(turn: int, quote: str, kind: FindingKind = GOAL, *, statement: str = "found", kpi: Kpi | None = None) -> Finding:
    return finding(MEETING, kind, statement, [(turn, quote)], kpi=kpi)


def score(golds: Sequence[GoldFinding], findings: Sequence[Finding], traps: Sequence[Trap] = ()) -> CaseScore:
    case = ExtractionCase(
        id="tiny",
        domain="claims",
        format="text",
        split="dev",
        provenance="Invented.",
        transcript="talk.txt",
        stakeholders=[],
        gold=list(golds),
        traps=list(traps),
    )
    return score_case(case, MEETING, findings, 0, embed)


def counts(one: KindScore) -> tuple[int, int, int]:
    return one.found, one.missed, one.wrong


def test_a_finding_that_quotes_the_same_words_is_found() -> None:
    assert counts(score([gold("g", PAID)], [found(0, "claims paid in five days")]).kinds[GOAL]) == (1, 0, 0)


def test_a_finding_that_states_the_same_is_found_even_if_it_quotes_other_words() -> None:
    assert counts(score([gold("g", PAID)], [found(1, "nine days", statement="gold g")]).kinds[GOAL]) == (1, 0, 0)


def test_a_finding_about_something_else_is_wrong_and_the_gold_is_missed() -> None:
    result = score([gold("g", PAID)], [found(1, "nine days from first notice")])
    assert counts(result.kinds[GOAL]) == (0, 1, 1)
    assert [one.id for one in result.missed] == ["g"] and len(result.wrong) == 1


def test_one_finding_cannot_serve_two_golds_nor_one_gold_two_findings() -> None:
    both = PAID + ", and " + STAY
    assert counts(score([gold("a", PAID), gold("b", STAY)], [found(0, both)]).kinds[GOAL]) == (1, 1, 0)
    assert counts(score([gold("a", PAID)], [found(0, PAID), found(0, "claims paid in five days")]).kinds[GOAL]) == (1, 0, 1)


def test_the_pairing_is_the_best_there_is_and_not_the_first_that_fits() -> None:
    # The first finding fits both golds, the second only the first gold: taken in order, one would go without.
    golds = [gold("a", PAID), gold("b", STAY)]
    findings = [found(0, "claims paid in five days, and customers should stay with us"), found(0, "claims paid in five days")]
    for some in (findings, findings[::-1]):
        for wanted in (golds, golds[::-1]):
            assert counts(score(wanted, some).kinds[GOAL]) == (2, 0, 0)


def test_a_finding_of_another_kind_is_wrong_but_counts_among_goals_of_either_kind() -> None:
    result = score([gold("g", PAID)], [found(0, PAID, OPERATIONAL)])
    assert counts(result.kinds[GOAL]) == (0, 1, 0) and counts(result.kinds[OPERATIONAL]) == (0, 0, 1)
    assert counts(result.goals_any) == (1, 0, 0)


@pytest.mark.parametrize("findings", [[], [found(0, STAY)]])
def test_an_optional_gold_is_neither_rewarded_nor_punished(findings: list[Finding]) -> None:
    result = score([gold("g", PAID), gold("extra", STAY, optional=True)], [found(0, PAID), *findings])
    assert counts(result.kinds[GOAL]) == (1, 0, 0)
    assert counts(result.goals_any) == (1, 0, 0)
    assert result.missed == [] and result.wrong == []


def test_a_required_gold_comes_before_an_optional_one_in_the_same_words() -> None:
    golds = [gold("extra", PAID, optional=True), gold("g", PAID)]
    for wanted in (golds, golds[::-1]):
        result = score(wanted, [found(0, PAID)])
        assert counts(result.kinds[GOAL]) == (1, 0, 0)
        assert counts(result.goals_any) == (1, 0, 0)


def test_nothing_wanted_and_nothing_found_is_no_fault() -> None:
    nothing = score([], []).kinds[GOAL]
    assert (nothing.precision, nothing.recall, nothing.f1) == (1, 1, 1)


def test_precision_recall_and_f1_are_those_of_the_sums() -> None:
    summed = total([KindScore(3, 1, 0), KindScore(0, 2, 3)])
    assert (summed.precision, summed.recall) == (0.5, 0.5)
    assert summed.f1 == pytest.approx(2 * 3 / (2 * 3 + 3 + 3))
    assert KindScore(0, 2, 3).f1 == 0


@pytest.mark.parametrize(
    ("left", "right", "share"),
    [
        ("claims paid in five days", "We want claims paid in five days.", 1),
        ("claims paid", "paid claims", 0.5),
        ("five days", "nine weeks", 0),
        ("", "five days", 0),
        ("costs 5 €", "COSTS 5 €!", 1),
    ],
)
def test_quotes_share_their_longest_common_run_of_words(left: str, right: str, share: float) -> None:
    assert quote_share(left, right) == quote_share(right, left) == share


COMPLAINTS = "Complaints are at 12 percent and should be at 8 percent by June"
GOLD_KPI = GoldKpi(metric="complaints", unit="%", direction=Direction.DECREASE, baseline=12, target=8, deadline="by June")
RIGHT = Kpi(
    metric="complaints", unit="%", direction=Direction.DECREASE, baseline=amount(12, "%"), target=amount(8, "%"), deadline="by June"
)


def fields(wanted: GoldKpi, got: Kpi) -> dict[str, tuple[int, int]]:
    return score([gold("k", COMPLAINTS, MEASURE, kpi=wanted)], [found(3, COMPLAINTS, MEASURE, kpi=got)]).fields


def wrong_fields(wanted: GoldKpi, got: Kpi) -> set[str]:
    return {name for name, (right, scored) in fields(wanted, got).items() if right < scored}


def test_every_field_of_a_kpi_that_was_read_right_counts() -> None:
    assert set(fields(GOLD_KPI, RIGHT).values()) == {(1, 1)}


@pytest.mark.parametrize(
    "change",
    [
        {"metric": "price"},
        {"unit": "days"},
        {"direction": Direction.INCREASE},
        {"baseline": amount(14, "%")},
        {"baseline": None},
        {"target": None},
        {"change": amount(-4, "%")},
        {"deadline": "next year"},
        {"deadline": None},
    ],
)
def test_each_field_is_wrong_on_its_own(change: dict[str, object]) -> None:
    assert wrong_fields(GOLD_KPI, RIGHT.model_copy(update=change)) == set(change)


def test_a_figure_that_nobody_said_is_wrong() -> None:
    assert wrong_fields(GOLD_KPI.model_copy(update={"baseline": None}), RIGHT) == {"baseline"}


def test_a_direction_that_the_gold_leaves_open_is_not_scored() -> None:
    assert fields(GOLD_KPI.model_copy(update={"direction": None}), RIGHT)["direction"] == (0, 0)


@pytest.mark.parametrize(("value", "right"), [(8.4, True), (8.5, True), (8.6, False), (7.5, True), (7.4, False)])
def test_a_percentage_may_be_off_by_half_a_point(value: float, right: bool) -> None:
    got = RIGHT.model_copy(update={"target": amount(value, "%")})
    assert ("target" not in wrong_fields(GOLD_KPI, got)) is right


@pytest.mark.parametrize(("value", "right"), [(1000, True), (1010, True), (1011, False), (1000.5, True)])
def test_any_other_figure_may_be_off_by_one_part_in_a_hundred(value: float, right: bool) -> None:
    wanted = GOLD_KPI.model_copy(update={"unit": "EUR", "target": 1000})
    got = RIGHT.model_copy(update={"unit": "EUR", "target": amount(value, "EUR")})
    assert ("target" not in wrong_fields(wanted, got)) is right


def test_a_range_is_right_by_either_end_or_its_middle() -> None:
    got = RIGHT.model_copy(update={"target": Amount(value=6, upper=10, unit="%", text="six to ten percent")})
    assert [target for target in (6, 8, 10, 9) if "target" not in wrong_fields(GOLD_KPI.model_copy(update={"target": target}), got)] == [
        6,
        8,
        10,
    ]


def test_a_relative_change_is_right_whatever_holds_its_sign() -> None:
    wanted = GOLD_KPI.model_copy(update={"change": -20})
    assert wrong_fields(wanted, RIGHT.model_copy(update={"change": amount(20, "%")})) == set()
    assert wrong_fields(wanted, RIGHT) == {"change"}


def test_numbers_decide_between_two_kpis_in_one_sentence() -> None:
    low, high = GOLD_KPI, GOLD_KPI.model_copy(update={"target": 3, "baseline": 5})
    golds = [gold("low", COMPLAINTS, MEASURE, kpi=low), gold("high", COMPLAINTS, MEASURE, kpi=high)]
    other = RIGHT.model_copy(update={"target": amount(3, "%"), "baseline": amount(5, "%")})
    findings = [found(3, COMPLAINTS, MEASURE, kpi=other, statement="b"), found(3, COMPLAINTS, MEASURE, kpi=RIGHT, statement="a")]
    assert score(golds, findings).field_errors == []


CHATBOT = "I once thought of a chatbot for 40 thousand euros"
TRAP = Trap(quote=CHATBOT, kinds=[GOAL, MEASURE], reason="abandoned")


def test_a_finding_that_rests_on_a_trap_is_a_false_fact() -> None:
    result = score([], [found(2, CHATBOT)], [TRAP])
    assert [reason for reason, _ in result.on_traps] == ["abandoned"]


def test_a_finding_of_a_kind_that_the_trap_does_not_name_or_of_other_words_is_none() -> None:
    assert score([], [found(2, CHATBOT, FindingKind.POSITION), found(0, PAID)], [TRAP]).on_traps == []


def test_a_trap_does_not_catch_what_is_gold_in_the_same_words() -> None:
    assert score([gold("g", CHATBOT)], [found(2, CHATBOT)], [TRAP]).on_traps == []


def test_a_kpi_is_caught_by_the_number_of_the_trap_and_not_by_a_right_one_beside_it() -> None:
    wanted = [gold("k", COMPLAINTS, MEASURE, kpi=GOLD_KPI)]
    trap = Trap(quote="Complaints are at 12 percent and should be at 8 percent", kinds=[MEASURE], reason="retracted")
    assert score(wanted, [found(3, COMPLAINTS, MEASURE, kpi=RIGHT)], [trap]).on_traps == []
    caught = Kpi(metric="chatbot", target=amount(40_000, "EUR"))
    assert len(score(wanted, [found(2, CHATBOT, MEASURE, kpi=caught)], [TRAP]).on_traps) == 1


def test_quotes_are_counted_by_how_they_ground() -> None:
    result = score([], [found(0, PAID), found(1, "nine days")])
    assert (result.exact, result.normalised, result.predicted) == (2, 0, 2)


GOOD = {
    "id": "tiny",
    "domain": "claims",
    "format": "text",
    "split": "dev",
    "provenance": "Invented.",
    "transcript": "talk.txt",
    "stakeholders": [],
    "gold": [{"id": "g1", "kind": "kpi", "statement": "x", "quotes": ["x"], "kpi": {"metric": "x"}}],
}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"split": "train"}, "split"),
        ({"gold": [{"id": "g1", "kind": "wish", "statement": "x", "quotes": ["x"]}]}, "gold.0.kind"),
        ({"gold": [{"id": "g1", "kind": "kpi", "statement": "x", "quotes": []}]}, "gold.0.quotes"),
        ({"gold": [{"id": "g1", "kind": "kpi", "statement": "x", "quotes": ["x"], "kpi": {"metric": "x", "goal": 3}}]}, "gold.0.kpi.goal"),
        ({"traps": [{"quote": "x", "kinds": ["kpi"], "reason": "mood"}]}, "traps.0.reason"),
        ({"stakeholders": [{"name": "Ada", "role": "queen"}]}, "stakeholders.0.role"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_mistake_in_a_case_names_its_file_and_its_field(tmp_path: Path, change: dict[str, object], field: str) -> None:
    (tmp_path / "case.yaml").write_text(yaml.safe_dump(GOOD | change), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=re.escape(f"`{field}`")) as caught:
        load_case(tmp_path)
    assert re.fullmatch(rf"{re.escape(str(tmp_path / 'case.yaml'))}, line \d+", caught.value.where or "")


def test_a_case_that_is_no_yaml_names_the_line(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text("id: tiny\ngold: [\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="line 3"):
        load_case(tmp_path)


@pytest.mark.parametrize("content", [b"", b"- just\n- a list\n", b"id: \xff\xfe\n"])
def test_a_case_that_is_no_case_at_all_names_its_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "case.yaml").write_bytes(content)
    with pytest.raises(
        ConfigurationError, match=r"case\.yaml(?:, line 1)?: (?:Input should be a valid dictionary|The file is not in UTF-8)"
    ):
        load_case(tmp_path)


def test_a_case_without_a_file_or_without_its_transcript_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_case(tmp_path)
    (tmp_path / "case.yaml").write_text(yaml.safe_dump(GOOD), encoding="utf-8")
    with pytest.raises(TranscriptError):
        load_case(tmp_path)


def test_cases_are_found_in_order_of_name(tmp_path: Path) -> None:
    for name in ("b", "a/nested", "c"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "case.yaml").touch()
    assert [path.relative_to(tmp_path).as_posix() for path in find_cases(tmp_path)] == ["a/nested", "b", "c"]


every_case = pytest.mark.parametrize("folder", FOLDERS, ids=[f"{folder.parent.name}/{folder.name}" for folder in FOLDERS])


@every_case
def test_every_case_loads_and_lies_in_the_folder_of_its_split(folder: Path) -> None:
    case, talk = load_case(folder)
    assert case.split == {"cases": "dev", "held_out": "held_out"}[folder.parent.name]
    assert case.gold and talk.utterances
    assert [one for one in case.gold if (one.kind is MEASURE) != (one.kpi is not None)] == [], "a KPI has figures, nothing else has"


def holders(quote: str, talk: Conversation) -> list[str | None]:
    return [one.speaker for one in talk.utterances if " ".join(quote.split()) in " ".join(one.text.split())]


@every_case
def test_every_quote_of_a_case_stands_in_one_turn_of_the_one_who_said_it(folder: Path) -> None:
    case, _ = load_case(folder)
    talk = read_transcript(folder / case.transcript, stakeholders=case.stakeholders)
    lost = [f"{one.id}: {quote}" for one in case.gold for quote in one.quotes if not holders(quote, talk)]
    lost += [f"trap: {trap.quote}" for trap in case.traps if not holders(trap.quote, talk)]
    assert lost == []
    misnamed = [
        f"{one.id}: {one.speaker} is not in {set(holders(quote, talk))}"
        for one in case.gold
        for quote in one.quotes
        if one.speaker is not None and one.speaker not in holders(quote, talk)
    ]
    assert misnamed == []


def test_no_two_cases_nor_two_golds_of_a_case_share_an_id() -> None:
    cases = [load_case(folder)[0] for folder in FOLDERS]
    assert len({case.id for case in cases}) == len(cases)
    for case in cases:
        assert len({one.id for one in case.gold}) == len(case.gold), case.id
