"""The figures behind the economics of a goal are those of its own process."""

from __future__ import annotations

from tests.domain.said import finding

from discovery_agent.domain.backing import Backing, BearsOn
from discovery_agent.domain.findings import Finding, FindingKind

WARRANTY, EMAILS = "Decide warranty claims within a week", "Answer e-mails of tenants on the same day"


def step(text: str, conversation: str = "c") -> Finding:
    return finding(FindingKind.PROCESS_STEP, text, "Ida", turn=sum(map(ord, text)), conversation=conversation)


def anywhere(_conversation: str, _words: frozenset[str], _goal: int) -> bool:
    return True


def cases(goals: list[str], *told: Finding, evidence: tuple[Finding, ...] = (), bears_on: BearsOn = anywhere) -> list[float | None]:
    backing = Backing(told, goals, bears_on, "EUR")
    found = [backing.of(at, evidence).cases_per_month for at in range(len(goals))]
    return [one.likely if one else None for one in found]


def test_nine_thousand_emails_are_no_warranty_claims() -> None:
    told = (step("We get 9,000 e-mails a month."), step("There are 400 warranty claims a month."))
    assert cases([WARRANTY, EMAILS], *told) == [400, 9000]


def test_a_goal_of_which_no_number_is_said_takes_none_of_another_goal() -> None:
    assert cases([WARRANTY, EMAILS], step("We get 9,000 e-mails a month.")) == [None, 9000]


def test_a_number_that_names_no_goal_backs_those_that_have_none_of_their_own() -> None:
    told = (step("It is 700 a month, all of us together."), step("There are 400 warranty claims a month."))
    assert cases([WARRANTY, EMAILS], *told) == [400, 700]


def test_of_two_numbers_of_the_same_process_the_larger_is_the_whole() -> None:
    told = (step("I decide 90 warranty claims a month."), step("There are 400 warranty claims a month."))
    assert cases([WARRANTY], *told) == [400]


def test_what_is_said_where_another_process_is_spoken_of_does_not_count() -> None:
    told = (step("It is 700 a month, all of us together.", conversation="laundry"), step("About 120 a month.", conversation="claims"))
    assert cases([WARRANTY], *told, bears_on=lambda conversation, _words, _goal: conversation != "laundry") == [120]


def test_evidence_of_a_goal_counts_beside_what_is_told_of_the_work() -> None:
    assert cases([WARRANTY], evidence=(step("There are 400 warranty claims a month."),)) == [400]


def test_what_an_hour_costs_is_the_same_for_every_goal() -> None:
    told = step("An hour of a clerk costs us 38 euros an hour, all in.")
    backing = Backing([told], [WARRANTY, EMAILS], anywhere, "EUR")
    assert [one.likely if (one := backing.of(at, ()).hourly_cost) else None for at in (0, 1)] == [38, 38]
