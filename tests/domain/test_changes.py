"""The change report, case by case: what new conversations confirmed, completed, contradicted, superseded, added; why verdicts moved."""

from __future__ import annotations

from collections.abc import Sequence

from tests.domain.said import amount, finding

from discovery_agent.domain.changes import ChangeReport, NewConversation, change_report, standing_of
from discovery_agent.domain.conversation import Conversation, Role, Stakeholder, Utterance
from discovery_agent.domain.decisions import decide
from discovery_agent.domain.findings import Direction, Finding, FindingKind, FindingStatus, Kpi
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.domain.merging import build_goal_tree
from discovery_agent.domain.necessity import Certainty
from discovery_agent.knowledge.tables import load_tables
from discovery_agent.settings import data_folder

TABLES = load_tables(data_folder("knowledge"))
GOAL, MEANS, KPI, CRITERION = (
    FindingKind.BUSINESS_GOAL,
    FindingKind.OPERATIONAL_GOAL,
    FindingKind.KPI,
    FindingKind.CRITERION,
)
TITLES = {"first": "Kick-off", "second": "Follow-up"}


def alike(left: str, right: str) -> float:
    one, other = set(left.lower().split()), set(right.lower().split())
    return len(one & other) / max(1, len(one | other))


def concluded(findings: Sequence[Finding]):
    live = [one for one in findings if one.status is not FindingStatus.REJECTED]
    tree = build_goal_tree(live, alike)
    people = (Stakeholder(name="Ada", role=Role.SPONSOR), Stakeholder(name="Ben", role=Role.END_USER))
    talk = Conversation(
        id="first", title="", source="", format="", participants=people, utterances=(Utterance(index=0, speaker="Ada", text="Hello."),)
    )
    return tree, decide(live, tree, [talk], TABLES, alike)


def conversations_of(findings: Sequence[Finding]) -> list[NewConversation]:
    return [NewConversation(id=one, title=TITLES[one]) for one in dict.fromkeys(each.quotes[0].conversation_id for each in findings)]


def report(before: Sequence[Finding], after: Sequence[Finding], corrected_from: dict[str, str] | None = None) -> ChangeReport:
    """What changed from the findings of one assessment to those of the next."""
    standing = standing_of(*concluded(before), before, [one.id for one in conversations_of(before)])
    return change_report(standing, *concluded(after), after, conversations_of(after), TABLES.ladder, corrected_from)


def days(target: float | None = None, speaker: str = "Ada", conversation: str = "first", turn: int = 5, **fields: object) -> Finding:
    """What somebody said of the time to pay a claim."""
    value = amount(target, "days") if target else None
    kpi = Kpi.model_validate({"metric": "time to pay a claim", "unit": "days", "target": value, **fields})
    text = f"time to pay a claim {target or ''} {sorted(fields)}"
    return finding(KPI, text, speaker, turn, kpi=kpi, conversation=conversation)


FAST = finding(GOAL, "Pay claims fast", "Ada", 1, conversation="first")
SCAN = finding(MEANS, "Scan letters on arrival", "Ben", 2, conversation="first")


def test_nothing_new_is_an_empty_report() -> None:
    same = report([FAST, SCAN, days(4)], [FAST, SCAN, days(4)])
    assert same.empty and same.conversations == ()


def test_a_goal_that_a_new_conversation_names_again_is_confirmed_with_its_words() -> None:
    again = finding(GOAL, "Pay claims fast", "Cleo", 7, conversation="second")
    changes = report([FAST, SCAN], [FAST, SCAN, again])
    assert changes.conversations == (NewConversation(id="second", title="Follow-up"),)
    (confirmed,) = changes.confirmed
    assert (confirmed.kind, confirmed.statement) == (GOAL, "Pay claims fast")
    assert [(quote.speaker, quote.conversation_id) for quote in confirmed.quotes] == [("Cleo", "second")]
    assert changes.added == ()


def test_goals_and_kpis_that_nobody_had_named_are_new() -> None:
    calls = finding(GOAL, "Fewer calls about status", "Cleo", 7, conversation="second")
    changes = report([FAST], [FAST, calls, days(4, "Cleo", "second")])
    assert [(one.kind, one.statement) for one in changes.added] == [
        (GOAL, "Fewer calls about status"),
        (KPI, days(4, "Cleo", "second").statement),
    ]
    assert changes.confirmed == ()


def test_a_kpi_is_confirmed_by_the_same_figure_and_by_no_other() -> None:
    assert [one.kind for one in report([days(4)], [days(4), days(4, "Ben", "second")]).confirmed] == [KPI]
    assert report([days(4)], [days(4), days(2, "Ben", "second")]).confirmed == ()


def test_another_figure_of_somebody_else_contradicts() -> None:
    changes = report([days(4)], [days(4), days(2, "Ben", "second")])
    (conflict,) = changes.contradicted
    assert [side.holds for side in conflict.sides] == ["4 days", "2 days"]
    assert changes.superseded == ()


def test_another_figure_of_the_same_person_supersedes_the_last_one_they_gave() -> None:
    changes = report([days(5), days(4, turn=6)], [days(5), days(4, turn=6), days(2, conversation="second")])
    (entry,) = changes.superseded
    assert (entry.about, entry.was, entry.now, entry.by) == ("time to pay a claim: target", "4 days", "2 days", ("Ada",))
    assert [quote.conversation_id for quote in entry.quotes] == ["second"]
    assert changes.contradicted == ()


def test_other_words_for_one_date_supersede_nothing_and_another_date_does() -> None:
    def due(text: str, conversation: str = "first") -> Finding:
        return days(4, conversation=conversation, deadline=text)

    assert report([due("by the end of June")], [due("by the end of June"), due("end of June", "second")]).superseded == ()
    (entry,) = report([due("end of June")], [due("end of June"), due("end of May", "second")]).superseded
    assert (entry.about, entry.was, entry.now) == ("time to pay a claim: deadline", "end of June", "end of May")


def test_a_figure_that_was_missing_completes_the_kpi() -> None:
    changes = report([days(4)], [days(4), days(None, "Ben", "second", baseline=amount(9, "days"), direction=Direction.DECREASE)])
    assert [(one.field, one.value) for one in changes.completed] == [("today's value", "9 days"), ("direction", "decrease")]
    assert {quote.speaker for one in changes.completed for quote in one.quotes} == {"Ben"}
    assert [one.kind for one in changes.confirmed] == [KPI]


def test_a_conflict_that_is_gone_is_resolved() -> None:
    dispute = [days(4), days(2, "Ben")]
    rejected = dispute[1].model_copy(update={"status": FindingStatus.REJECTED})
    changes = report(dispute, [dispute[0], rejected])
    assert changes.resolved == ("time to pay a claim: the target",)
    assert [one.statement for one in changes.withdrawn] == [rejected.statement]


def test_a_rejected_finding_is_withdrawn_once_and_only_if_it_counted() -> None:
    rejected = FAST.model_copy(update={"status": FindingStatus.REJECTED})
    assert [(one.kind, one.statement) for one in report([FAST, SCAN], [rejected, SCAN]).withdrawn] == [(GOAL, "Pay claims fast")]
    assert report([rejected, SCAN], [rejected, SCAN]).withdrawn == ()
    never = finding(FindingKind.RISK, "It may rain", conversation="first").model_copy(update={"status": FindingStatus.REJECTED})
    assert report([SCAN], [SCAN, never]).withdrawn == ()


def test_a_correction_by_a_person_supersedes_what_was_understood() -> None:
    corrected = FAST.model_copy(update={"status": FindingStatus.CORRECTED, "statement": "Pay small claims fast"})
    changes = report([FAST], [corrected], {FAST.id: "Pay claims fast"})
    (entry,) = changes.superseded
    assert (entry.was, entry.now, entry.by) == ("Pay claims fast", "Pay small claims fast", ())
    assert report([corrected], [corrected], {FAST.id: "Pay claims fast"}).superseded == ()


RULES = [
    finding(CRITERION, f"{name} is {value}", "Ben", 3 + at, criterion=(name, value), conversation="second")
    for at, (name, value) in enumerate([("cause", "effort"), ("output", "fixed_action"), ("input", "fields"), ("rules", "complete")])
]


def test_a_verdict_that_moved_says_from_where_to_where_and_which_facts_did_it() -> None:
    changes = report([SCAN], [SCAN, *RULES])
    (moved,) = changes.moved
    assert (moved.statement, moved.was, moved.was_certainty) == ("Scan letters on arrival", None, Certainty.OPEN)
    assert (moved.now, moved.now_certainty) == (SolutionClass.RULES_AUTOMATION, Certainty.SETTLED)
    assert len(moved.because) == 4 and all("(before: not known)" in reason.text for reason in moved.because)
    assert {quote.conversation_id for reason in moved.because for quote in reason.quotes} == {"second"}


def test_a_fact_on_which_people_differ_now_is_named_as_the_reason() -> None:
    other = finding(CRITERION, "nobody works the same way", "Ada", 9, criterion=("cause", "way_of_working"), conversation="second")
    agreed = [
        one.model_copy(update={"quotes": tuple(q.model_copy(update={"conversation_id": "first"}) for q in one.quotes)}) for one in RULES
    ]
    changes = report([SCAN, *agreed], [SCAN, *agreed, other])
    (moved,) = changes.moved
    assert moved.was is SolutionClass.RULES_AUTOMATION and moved.now_certainty is Certainty.OPEN
    (reason,) = moved.because
    assert "on which people differ" in reason.text and [quote.speaker for quote in reason.quotes] == ["Ada"]
    assert [conflict.criterion for conflict in changes.contradicted] == ["cause"]


def test_a_rejected_fact_that_moves_a_verdict_is_no_longer_known() -> None:
    gone = [RULES[0].model_copy(update={"status": FindingStatus.REJECTED}), *RULES[1:]]
    (moved,) = report([SCAN, *RULES], [SCAN, *gone]).moved
    assert any(reason.text.endswith(")") and ": not known (before: " in reason.text for reason in moved.because)


def test_a_verdict_on_a_new_goal_has_not_moved() -> None:
    other = finding(MEANS, "Answer calls about the status", "Ben", 2, conversation="second")
    assert report([SCAN], [SCAN, other]).moved == ()


def test_the_verdict_on_the_whole_is_compared_while_no_goal_is_named() -> None:
    first = finding(CRITERION, "it is hard work", "Ben", 3, criterion=("cause", "effort"), conversation="first")
    (moved,) = report([first], [first, *RULES[1:]]).moved
    assert moved.goal_id is None and moved.now is SolutionClass.RULES_AUTOMATION


def test_a_goal_is_the_same_when_findings_of_others_join_it() -> None:
    again = finding(MEANS, "Scan letters on arrival", "Cleo", 1, conversation="second")
    changes = report([SCAN], [again, SCAN])
    assert changes.added == () and [one.statement for one in changes.confirmed] == ["Scan letters on arrival"]
