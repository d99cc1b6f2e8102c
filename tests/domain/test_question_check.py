"""The rules for interviewers' mistakes: what they flag is really wrong, and what is fine is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery_agent.domain.conversation import Role
from discovery_agent.domain.question_check import Criterion, Verdict, asking_sentences, check_question

GOOD = [
    "What do you want to reach with this?",
    "Thank you, that helps. How does an order get from the showroom to the saw?",
    "You said that quotes come too late. What happens then? It tells us what is at stake.",
    "Tell me about the last time a delivery went wrong.",
    "Could you walk me through a typical day?",
    "When an order is late, what do you do?",
    "By when should it be reached?",
    "In what form do the requests arrive?",
    "How do you balance price and quality?",
    "What is the difference between the plan and the result?",
    "Roughly how many cases are there in a month, and I mean an ordinary one?",
    "Who else would know how the figures are made?",
    "Do you know how many requests arrive in a month?",
    "Which of the two holds: three days or five days?",
    'You spoke of "orders and why they fail". How often does that happen?',
    "What about the handwritten ones? How do those reach you?",
    "What is the figure today? Correct me if I mix up the years.",
    "How does a parcel get from the shop to the van?",
    "What would be a good result for your guests?",
    "Which part of the work would be a good place to try a change first?",
    "Nothing was found. Where would you look?",
]


@pytest.mark.parametrize("question", GOOD)
def test_a_plain_open_question_has_no_mistake(question: str) -> None:
    assert not check_question(question, role=Role.BUSINESS).mistakes


@pytest.mark.parametrize(
    ("question", "trigger"),
    [
        ("What is the target, and by when?", "and by when"),
        ("How do you measure it and why?", "and why"),
        ("What goes wrong? How often does it happen?", "How often does it happen"),
        ("What is the baseline and the target?", "What is the baseline and the target"),
        ("How do you check an order, and who signs it?", "and who"),
        ("Can you explain what late means and how that affects customers?", "and how"),
        ("What do you do first, and do you write it down?", "and do you"),
        ("How and when do you count them?", "How and when"),
        ("Staying with the last two crates, what came of them, and who signed?", "and who"),
        ("What would be different for your guests and for the kitchen?", "for your guests and for the"),
        ("How does that sit with the drivers, as well as with the depot?", "with the drivers, as well as with the"),
    ],
)
def test_several_questions_at_once_are_named_by_the_words_that_add_one(question: str, trigger: str) -> None:
    verdict = check_question(question, role=Role.BUSINESS)[Criterion.ONE_QUESTION]
    assert verdict.verdict is Verdict.BAD
    assert any(trigger.casefold() in one.casefold() for one in verdict.triggers)


@pytest.mark.parametrize(
    "question",
    [
        "Is the process slow?",
        "Have you ever measured it?",
        "When a case is late, do you tell the customer?",
        "So you decide by price?",
        "And usually it goes well, right?",
        "Could you tell me whether it works?",
    ],
)
def test_a_question_that_yes_or_no_answers_is_closed(question: str) -> None:
    assert check_question(question, role=Role.BUSINESS).bad(Criterion.OPEN)


@pytest.mark.parametrize(
    "question",
    [
        "Don't you think that is too slow?",
        "The current process is slow, isn't it?",
        "Wouldn't it be better to automate this?",
        "Do you agree that reporting takes too long?",
        "How helpful would an assistant be?",
        "Surely the figures are checked by someone?",
        "Do you think the team should work faster?",
        "Why is the reporting so slow?",
        "What happened with the crates that were noticed only at the customer's?",
        "What about the errors that came out? They are known. What was reported only afterwards?",
        "That is a clear aim. By when should it be reached?",
        "A very ambitious target. Who answers for it?",
    ],
)
def test_a_question_that_suggests_its_answer_is_leading(question: str) -> None:
    verdict = check_question(question, role=Role.BUSINESS)[Criterion.NOT_LEADING]
    assert verdict.verdict is Verdict.BAD and verdict.triggers


@pytest.mark.parametrize(
    "question",
    [
        'You said "surely it must be faster". What would that change?',
        "How important is the delivery date to your customers?",
        "What would it be good for?",
        "You mentioned three days and five days. Which of them holds?",
        "What do you think would have to change?",
    ],
)
def test_words_of_somebody_else_and_neutral_words_are_not_leading(question: str) -> None:
    assert not check_question(question, role=Role.BUSINESS).bad(Criterion.NOT_LEADING)


@pytest.mark.parametrize(
    "question",
    [
        "What features would you like?",
        "How should the system look?",
        "Which tool would you prefer?",
        "How would you design it?",
        "What should the dashboard show?",
    ],
)
def test_asking_for_a_design_is_asking_for_a_solution(question: str) -> None:
    assert check_question(question, role=Role.BUSINESS).bad(Criterion.NO_SOLUTION)


def test_words_that_belittle_may_be_said_back_to_whoever_used_them() -> None:
    question = "What happened with the crates that were noticed only at the gate?"
    assert check_question(question, role=Role.BUSINESS).bad(Criterion.NOT_LEADING)
    told = "Two crates were noticed only at the gate."
    assert not check_question(question, role=Role.BUSINESS, answer=told).bad(Criterion.NOT_LEADING)


def test_the_opening_may_be_longer_than_other_turns() -> None:
    said = f"Hello Ada. {'I ask for others. ' * 12}What would you like to reach?"
    assert check_question(said, role=Role.BUSINESS).bad(Criterion.SHORT)
    assert not check_question(said, role=Role.BUSINESS, opening=True).bad(Criterion.SHORT)
    assert check_question(f"{said} {'Please. ' * 10}", role=Role.BUSINESS, opening=True).bad(Criterion.SHORT)


def test_asking_what_a_solution_is_for_is_no_request_for_one() -> None:
    for question in ("What would a chatbot give your customers?", "What should be different once you have the dashboard?"):
        assert not check_question(question, role=Role.SPONSOR).bad(Criterion.NO_SOLUTION)


def test_a_long_question_and_a_long_turn_are_both_too_long() -> None:
    long_question = f"What happens {'and then once more ' * 8}in the end?"
    long_turn = "Thank you for telling me about it. " * 7 + "What happens next?"
    assert check_question(long_question, role=Role.BUSINESS)[Criterion.SHORT].triggers == ("37 words in one question",)
    assert check_question(long_turn, role=Role.BUSINESS)[Criterion.SHORT].triggers == ("52 words altogether",)


def test_jargon_is_flagged_unless_the_stakeholder_said_it_first() -> None:
    question = "Which KPI matters most to you?"
    assert check_question(question, role=Role.SPONSOR)[Criterion.PLAIN].triggers == ("KPI",)
    assert not check_question(question, role=Role.SPONSOR, answer="We look at one KPI a week.").bad(Criterion.PLAIN)


def test_a_technical_term_is_wrong_for_a_business_person_and_right_for_a_technical_one() -> None:
    question = "Does the API give you all fields?"
    assert check_question(question, role=Role.BUSINESS).bad(Criterion.FITS_ROLE)
    assert not check_question(question, role=Role.TECHNICAL).bad(Criterion.FITS_ROLE)
    assert check_question(question, role=Role.UNKNOWN)[Criterion.FITS_ROLE].verdict is Verdict.NOT_JUDGED


def test_a_question_that_takes_up_the_answer_is_in_the_stakeholders_words() -> None:
    answer = "The handwritten orders from older dealers take me twice as long."
    assert not check_question("How many handwritten orders are there?", role=Role.END_USER, answer=answer).bad(Criterion.OWN_WORDS)
    assert check_question("Who decides on the budget?", role=Role.END_USER, answer=answer).bad(Criterion.OWN_WORDS)
    assert check_question("Why?", role=Role.END_USER, answer="No.")[Criterion.OWN_WORDS].verdict is Verdict.NOT_JUDGED


def test_nearly_the_same_question_counts_as_asked_before() -> None:
    earlier = ["Thank you. How many repair requests arrive in a month?"]
    again = check_question("And how many repair requests do arrive in a month?", role=Role.BUSINESS, earlier=earlier)
    assert again[Criterion.NOT_ASKED_BEFORE].triggers == ("How many repair requests arrive in a month?",)
    other = check_question("How many repair visits fail in a month?", role=Role.BUSINESS, earlier=earlier)
    assert not other.bad(Criterion.NOT_ASKED_BEFORE)


def test_a_turn_without_a_question_is_said_to_ask_nothing_and_is_not_judged_further() -> None:
    check = check_question("Thank you, I have what I need.", role=Role.BUSINESS)
    assert check.bad(Criterion.ASKS)
    assert check[Criterion.ONE_QUESTION].verdict is Verdict.NOT_JUDGED


def test_every_criterion_gets_exactly_one_verdict_in_a_fixed_order() -> None:
    check = check_question("What now?", role=Role.BUSINESS)
    assert [one.criterion for one in check.verdicts] == list(Criterion)


@given(st.text(max_size=300), st.text(max_size=100))
def test_any_text_is_judged_and_the_same_text_always_alike(text: str, answer: str) -> None:
    first = check_question(text, role=Role.BUSINESS, answer=answer, earlier=[answer])
    assert first == check_question(text, role=Role.BUSINESS, answer=answer, earlier=[answer])
    assert all(bool(one.triggers) == (one.verdict is Verdict.BAD) for one in first.verdicts)


@given(st.lists(st.sampled_from(GOOD), min_size=2, max_size=2, unique=True))
def test_asking_sentences_of_two_questions_are_those_of_each(pair: list[str]) -> None:
    assert asking_sentences(" ".join(pair)) == [one for question in pair for one in asking_sentences(question)]
