"""Figures, positions and constraints as people put them in a meeting of their own."""

from __future__ import annotations

import pytest

from discovery_agent.analysts.rules import RulesAnalyst
from discovery_agent.analysts.rules.measure_names import as_noun_phrase, things_priced
from discovery_agent.analysts.rules.metrics import Metric
from discovery_agent.analysts.rules.statements import sets_own_limit, wants_a_figure
from discovery_agent.analysts.rules.subjects_meant import opens_with_pronoun, with_subject
from discovery_agent.domain.amount_words import amount_words
from discovery_agent.domain.findings import Amount, FindingKind, Kpi, ProposedFinding
from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
from discovery_agent.settings import data_folder
from tests.analysts.rules.talk import conversation


@pytest.fixture(scope="module")
def analyst(embeddings: MiniLMEmbeddings) -> RulesAnalyst:
    return RulesAnalyst(data_folder("knowledge"), embeddings)


def found(analyst: RulesAnalyst, *lines: str) -> list[ProposedFinding]:
    return list(analyst.propose(conversation("\n".join(lines))))


def kpis(analyst: RulesAnalyst, *lines: str) -> dict[str, Kpi]:
    return {one.kpi.metric: one.kpi for one in found(analyst, *lines) if one.kpi}


@pytest.mark.parametrize(
    ("name", "said", "share", "things", "expected"),
    [
        ("end up wrong", "6 percent end up wrong", True, "changes", "share of changes that end up wrong"),
        ("never get paid", "a tenth never get paid", True, None, "share that never get paid"),
        ("wrong", "that's 7 percent wrong", True, None, "share that is wrong"),
        ("second trips fall", "if second trips fall from 310", False, None, "second trips"),
        ("repeat calls went down", "repeat calls went down to 40", False, None, "repeat calls"),
        ("hour costs", "an hour costs us 31 euros", False, None, "cost of an hour"),
        ("share of orders come back", "12 percent of the orders come back", True, None, "share of orders that come back"),
        ("handling costs", "handling costs are 12 euros", False, None, "handling costs"),
    ],
)
def test_a_measure_is_named_by_a_noun_phrase(name: str, said: str, share: bool, things: str | None, expected: str) -> None:
    assert as_noun_phrase(Metric(name, -1, -1, False), said, share=share, things=things).name == expected


def test_what_a_price_is_the_price_of_can_be_counted() -> None:
    assert things_priced("second trip cost") == "second trips"
    assert things_priced("cost of a visit") == "visits"
    assert things_priced("complaints") is None


def test_a_share_is_of_what_was_just_counted(analyst: RulesAnalyst) -> None:
    said = kpis(
        analyst, "Ann (business): Each change takes us around 4 minutes. And roughly 6 percent end up wrong, wrong quantity mostly."
    )
    assert "share of changes that end up wrong" in said


def test_how_many_of_them_and_the_target_in_the_next_sentence_are_one_kpi_with_its_period(analyst: RulesAnalyst) -> None:
    said = kpis(
        analyst,
        "Ann (sponsor): What does a second trip cost us?",
        "Tom (business): About 48 euros each. We did 310 of them last month. I want that down to under 80 a month by the end of June.",
    )
    kpi = said["second trips"]
    assert kpi.baseline and (kpi.baseline.value, kpi.baseline.per) == (310, "month")
    assert kpi.target and (kpi.target.value, kpi.target.per) == (80, "month")
    assert kpi.deadline == "the end of June"


def test_what_is_aimed_at_in_one_breath_is_due_on_one_day(analyst: RulesAnalyst) -> None:
    said = kpis(
        analyst,
        "Ann (business): Each change takes us around 4 minutes.",
        "Ann: What I would like is that we enter a change in under one minute, on average, and errors below 1 percent.",
        "Cid (sponsor): By when?",
        "Ann: End of May.",
    )
    assert {name: (kpi.target.value if kpi.target else None, kpi.deadline) for name, kpi in said.items()} == {
        "change time": (1, "End of May"),
        "errors": (1, "End of May"),
    }


@pytest.mark.parametrize(
    "said",
    [
        "Ann (business): If the quantity is within 50 percent of the standing order, we accept it.",
        "Ann (business): The weight may differ by plus or minus 5 percent from the order.",
    ],
)
def test_how_exact_something_has_to_be_is_no_kpi(analyst: RulesAnalyst, said: str) -> None:
    assert kpis(analyst, said) == {}


def test_a_demand_for_an_hour_and_a_limit_are_no_positions(analyst: RulesAnalyst) -> None:
    said = found(
        analyst,
        "Tom (technical): A cut-off of 4 pm is too late for tour 7 and 8. I'd want 3 pm for those.",
        "Cid (sponsor): I don't want to let anybody go.",
        "Tom: I am against an agent in the order flow.",
    )
    assert [one.quotes[0].text for one in said if one.kind is FindingKind.POSITION] == ["I am against an agent in the order flow."]
    assert [one.statement for one in said if one.kind is FindingKind.CONSTRAINT][-1] == "I don't want to let anybody go"


def test_a_refusal_of_what_is_proposed_is_no_limit_and_no_demand() -> None:
    assert not sets_own_limit("i don't want an agent that talks to our hotels.")
    assert not sets_own_limit("i don't want to use it.")
    assert not wants_a_figure("i'd want a pilot first.")


@pytest.mark.parametrize(
    ("before", "statement", "expected"),
    [
        ("Customer emails contain personal data", "They must not leave the EU", "Customer emails must not leave the EU"),
        ("The annual report goes to the regulator", "It has to be in by March", "The annual report has to be in by March"),
        ("We store the customer e-mails in Outlook", "They must not leave the EU", "The customer e-mails must not leave the EU"),
        ("The budget is fixed", "It's not to go above 60,000 euros", "The budget is not to go above 60,000 euros"),
        (
            "We keep the recordings and the transcripts",
            "They must be deleted after a month",
            "We keep the recordings and the transcripts: they must be deleted after a month",
        ),
        ("We talked about it", "It has to be in by March", "We talked about it: it has to be in by March"),
    ],
)
def test_a_constraint_on_them_says_on_what(before: str, statement: str, expected: str) -> None:
    assert opens_with_pronoun(statement)
    assert with_subject(statement, before) == expected


def test_a_constraint_that_begins_with_a_pronoun_quotes_the_sentence_before(analyst: RulesAnalyst) -> None:
    (limit,) = [
        one
        for one in found(analyst, "Bob (technical): The customer e-mails contain names and addresses. They must not leave the EU.")
        if one.kind is FindingKind.CONSTRAINT
    ]
    assert limit.statement == "The customer e-mails must not leave the EU"
    assert [quote.text for quote in limit.quotes] == ["The customer e-mails contain names and addresses.", "They must not leave the EU."]


def test_an_amount_shows_its_period_and_one_stored_without_still_reads() -> None:
    stored = Amount.model_validate({"value": 96, "text": "96 a month"})
    assert stored.per is None and amount_words(stored) == "96"
    assert amount_words(stored.model_copy(update={"per": "month"})) == "96 a month"
    assert "per" not in stored.model_dump(exclude_defaults=True)
