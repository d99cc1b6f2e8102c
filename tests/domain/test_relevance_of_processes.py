"""What is said about one process bears on no goal of another; general remarks about the one that is discussed still count."""

from __future__ import annotations

from tests.domain.said import finding

from discovery_agent.domain.findings import Finding, FindingKind
from discovery_agent.domain.necessity import FIRM
from discovery_agent.domain.relevance import Relevance


def alike(left: str, right: str) -> float:
    one, other = set(left.lower().split()), set(right.lower().split())
    return len(one & other) / max(1, len(one | other))


def goal(text: str, turn: int, conversation: str) -> Finding:
    return finding(FindingKind.OPERATIONAL_GOAL, text, turn=turn, conversation=conversation)


def shown(text: str, turn: int, conversation: str, value: str = "complete") -> Finding:
    return finding(FindingKind.CRITERION, text, turn=turn, conversation=conversation, criterion=("rules", value), confidence=0.9)


def step(text: str, turn: int, conversation: str) -> Finding:
    return finding(FindingKind.PROCESS_STEP, text, turn=turn, conversation=conversation)


EMAILS = goal("Answer every e-mail within one day", 3, "service")
SERVICE_TALK = [
    EMAILS,
    step("The e-mails land in one mailbox", 5, "service"),
    step("Somebody reads the mailbox and forwards each e-mail", 6, "service"),
    step("In spring the mailbox overflows and e-mails lie around", 9, "service"),
]
WARRANTY_TALK = [
    step("For a warranty claim the dealer fills in a form", 1, "warranty"),
    step("Each warranty claim has a serial number", 4, "warranty"),
    step("A claim under warranty is approved by date of sale", 8, "warranty"),
]


def shares(goals: list[Finding], talk: list[Finding], evidence: list[Finding]) -> list[list[Finding]]:
    return Relevance([[one] for one in goals], alike, [*talk, *evidence]).share(evidence)


def test_a_remark_about_another_process_bears_on_no_goal_even_if_nobody_stated_a_goal_for_that_process() -> None:
    rules = shown("The rules are written down, there are no exceptions", 12, "warranty")
    assert shares([EMAILS], [*SERVICE_TALK, *WARRANTY_TALK], [rules]) == [[]]


def test_a_remark_about_another_process_goes_to_the_goal_of_that_process_alone() -> None:
    claims = goal("Decide warranty claims in two days", 20, "warranty")
    rules = shown("It is always the same, no exceptions", 12, "warranty")
    kind = shown("If one goes astray, they forward it", 30, "service")
    assert shares([EMAILS, claims], [*SERVICE_TALK, *WARRANTY_TALK, claims], [rules, kind]) == [[kind], [rules]]


def test_a_general_remark_far_from_the_goal_in_the_meeting_about_its_process_counts() -> None:
    rules = shown("Nobody could ever put that into words", 60, "service")
    assert shares([EMAILS], [*SERVICE_TALK, *WARRANTY_TALK], [rules]) == [[rules]]


def test_a_second_conversation_about_the_same_process_counts_though_it_states_no_goal() -> None:
    interview = [
        step("The mailbox runs on an old server", 2, "it"),
        step("From the mailbox I can export to a table", 5, "it"),
        step("We archive the mailbox every year", 7, "it"),
    ]
    rules = shown("There are no exceptions at all", 11, "it")
    assert shares([EMAILS], [*SERVICE_TALK, *interview], [rules]) == [[rules]]


def test_a_conversation_whose_subject_cannot_be_told_counts() -> None:
    rules = shown("There are no exceptions at all", 11, "short call")
    assert shares([EMAILS], SERVICE_TALK, [rules]) == [[rules]]


def test_a_remark_that_names_the_goal_amid_talk_of_another_process_is_a_hint() -> None:
    both = shown("The warranty form comes by e-mail as free text", 12, "warranty")
    ((hint,),) = shares([EMAILS], [*SERVICE_TALK, *WARRANTY_TALK], [both])
    assert hint.id == both.id
    assert hint.confidence < FIRM


def test_a_remark_about_the_other_process_in_the_meeting_about_this_one_does_not_count() -> None:
    aside = shown("With the warranty forms it is all fixed", 14, "service")
    assert shares([EMAILS], [*SERVICE_TALK, *WARRANTY_TALK], [aside]) == [[]]


def test_a_meeting_that_goes_from_one_process_to_another_gives_each_its_own_remarks() -> None:
    discharge = goal("Send discharge letters on the same day", 2, "clinic")
    rota = goal("Plan the rota without overtime", 30, "clinic")
    talk = [
        discharge,
        step("The doctor dictates the discharge letter", 4, "clinic"),
        step("A typist corrects the letter", 6, "clinic"),
        step("The letter waits for a signature", 18, "clinic"),
        rota,
        step("The rota is in a spreadsheet", 32, "clinic"),
        step("Nurses swap shifts and the rota is wrong", 40, "clinic"),
        step("The union has a say in the rota", 45, "clinic"),
    ]
    early, late = shown("Every one is different", 19, "clinic", "none"), shown("It is all in the agreement", 46, "clinic")
    assert shares([discharge, rota], talk, [early, late]) == [[early], [late]]


def test_two_goals_of_one_process_share_its_general_remarks() -> None:
    route = goal("Route each message to the right desk", 4, "service")
    rules = shown("Nobody could ever put that into words", 60, "service")
    assert shares([EMAILS, route], [*SERVICE_TALK, route], [rules]) == [[rules], [rules]]


def test_a_conversation_that_may_be_about_the_process_in_other_words_gives_hints() -> None:
    interview = [
        step("Every ticket has a number", 2, "it"),
        step("I export the tickets once a week", 5, "it"),
        step("A ticket keeps the team that solved it", 7, "it"),
    ]
    akin, rules = shown("Answer every message within one day", 9, "it"), shown("There are no exceptions at all", 30, "it")
    ((_, hint),) = shares([EMAILS], [*SERVICE_TALK, *interview], [akin, rules])
    assert (hint.id, hint.confidence < FIRM) == (rules.id, True)
