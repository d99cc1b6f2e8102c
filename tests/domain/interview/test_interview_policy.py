"""What the interviewer does next: value of information, and the habits of a good interviewer."""

from __future__ import annotations

import pytest
from tests.domain.interview.talks import GOOD, JANA, ROLES, TABLE, answered, asking, contradiction, item, offer, play

from discovery_agent.domain.agenda import Feeds
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.findings import FindingKind
from discovery_agent.domain.interview.known import Known
from discovery_agent.domain.interview.moves import AnswerKind, Exchange, Move, MoveKind, Person, Stop
from discovery_agent.domain.interview.policy import next_move, progress
from discovery_agent.domain.interview.ranking import open_slots
from discovery_agent.domain.interview.slots import Topic
from discovery_agent.domain.interview.talk import MOST_ASKED_BACK

NOTHING = Known()


def person(role: Role) -> Person:
    return Person(name="Kim Berg", role=role)


def after(*exchanges: Exchange, known: Known = NOTHING, who: Person = JANA, budget: int = 15) -> Move:
    return next_move(who, budget, exchanges, known, TABLE)


def slots(exchanges: list[Exchange]) -> list[str]:
    return [one.move.slot for one in exchanges]


@pytest.mark.parametrize(
    ("role", "first"),
    [
        (Role.SPONSOR, "outcome"),
        (Role.BUSINESS, "outcome"),
        (Role.TECHNICAL, "systems"),
        (Role.COMPLIANCE, "law"),
        (Role.END_USER, "steps"),
    ],
)
def test_each_role_is_first_asked_for_what_it_can_know_best(role: Role, first: str) -> None:
    assert after(who=person(role)).slot == first


@pytest.mark.parametrize("role", ROLES)
def test_the_last_time_it_went_wrong_is_asked_for_early_and_as_an_event(role: Role) -> None:
    asked = play(lambda _move, _number: GOOD, person=person(role))
    assert "event" in slots(asked)[:12]


def test_business_people_are_never_asked_what_only_technical_people_know() -> None:
    for role in (Role.SPONSOR, Role.BUSINESS, Role.END_USER):
        asked = play(lambda _move, _number: GOOD, person=person(role), budget=60)
        assert not {"integration", "hosting", "security", "linking"} & set(slots(asked))


def test_what_is_asked_waits_for_its_answer() -> None:
    first = after()
    assert next_move(JANA, 15, [Exchange(move=first, said="...")], NOTHING, TABLE) == first


def test_the_agenda_outranks_a_plain_slot_and_puts_it_in_words_for_a_person() -> None:
    known = Known(agenda=(item("explain", Feeds.VERDICT, about="Settle claims", worth=1.2),))
    move = after(answered(asking("outcome"), GOOD), known=known)
    assert move.slot == "explain" and move.about == "Settle claims"
    assert move.question in [wording.replace("{a_case}", "a case") for wording in TABLE.by_id["explain"].questions]


def test_an_agenda_item_for_another_role_is_not_asked() -> None:
    known = Known(agenda=(item("integration", Feeds.READINESS, roles=(Role.TECHNICAL,), worth=3.0),))
    assert "integration" not in slots(play(lambda _move, _number: GOOD, known=known))
    still = open_slots(TABLE, known, JANA)
    assert any(one.id == "integration" and not one.for_person for one in still)


def test_an_agenda_item_that_the_table_does_not_know_is_asked_as_it_stands() -> None:
    known = Known(agenda=(item("colour", Feeds.VERDICT, about="The colour of it", worth=2.0),))
    move = after(answered(asking("outcome"), GOOD), known=known)
    assert move.slot == "a-verdict-colour-The colour of it" and move.question == "What is it?"


def test_the_same_figure_under_another_name_is_not_asked_for_again() -> None:
    known = Known(agenda=(item("target", about="claim handling time"),))
    asked = asking("target").model_copy(update={"about": "handling time"})
    assert not [one for one in open_slots(TABLE, known, JANA, [answered(asked, "Three days.")]) if "target" in (one.id, one.base)]


def test_a_second_figure_is_asked_for_by_its_name() -> None:
    known = Known(agenda=(item("target", about="error rate", worth=2.0),))
    asked = asking("target").model_copy(update={"about": "handling time"})
    again = next(one for one in open_slots(TABLE, known, JANA, [answered(asked, "Three days.")]) if one.base == "target")
    assert again.about == "error rate"
    move = after(answered(asking("outcome"), GOOD), answered(asked, "Three days."), known=known)
    assert move.base == "target" and "error rate" in move.question


@pytest.mark.parametrize(
    "known",
    [
        Known(kpi=("deadline",)),
        Known(settled=("deadline",)),
    ],
)
def test_what_others_settled_is_not_asked_again(known: Known) -> None:
    assert "deadline" not in slots(play(lambda _move, _number: GOOD, known=known, budget=60))


def test_criteria_and_data_that_transcripts_settled_are_not_asked_for() -> None:
    known = Known(criteria=("cause", "input"), dimensions=("quality",))
    assert not {"cause", "input", "data_quality"} & set(slots(play(lambda _move, _number: GOOD, known=known, budget=60)))


def test_a_view_is_asked_of_everybody_although_others_gave_theirs() -> None:
    known = Known(settled=("event", "risks", "outcome"))
    assert {"event", "risks", "outcome"} <= set(slots(play(lambda _move, _number: GOOD, known=known, budget=30)))


def test_many_findings_make_a_slot_less_urgent() -> None:
    def worth(known: Known) -> float:
        return next(one.worth for one in open_slots(TABLE, known, JANA) if one.id == "steps")

    assert worth(Known(kinds={FindingKind.PROCESS_STEP: 9})) < worth(NOTHING)


def test_what_was_volunteered_earlier_is_not_asked_for() -> None:
    exchanges = play({"outcome": "We want to get from nine days to three, and it has to be live by March.", "event": GOOD})
    assert not {"deadline", "target", "baseline"} & set(slots(exchanges))


def test_what_somebody_brings_up_is_followed_up_in_their_words() -> None:
    move = after(answered(asking("steps"), "The works council was not amused when Lena changed the list last spring in that department."))
    before = after(answered(asking("steps"), "Lena changed the list last spring in that department and told the others on Monday."))
    assert before.slot != "works_council"
    found = next(
        one
        for one in open_slots(TABLE, NOTHING, JANA, [answered(asking("steps"), "The works council was not amused by it.")])
        if one.id == "works_council"
    )
    assert found.words == "works council"
    assert move.words in (None, "works council")


def test_a_vague_answer_gets_one_request_for_more_and_then_the_talk_moves_on() -> None:
    vague = answered(asking("volume"), "A lot.")
    move = after(vague)
    assert (move.kind, move.slot) == (MoveKind.CLARIFY, "volume")
    again = after(vague, answered(move, "Quite a lot."))
    assert again.slot != "volume"


def test_the_request_takes_up_what_was_vague() -> None:
    assert "how long" in after(answered(asking("cause"), "It all takes far too long.")).question.lower()
    assert "how often" in after(answered(asking("cause"), "They frequently forget it.")).question.lower()


def test_a_slot_of_little_worth_is_not_asked_for_twice() -> None:
    assert after(answered(asking("trust"), "Somehow.")).kind is MoveKind.ASK


def test_requests_for_more_take_less_than_half_of_the_budget() -> None:
    exchanges = play(lambda _move, _number: "It is bad.", budget=20)
    assert sum(one.move.kind is MoveKind.CLARIFY for one in exchanges) <= 9


def test_a_solution_is_laddered_up_to_the_goal_once() -> None:
    wish = answered(asking("outcome"), "We need a chatbot.")
    move = after(wish)
    assert move.kind is MoveKind.LADDER and "a chatbot" in move.question and move.words == "a chatbot"
    later = after(
        wish, answered(move, "Customers get an answer at night."), answered(asking("event"), "We want our own chatbots for that.")
    )
    assert later.kind is not MoveKind.LADDER


def test_the_goal_behind_a_solution_settles_what_should_be_different() -> None:
    wish = answered(asking("event"), "We need a chatbot.")
    talk = [wish, answered(after(wish), "Customers would get their answer at night and need not call.")]
    assert not [one for one in open_slots(TABLE, NOTHING, JANA, talk) if one.id == "outcome"]


def test_two_ladders_never_follow_each_other() -> None:
    wish = answered(asking("outcome"), "We need a chatbot.")
    ladder = after(wish)
    again = after(wish, answered(ladder, "We want a drone system as well."))
    assert ladder.kind is MoveKind.LADDER and again.kind is not MoveKind.LADDER


def test_a_question_that_was_answered_with_something_else_is_put_once_more_later_in_other_words() -> None:
    beside = "Since 2019 every request is in Orchard, with the text and the code that was chosen."
    exchanges = play(lambda move, _number: beside if move.slot == "exceptions" else GOOD, budget=90)
    asked = [at for at, one in enumerate(exchanges) if one.move.slot == "exceptions"]
    assert len(asked) == 2 and asked[1] - asked[0] >= 3
    assert len({exchanges[at].move.question for at in asked}) == 2


def test_somebody_who_told_it_before_is_not_pressed_and_never_asked_for_it_again() -> None:
    exchanges = play({"exceptions": "I mentioned it before. Lena keys them in."}, budget=40)
    assert slots(exchanges).count("exceptions") == 1


def test_where_part_was_told_the_rest_is_asked_for() -> None:
    told = [answered(asking("outcome"), GOOD), answered(asking("event"), "Vulnerable tenants have to come first, and Lena marks them.")]
    limits = next(one for one in open_slots(TABLE, NOTHING, JANA, told) if one.id == "limits")
    before = next(one for one in open_slots(TABLE, NOTHING, JANA, told[:1]) if one.id == "limits")
    assert limits.in_part and limits.worth < before.worth
    exchanges = play({"event": "Vulnerable tenants have to come first, and Lena marks them."}, budget=90)
    question = next(one.move.question for one in exchanges if one.move.slot == "limits")
    assert question in TABLE.by_id["limits"].more


def test_why_now_and_the_own_goal_belong_near_the_beginning() -> None:
    assert "trigger" in slots(play(lambda _move, _number: GOOD, person=person(Role.SPONSOR)))[:4]
    assert "outcome" in slots(play(lambda _move, _number: GOOD, person=person(Role.COMPLIANCE)))[:4]


def test_technical_people_may_name_means() -> None:
    who = person(Role.TECHNICAL)
    assert after(answered(asking("systems", Role.TECHNICAL), "We need a dashboard."), who=who).kind is not MoveKind.LADDER


def test_not_knowing_is_accepted_and_leads_once_to_who_would_know() -> None:
    unknown = answered(asking("volume"), "I don't know.")
    move = after(unknown)
    assert move.slot == "who_knows/volume" and move.about == "How many there are"
    following = after(unknown, answered(move, "Lena in controlling."))
    assert following.kind is MoveKind.ASK and not following.slot.startswith("who_knows") and following.slot != "volume"


def test_somebody_who_names_who_knows_is_not_asked_for_the_name() -> None:
    assert not after(answered(asking("volume"), "No idea, ask Lena in controlling.")).slot.startswith("who_knows")


def test_nothing_that_comes_to_mind_is_no_reason_to_ask_who_would_know() -> None:
    assert not after(answered(asking("risks"), "Nothing comes to mind.")).slot.startswith("who_knows")


@pytest.mark.parametrize("text", ["Later.", "I'd rather not say.", "That's confidential."])
def test_later_and_no_are_accepted_without_pressing(text: str) -> None:
    move = after(answered(asking("budget"), text))
    assert move.kind is MoveKind.ASK and move.slot != "budget"


def test_somebody_who_knows_nothing_of_a_topic_is_asked_less_about_it() -> None:
    talk = [answered(asking("data_quality"), "No idea."), answered(asking("recorded"), "No idea.")]
    before = {one.id: one.worth for one in open_slots(TABLE, NOTHING, JANA, talk[:0])}
    now = {one.id: one.worth for one in open_slots(TABLE, NOTHING, JANA, talk) if one.for_person}
    data = [slot.id for slot in TABLE.slots if slot.topic is Topic.DATA and slot.id in now]
    assert data and all(now[slot] < 0.5 * before[slot] for slot in data)


def test_a_question_back_is_followed_by_the_same_question_in_other_words_once() -> None:
    asked = asking("volume")
    back = answered(asked, "Why do you ask?")
    move = after(back)
    assert move.slot == "volume" and move.kind is MoveKind.ASK and move.question != asked.question
    assert after(back, answered(move, "But why?")).slot != "volume"


def test_a_figure_given_twice_and_differently_is_named_with_both_statements() -> None:
    talk = [
        answered(asking("volume"), "We get 900 requests a month."),
        answered(asking("steps"), "Lena types them in. We write about 600 requests a month."),
    ]
    move = after(*talk)
    assert move.kind is MoveKind.CONTRADICTION
    assert [side.text for side in move.sides] == ["We get 900 requests a month.", "We write about 600 requests a month."]
    assert after(*talk, answered(move, "600 is right.")).kind is not MoveKind.CONTRADICTION


def test_the_words_of_others_are_not_shown_in_a_contradiction_unless_the_lead_allows_it() -> None:
    found = contradiction(("Jana Petrov", "It takes two days."), ("Lars", "It takes nine days."))
    start = answered(asking("outcome"), GOOD)
    private = after(start, known=Known(contradictions=(found.model_copy(update={"worth": 2.0}),)))
    assert private.kind is MoveKind.CONTRADICTION and [side.speaker for side in private.sides] == ["Jana Petrov"]
    shared = after(start, known=Known(contradictions=(found.model_copy(update={"worth": 2.0}),), share_quotes=True))
    assert [side.speaker for side in shared.sides] == ["Jana Petrov", "Lars"]


def test_a_contradiction_among_others_is_put_without_anybodys_words() -> None:
    found = contradiction(("Ingrid", "It takes two days."), ("Lars", "It takes nine days.")).model_copy(update={"worth": 2.0})
    move = after(answered(asking("outcome"), GOOD), known=Known(contradictions=(found,)))
    assert move.kind is MoveKind.CONTRADICTION and move.sides == () and "handling time" in move.question
    technical = after(answered(asking("systems"), GOOD), known=Known(contradictions=(found,)), who=person(Role.TECHNICAL))
    assert technical.kind is not MoveKind.CONTRADICTION


@pytest.mark.parametrize(
    ("about", "named"),
    [
        ("handling time: the target", "the target for the handling time"),
        ("Whether a person checks before it counts", "whether a person checks before it counts"),
        ("We want a chatbot", None),
    ],
)
def test_a_contradiction_among_others_is_named_by_its_subject_and_never_by_a_sentence_of_theirs(about: str, named: str | None) -> None:
    found = contradiction(("Ingrid", "Two days."), ("Lars", "Nine days."), about=about).model_copy(update={"worth": 2.0})
    move = after(answered(asking("outcome"), GOOD), known=Known(contradictions=(found,)))
    assert (named in move.question) if named else move.kind is not MoveKind.CONTRADICTION


def test_what_others_found_is_offered_at_most_twice_and_not_at_the_beginning() -> None:
    known = Known(offers=tuple(offer(number) for number in range(5)))
    exchanges = play(lambda _move, _number: GOOD, known=known, budget=30)
    places = [at for at, one in enumerate(exchanges) if one.move.kind is MoveKind.OFFER]
    assert 1 <= len(places) <= 2 and places[0] >= 4
    assert len({exchanges[at].move.about for at in places}) == len(places)


def test_a_wish_to_stop_ends_in_the_recap_at_once() -> None:
    talk = [answered(asking("outcome"), "Let's stop here, please.")]
    assert after(*talk).kind is MoveKind.RECAP
    assert progress(JANA, 15, talk, NOTHING, TABLE).stop is Stop.STAKEHOLDER


def test_the_interview_ends_when_nothing_is_left_that_could_change_a_decision() -> None:
    everything = Known(settled=tuple(slot.id for slot in TABLE.slots))
    exchanges = play(lambda _move, _number: "I don't know.", known=everything, budget=60)
    assert len(exchanges) < 40
    assert progress(JANA, 60, exchanges[:-1], everything, TABLE).stop is Stop.NOTHING_LEFT


def test_the_budget_is_never_passed() -> None:
    exchanges = play(lambda _move, _number: GOOD, budget=4)
    assert len(exchanges) == 5
    assert progress(JANA, 4, exchanges[:-1], NOTHING, TABLE).stop is Stop.BUDGET_SPENT


def test_a_question_back_costs_none_of_the_questions_unless_it_is_all_that_comes() -> None:
    talk = [answered(asking("outcome"), GOOD), answered(asking("volume"), "Why do you ask that?")]
    assert progress(JANA, 15, talk, NOTHING, TABLE).asked == 1
    assert len(play(lambda _move, _number: "Why do you ask that?", budget=4)) == 4 + MOST_ASKED_BACK + 1


def test_progress_names_what_is_settled_and_what_this_person_can_still_tell() -> None:
    shown = progress(JANA, 15, [answered(asking("volume"), "300 claims a month.")], NOTHING, TABLE)
    assert shown.settled == ("How many there are",)
    assert shown.still_open and "How systems connect" not in shown.still_open
    assert shown.asked == 1 and shown.stop is None and 0 < shown.share < 0.2


def test_questions_speak_of_what_the_work_is_about() -> None:
    move = next_move(JANA, 15, [answered(asking("outcome"), GOOD)], Known(subject="Invoices that are paid on time"), TABLE)
    exchanges = play(lambda _move, _number: GOOD, known=Known(subject="Invoices that are paid on time"))
    assert any("invoice" in one.move.question for one in exchanges) and move
    assert not any("{" in one.move.question for one in exchanges)


def test_a_figure_that_was_named_is_asked_for_by_its_name() -> None:
    exchanges = play({"measure": "Win rate.", "event": GOOD})
    asked = {one.move.slot: one.move.question for one in exchanges}
    assert "win rate" in asked["baseline"] and "win rate" in asked["target"]


def test_the_same_answers_give_the_same_interview() -> None:
    def script(_move: Move, number: int) -> str:
        return ["A lot.", "I don't know.", "Nine days today.", GOOD][number % 4]

    assert play(script) == play(script)


def test_a_reading_is_kept_with_each_exchange() -> None:
    assert all(one.reading and one.reading.kind in AnswerKind for one in play(lambda _move, _number: GOOD)[:-1])
