"""What an answer itself gives to ask on, whom it sends the interviewer to, and when pressing ends."""

from __future__ import annotations

import pytest
from tests.domain.interview.talks import GOOD, JANA, TABLE, answered, asking, play

from discovery_agent.domain.conversation import Role
from discovery_agent.domain.interview.known import Known
from discovery_agent.domain.interview.moves import AnswerKind, Exchange, Move, MoveKind, Person
from discovery_agent.domain.interview.policy import next_move
from discovery_agent.domain.interview.ranking import open_slots
from discovery_agent.domain.interview.slots import Wants
from discovery_agent.domain.interview.wording import asks_for_case, asks_for_latest_case

NOTHING = Known()
PALLET = "Last week a pallet went to the wrong yard."


def after(*exchanges: Exchange, who: Person = JANA, budget: int = 15) -> Move:
    return next_move(who, budget, exchanges, NOTHING, TABLE)


def worth(slot: str, talk: list[Exchange]) -> float:
    return next((one.worth for one in open_slots(TABLE, NOTHING, JANA, talk) if one.id == slot), 0.0)


@pytest.mark.parametrize(
    ("text", "asked", "serves"),
    [
        (PALLET, "outcome", "cause"),
        ("Every seventh parcel comes back.", "outcome", "cause"),
        ("We bought a stock tool for 30,000 pounds, and the yard never used it.", "acceptance", "tried"),
        ("The islands are another story.", "limits", "limits"),
    ],
)
def test_a_strong_statement_is_asked_on_at_once_in_its_own_words(text: str, asked: str, serves: str) -> None:
    move = after(answered(asking(asked), text))
    assert (move.kind, move.base) == (MoveKind.FOLLOW_UP, serves)
    assert move.words and move.words in text


def test_a_condition_is_asked_on_where_it_was_not_asked_for() -> None:
    who = Person(name="Kim Berg", role=Role.COMPLIANCE)
    move = after(answered(asking("outcome", Role.COMPLIANCE), "I will not sign a form that nobody has read."), who=who)
    assert move.kind is MoveKind.FOLLOW_UP and move.base in ("conditions", "limits")


def test_a_hint_by_the_way_at_something_else_is_left_alone() -> None:
    aside = answered(asking("outcome"), "Fewer returns would be enough for us. And the weather, of course, is another story.")
    assert after(aside).kind is not MoveKind.FOLLOW_UP


def test_who_knows_no_more_of_one_instance_may_still_know_the_topic() -> None:
    first = answered(asking("outcome"), PALLET)
    told, silent = answered(after(first), "I am in charge of it."), answered(after(first), "I don't know.")
    assert worth("steps", [first, silent]) == worth("steps", [first, told])


def test_after_one_question_on_a_statement_the_agenda_goes_on() -> None:
    first = answered(asking("outcome"), PALLET)
    move = after(first)
    following = after(first, answered(move, "Last month another pallet was lost."))
    assert following.kind is MoveKind.ASK


def test_the_same_statement_is_never_asked_on_twice() -> None:
    exchanges = play(lambda _move, _number: f"{PALLET} {GOOD}", budget=20)
    assert sum(one.move.kind is MoveKind.FOLLOW_UP for one in exchanges) == 1


def test_what_somebody_only_repeats_is_not_asked_on() -> None:
    assert after(answered(asking("outcome"), f"I told you. {PALLET}")).kind is not MoveKind.FOLLOW_UP


def test_following_up_takes_a_quarter_of_the_budget_at_most() -> None:
    exchanges = play(lambda _move, number: f"Last week {number + 2} pallets went to the wrong yard.", budget=20)
    assert 2 <= sum(one.move.kind is MoveKind.FOLLOW_UP for one in exchanges) <= 5


def test_the_follow_up_asks_for_its_slot_so_that_it_is_not_asked_for_again() -> None:
    first = answered(asking("outcome"), PALLET)
    talk = [first, answered(after(first), "The labels look alike, and at night nobody reads them a second time.")]
    assert worth("cause", talk[:1]) > 0 and worth("cause", talk) == 0


def test_a_follow_up_that_could_tell_nothing_new_is_left_out() -> None:
    told = [answered(asking("cause"), GOOD), answered(asking("error"), GOOD)]
    assert after(*told, answered(asking("outcome"), PALLET)).kind is MoveKind.ASK


def test_the_last_question_goes_to_a_follow_up_only_if_nothing_is_worth_more() -> None:
    talk = [answered(asking("part"), GOOD)] * 3
    late = answered(asking("acceptance"), "The islands are another story.")
    assert after(*talk, late, budget=15).kind is MoveKind.FOLLOW_UP
    assert after(*talk, late, budget=5).kind is not MoveKind.FOLLOW_UP


def test_a_question_back_on_a_follow_up_is_answered_with_the_same_question_in_other_words() -> None:
    first = answered(asking("outcome"), PALLET)
    move = after(first)
    again = after(first, answered(move, "What do you mean?"))
    assert (again.kind, again.slot, again.words) == (MoveKind.FOLLOW_UP, move.slot, move.words)
    assert again.question != move.question


@pytest.mark.parametrize(
    "text", ["Ask Nadia in stores, she has the list.", "That is a question for the night shift.", "Better ask our bookkeeper."]
)
def test_somebody_who_sends_one_elsewhere_is_not_pressed_and_the_name_is_kept(text: str) -> None:
    exchange = answered(asking("volume"), text)
    assert exchange.reading and exchange.reading.kind is AnswerKind.REFERS and exchange.reading.knows
    move = after(exchange)
    assert move.kind is MoveKind.ASK and move.slot != "volume" and not move.slot.startswith("who_knows")


def test_where_a_name_was_asked_for_a_name_is_the_answer() -> None:
    reading = answered(asking("owner"), "Ask Nadia in stores.").reading
    assert reading and reading.kind is AnswerKind.SUBSTANTIAL


def test_whoever_rejects_the_wording_is_asked_once_how_they_would_put_it() -> None:
    first = answered(asking("cause"), "I would not call it a mistake.")
    move = after(first)
    assert (move.kind, move.slot) == (MoveKind.CLARIFY, "cause") and move.question in TABLE.moves.reword
    told = [first, answered(move, GOOD)]
    assert after(*told, answered(asking("risks"), "That is too strong a word.")).kind is MoveKind.ASK


@pytest.mark.parametrize("text", ["I have no opinion on that.", "I don't have a view on that."])
def test_having_no_view_is_an_answer_and_no_hint_at_somebody_who_would_know(text: str) -> None:
    exchange = answered(asking("risks"), text)
    assert exchange.reading and exchange.reading.kind is AnswerKind.DOES_NOT_KNOW
    assert after(exchange).kind is MoveKind.ASK and not after(exchange).slot.startswith("who_knows")


def test_nobody_is_asked_who_else_would_know_their_own_view() -> None:
    assert TABLE.by_id["risks"].personal
    assert not after(answered(asking("risks"), "I don't know.")).slot.startswith("who_knows")


def test_little_to_say_is_asked_on_only_where_much_hangs_on_it() -> None:
    assert after(answered(asking("volume"), "There is little to say about that.")).kind is MoveKind.CLARIFY
    assert after(answered(asking("affected"), "There is little to say about that.")).kind is MoveKind.ASK


def test_after_two_answers_that_gave_way_nobody_is_asked_for_a_case_a_third_time() -> None:
    gave_way = [answered(asking("cause"), "It varies."), answered(asking("error"), "Nobody is perfect.")]
    events = [slot.id for slot in TABLE.slots if slot.wants is Wants.EVENT]
    move = after(*gave_way)
    assert not asks_for_case(move.question) and move.slot not in events
    told = [*gave_way[:1], answered(asking("error"), GOOD)]
    assert worth("event", gave_way) < worth("event", told)


def test_the_request_for_more_asks_for_no_case_either_once_two_answers_gave_way() -> None:
    for slot in ("cause", "outcome", "error", "rules", "risks", "limits"):
        move = after(answered(asking("part"), "It varies."), answered(asking(slot), "Nobody is perfect."))
        assert move.kind is not MoveKind.CLARIFY or not asks_for_case(move.question), move.question


def test_the_latest_case_under_another_name_is_the_same_question() -> None:
    asked = asking("rules").model_copy(update={"kind": MoveKind.CLARIFY, "question": "What happened in the most recent case?"})
    assert asks_for_latest_case(asked.question)
    assert worth("event", [answered(asked, GOOD)]) == 0
    assert not asks_for_latest_case("How was the last case decided?")


@pytest.mark.parametrize(
    ("asked", "text", "settled"),
    [
        ("trigger", "By the end of June at the latest, and the target is 40 a week.", "target"),
        ("event", "An agent listens, picks a code, and the dispatcher then sends somebody over to have a look at it.", "steps"),
    ],
)
def test_an_answer_to_something_else_leaves_the_asked_slot_open_for_later(asked: str, text: str, settled: str) -> None:
    exchange = answered(asking(asked), text)
    assert exchange.reading and exchange.reading.missed
    assert settled in exchange.reading.settles and asked not in exchange.reading.settles
    talk = [exchange, *(answered(asking(slot), GOOD) for slot in ("part", "input", "check"))]
    assert worth(asked, talk) > 0


def test_an_answer_that_also_tells_something_else_is_no_miss() -> None:
    reading = answered(asking("cause"), "Half of the forms lack a signature. That costs us 2,000 euros a month.").reading
    assert reading and not reading.missed and "cause" in reading.settles


@pytest.mark.parametrize("role", [Role.SPONSOR, Role.COMPLIANCE])
def test_nobody_is_asked_for_their_own_share_of_work_that_others_do(role: Role) -> None:
    assert not any("you handle" in wording for wording in TABLE.by_id["volume"].wordings_for(role))
    assert TABLE.by_id["effort"].worth_for(role) == 0
