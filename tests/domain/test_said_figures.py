"""Figures of the work are taken from what was said, and from nothing else."""

from __future__ import annotations

import pytest
from tests.domain.said import finding

from discovery_agent.domain.findings import FindingKind
from discovery_agent.domain.said_figures import said_figures


@pytest.mark.parametrize(
    ("said", "a_month"),
    [
        ("Something like 320 a day, all of us together.", 320 * 21),
        ("We get four hundred invoices a month.", 400),
        ("about 1,200 phone calls per week", 1200 * 52 / 12),
        ("We had 80 second deliveries a month.", 80),
        ("It is 24,000 claims a year, and 90 complaints a year.", 2000),
    ],
)
def test_the_number_of_cases_is_read_per_month(said: str, a_month: float) -> None:
    figure = said_figures([finding(FindingKind.CRITERION, said)], "EUR").cases_per_month
    assert figure is not None
    assert figure.likely == pytest.approx(a_month)
    assert figure.quotes[0].text == said


@pytest.mark.parametrize(
    "said", ["It takes nine minutes a day.", "We pay EUR 180k a year.", "€400 a month", "ten percent a year", "Nobody counts them."]
)
def test_times_money_and_shares_are_no_cases(said: str) -> None:
    assert said_figures([finding(FindingKind.KPI, said)], "EUR").cases_per_month is None


def test_the_cost_of_an_hour_is_read_where_money_is_named() -> None:
    figure = said_figures([finding(FindingKind.CRITERION, "A clerk costs us 38 euros an hour, all in.")], "EUR").hourly_cost
    assert figure is not None
    assert (figure.likely, figure.unit) == (38, "EUR")
