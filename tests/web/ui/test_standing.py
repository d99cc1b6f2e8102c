"""What the overview says is decided, missing, and next."""

from __future__ import annotations

from datetime import UTC, datetime

from discovery_agent.discovery.assessments import AssessmentOverview, Section, VerdictCount
from discovery_agent.domain.agenda import AgendaItem, Feeds
from discovery_agent.domain.agreement.register import ConflictState, RegisteredConflict
from discovery_agent.domain.conflicts import find_conflicts
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.merging import build_goal_tree
from discovery_agent.domain.necessity import Certainty
from discovery_agent.web.ui.engagement.agenda import answered_by, is_settled
from discovery_agent.web.ui.engagement.changes import change_words
from discovery_agent.web.ui.engagement.standing import decided, missing, next_step
from tests.domain.agreement.grounds import alike
from tests.web.agreeing import SAID

GOALS = {Section.BUSINESS_GOALS.value: 1, Section.GOALS.value: 3}


def overview(sizes: dict[str, int] | None = None, **more: object) -> AssessmentOverview:
    return AssessmentOverview.model_validate(
        {
            "id": "a-1",
            "created_at": datetime(2026, 11, 26, tzinfo=UTC),
            "basis": "b",
            "analyst": "rules",
            "findings": 9,
            "conversations": 2,
            "sizes": sizes if sizes is not None else GOALS,
            **more,
        }
    )


QUESTION = AgendaItem(
    id="a-q",
    question="How many emails come in a day?",
    why="the answer makes the verdict firmer",
    feeds=Feeds.VERDICT,
    about="Reduce email waits",
    roles=(Role.END_USER,),
    people=("Lena Fox", "Marek Dvorak", "Tomas Berg"),
    worth=1.0,
)


def test_what_is_decided_counts_the_verdicts_by_how_sure_they_are() -> None:
    verdicts = (
        VerdictCount(solution="rules_automation", certainty=Certainty.SETTLED, goals=2),
        VerdictCount(solution=None, certainty=Certainty.OPEN, goals=1),
    )
    (line,) = decided(overview(verdicts=verdicts))
    assert line.text.startswith("3 verdicts") and "2 settled" in line.text and "1 open" in line.text
    assert decided(overview({})) == ()
    assert missing(overview(verdicts=verdicts))[0].text == "Too little is known for a verdict on 1 goal"


def test_what_is_missing_is_named_with_the_page_that_shows_it() -> None:
    sizes = GOALS | {Section.CONFLICTS.value: 3, Section.KPIS.value: 4, Section.SINGLE_VOICES.value: 1}
    lines = missing(
        overview(
            sizes, kpi_gaps={"owner": 1, "target": 3}, ready={"unknown": 1, "ready": 2}, missing_roles=(Role.SPONSOR, Role.COMPLIANCE)
        ),
        unsettled=1,
    )
    assert {line.text: line.path for line in lines} == {
        "1 conflict not settled": "/conflicts",
        "Of 4 KPIs 3 lack a target, 1 an owner": "/goals#kpis",
        "Whether the data is ready is not known for 1 goal": "/verdicts",
        "Nobody was heard as: sponsor, compliance": "/people#heard",
        "1 conclusion rests on one voice": "/people#heard",
    }
    assert missing(overview()) == ()
    assert missing(overview({}))[0].text == "No business goal was said"


def test_what_changed_is_one_line_with_each_count_in_its_number() -> None:
    sizes = GOALS | {Section.MOVED.value: 1, Section.ADDED.value: 6}
    change = {"before": "a-0", "since": datetime(2026, 11, 26, tzinfo=UTC), "resolved": ("handling time: the target",)}
    assert change_words(overview(sizes, change=change)) == "Since 26 Nov 2026: 1 verdict moved, 6 new goals and KPIs, 1 conflict gone"


def test_the_next_step_is_the_question_that_could_change_most_and_says_whom_to_ask() -> None:
    step = next_step(overview(), [QUESTION])
    assert step.text == QUESTION.question and step.path == "/agenda"
    assert "Lena Fox or Marek Dvorak" in step.why and "Tomas" not in step.why and QUESTION.why in step.why and QUESTION.about in step.why
    unheard = next_step(overview(), [QUESTION.model_copy(update={"people": ()})])
    assert "end user" in unheard.why


def test_without_questions_conflicts_come_next_and_then_the_verdicts() -> None:
    found = overview(GOALS | {Section.CONFLICTS.value: 2})
    assert next_step(found, [], unsettled=1).path == "/conflicts"
    assert next_step(found, [], unsettled=0).path == "/verdicts"
    assert next_step(overview(), []).path == "/verdicts"
    assert next_step(None, []).path == "/conversations"


def test_a_question_on_a_conflict_that_was_ended_need_not_be_asked_and_others_stay() -> None:
    (conflict,) = find_conflicts(build_goal_tree(SAID, alike), SAID, alike)
    asked = QUESTION.model_copy(update={"feeds": Feeds.CONFLICT, "question": conflict.crux})

    def known(state: ConflictState) -> list[RegisteredConflict]:
        return [
            RegisteredConflict(engagement_id="e", id=conflict.id, at=datetime(2026, 11, 26, tzinfo=UTC), conflict=conflict, state=state)
        ]

    for state in ConflictState:
        ended = state in (ConflictState.SETTLED, ConflictState.ACCEPTED)
        assert is_settled(asked, answered_by(known(state))) is ended, state
        assert not is_settled(QUESTION, answered_by(known(state)))
        # A verdict may hang on the same words; it is no conflict that was ended.
        assert not is_settled(asked.model_copy(update={"feeds": Feeds.VERDICT}), answered_by(known(state)))
