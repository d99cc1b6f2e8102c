"""The recap: few lines under human headings, each with its words, each finding in one line only."""

from __future__ import annotations

from tests.domain.interview.talks import quote

from discovery_agent.domain.findings import CriterionReading, DataReading, Finding, FindingKind, FindingStatus, Kpi, Quote, Stance
from discovery_agent.domain.interview.recap import MOST_LINES, recap_lines


def finding(
    kind: FindingKind,
    statement: str,
    *,
    said: str | None = None,
    at: int = 1,
    confidence: float = 0.6,
    status: FindingStatus = FindingStatus.PROPOSED,
    **more: object,
) -> Finding:
    words = said or statement
    place: Quote = quote(words, "Jana").model_copy(update={"utterance_id": f"u{at}"})
    return Finding.model_validate(
        {
            "id": f"f-{kind.value}-{statement}-{at}",
            "kind": kind,
            "statement": statement,
            "speakers": ("Jana",),
            "confidence": confidence,
            "status": status,
            "quotes": (place,),
            "proposed_by": "rules",
            **more,
        }
    )


def test_lines_are_grouped_with_goals_first_and_in_the_order_of_saying() -> None:
    lines = recap_lines(
        [
            finding(FindingKind.RISK, "Nobody uses it", at=9),
            finding(FindingKind.PAIN_POINT, "Papers are missing", at=5),
            finding(FindingKind.BUSINESS_GOAL, "Keep our customers", at=7),
            finding(FindingKind.OPERATIONAL_GOAL, "Settle claims in ten days", at=3),
        ]
    )
    assert [line.heading for line in lines] == [
        "What you want to reach",
        "What you want to reach",
        "What gets in the way",
        "What worries you",
    ]
    assert [line.statement for line in lines][:2] == ["Settle claims in ten days", "Keep our customers"]
    assert all(line.quote for line in lines)


def test_what_is_said_twice_is_one_line_for_both_findings() -> None:
    lines = recap_lines(
        [finding(FindingKind.PAIN_POINT, "Papers are often missing"), finding(FindingKind.PAIN_POINT, "Papers are often missing.", at=4)]
    )
    assert len(lines) == 1 and len(lines[0].finding_ids) == 2


def test_two_figures_are_never_merged() -> None:
    lines = recap_lines(
        [
            finding(FindingKind.CONSTRAINT, "At most 40 people may work on it"),
            finding(FindingKind.CONSTRAINT, "At most 60 people may work on it", at=2),
        ]
    )
    assert len(lines) == 2


def test_a_fact_read_from_the_same_sentence_joins_the_line_of_what_was_said() -> None:
    step = finding(FindingKind.PROCESS_STEP, "We retype everything from the PDF")
    fact = finding(
        FindingKind.CRITERION,
        "Form of the input: varied documents",
        said="We retype everything from the PDF",
        criterion=CriterionReading(criterion="input", value="varied_documents"),
    )
    lines = recap_lines([fact, step])
    assert [line.statement for line in lines] == ["We retype everything from the PDF"]
    assert set(lines[0].finding_ids) == {step.id, fact.id}


def test_what_was_rejected_is_left_out() -> None:
    assert recap_lines([finding(FindingKind.RISK, "Nobody uses it", status=FindingStatus.REJECTED)]) == ()


def test_a_long_interview_gives_few_lines_and_every_heading_gets_one() -> None:
    kinds = (FindingKind.PAIN_POINT, FindingKind.RISK, FindingKind.CONSTRAINT, FindingKind.OPERATIONAL_GOAL, FindingKind.DECISION)
    many = [finding(kind, f"{kind.value} of the {number} kind, told at length", at=number) for number in range(30) for kind in kinds]
    lines = [line for line in recap_lines(many) if not line.further]
    assert len(lines) == MOST_LINES
    assert len({line.heading for line in lines}) == len(kinds)
    assert len({identifier for line in lines for identifier in line.finding_ids}) == sum(len(line.finding_ids) for line in lines)


def test_what_goes_beyond_the_few_lines_follows_them_and_loses_no_finding() -> None:
    words = ("paper", "scanner", "phone", "window", "heating", "printer", "network", "parking", "canteen", "elevator")
    many = [
        finding(kind, f"The {word} {kind.value} matters", at=number)
        for number, word in enumerate(words)
        for kind in (FindingKind.RISK, FindingKind.DECISION)
    ]
    lines = recap_lines(many)
    assert [line.further for line in lines] == [False] * MOST_LINES + [True] * (len(many) - MOST_LINES)
    assert sorted(one for line in lines for one in line.finding_ids) == sorted(one.id for one in many)


def test_positions_say_which_way_and_data_says_what_was_said() -> None:
    lines = recap_lines(
        [
            finding(FindingKind.POSITION, "A chatbot is not needed", stance=Stance.AGAINST),
            finding(
                FindingKind.CRITERION,
                "Quality: many errors or gaps",
                note="A third of the records has no date",
                at=3,
                data=DataReading(dimension="quality", level=1),
            ),
            finding(FindingKind.KPI, "Handling time now 9 days", at=4, kpi=Kpi(metric="handling time")),
        ]
    )
    assert [(line.heading, line.statement) for line in lines] == [
        ("Figures", "Handling time now 9 days"),
        ("Where the data is", "A third of the records has no date"),
        ("Where you stand", "Against: A chatbot is not needed"),
    ]


def test_line_ids_stay_the_same_for_the_same_findings() -> None:
    findings = [finding(FindingKind.RISK, "Nobody uses it"), finding(FindingKind.PAIN_POINT, "Papers are missing", at=2)]
    assert {line.id for line in recap_lines(findings)} == {line.id for line in recap_lines(list(reversed(findings)))}
