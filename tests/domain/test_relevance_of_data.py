"""A claim about data bears on every goal whose work uses that data, and on no goal of another process."""

from __future__ import annotations

from tests.domain.said import finding

from discovery_agent.domain.findings import Finding, FindingKind, Proof
from discovery_agent.domain.relevance import Relevance


def alike(left: str, right: str) -> float:
    one, other = set(left.lower().split()), set(right.lower().split())
    return len(one & other) / max(1, len(one | other))


def goal(text: str, turn: int, conversation: str = "linen") -> Finding:
    return finding(FindingKind.OPERATIONAL_GOAL, text, turn=turn, conversation=conversation)


def step(text: str, turn: int, conversation: str = "linen") -> Finding:
    return finding(FindingKind.PROCESS_STEP, text, turn=turn, conversation=conversation)


def data(text: str, turn: int, conversation: str = "linen") -> Finding:
    return finding(FindingKind.CRITERION, text, turn=turn, conversation=conversation, data=("availability", 3, Proof.HEARSAY))


def shares(goals: list[Finding], talk: list[Finding], claims: list[Finding]) -> list[list[Finding]]:
    return Relevance([[one] for one in goals], alike, [*talk, *claims]).share(claims)


TRIPS, ERRORS = goal("Fewer second trips", 6), goal("Reduce errors", 27)
LINEN_TALK = [
    step("Hotels mail their order to us", 1),
    TRIPS,
    step("An order that is late misses the tour", 8),
    step("Somebody types the order into the program", 12),
    step("The order goes to the laundry floor", 20),
    ERRORS,
]


def test_what_is_known_of_the_data_of_a_process_bears_on_each_of_its_goals() -> None:
    claim = data("We type every order into the ERP", 2)
    assert shares([TRIPS, ERRORS], LINEN_TALK, [claim]) == [[claim], [claim]]


def test_a_claim_said_right_after_one_goal_still_bears_on_the_other_goal_of_the_process() -> None:
    claim = data("All of it is in the ERP", 28)
    assert shares([TRIPS, ERRORS], LINEN_TALK, [claim]) == [[claim], [claim]]


def test_goals_that_name_the_same_thing_share_what_is_known_of_its_data_in_a_short_talk() -> None:
    book, match = goal("Book invoices in a day", 2, "short"), goal("Make no mistakes in invoices", 12, "short")
    claim = data("They are all kept as files", 3, "short")
    assert shares([book, match], [book, match], [claim]) == [[claim], [claim]]


def test_a_claim_about_the_data_of_another_process_bears_on_no_goal() -> None:
    warranty = [step(f"A warranty claim {what}", at, "warranty") for at, what in enumerate(("has a form", "has a number", "is approved"))]
    away = data("It is all in the dealer portal", 9, "warranty")
    aside = data("Warranty forms are kept as files", 22)
    assert shares([TRIPS, ERRORS], [*LINEN_TALK, *warranty], [away, aside]) == [[], []]


CLINIC = [
    letters := goal("Send discharge letters on the same day", 2, "clinic"),
    step("The doctor dictates the discharge letter", 4, "clinic"),
    step("A typist corrects the letter in Meona", 6, "clinic"),
    step("The letter waits for a signature", 18, "clinic"),
    rota := goal("Plan the rota without overtime", 30, "clinic"),
    step("The rota is in a spreadsheet", 32, "clinic"),
    step("Nurses swap shifts, and the rota in Meona is wrong", 40, "clinic"),
    step("The union has a say in the rota", 45, "clinic"),
]


def test_where_a_meeting_goes_from_one_process_to_another_each_keeps_its_own_data() -> None:
    early, late = data("Ten years of them, all there", 19, "clinic"), data("Only since March", 46, "clinic")
    assert shares([letters, rota], CLINIC, [early, late]) == [[early], [late]]


def test_a_system_that_the_work_of_both_goals_uses_is_known_for_both() -> None:
    claim = data("You can read everything that is in Meona", 19, "clinic")
    assert shares([letters, rota], CLINIC, [claim]) == [[claim], [claim]]


def test_a_claim_that_names_what_one_goal_is_about_does_not_bear_on_a_goal_about_something_else() -> None:
    parking = goal("Nobody looks for a place to park", 40)
    orders = goal("Confirm every order at once", 3)
    claim = data("Every order since 2019 is kept", 14)
    assert shares([orders, parking], [*LINEN_TALK[:1], *LINEN_TALK[2:5], orders, parking], [claim]) == [[claim], []]
