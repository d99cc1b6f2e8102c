"""What is counted keeps its name, a volume of work is no KPI, and one measure keeps its owner, its date and how it is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from discovery_agent.analysts.rules import RulesAnalyst
from discovery_agent.analysts.rules.metric_traits import usual_direction_of_count
from discovery_agent.analysts.rules.metrics import inferred_metric
from discovery_agent.analysts.rules.quantities import Dimension, find_quantities
from discovery_agent.domain.findings import Direction, FindingKind, Kpi, ProposedFinding
from discovery_agent.domain.said_figures import said_figures
from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
from discovery_agent.knowledge.tables import load_tables
from tests.analysts.rules.talk import conversation
from tests.domain.said import finding

KNOWLEDGE = Path(__file__).parents[3] / "knowledge"


@pytest.fixture(scope="module")
def analyst(embeddings: MiniLMEmbeddings) -> RulesAnalyst:
    return RulesAnalyst(KNOWLEDGE, embeddings)


def found(analyst: RulesAnalyst, *lines: str) -> list[ProposedFinding]:
    return list(analyst.propose(conversation("\n".join(lines))))


def kpis(analyst: RulesAnalyst, *lines: str) -> list[Kpi]:
    return [one.kpi for one in found(analyst, *lines) if one.kpi]


@pytest.mark.parametrize(
    ("said", "counted"),
    [
        ("We had 40 second readings of the meter in May.", "second readings"),
        ("There are 14 second shift welders.", "second shift welders"),
        ("It means 300 third parties a year.", "third parties"),
        ("They argued over ten minute details.", "minute details"),
        ("We write 18 quarter reports.", "quarter reports"),
    ],
)
def test_a_word_that_tells_which_one_is_no_unit(said: str, counted: str) -> None:
    (quantity,) = find_quantities(said)
    assert (quantity.dimension, quantity.unit) == (Dimension.COUNT, counted)


@pytest.mark.parametrize(
    ("said", "unit"),
    [
        ("The till takes 30 seconds.", "seconds"),
        ("It is a 30 second call.", "seconds"),
        ("We see 45 second response times.", "seconds"),
        ("A 96-second delay.", "seconds"),
        ("She has a ten minute break.", "minutes"),
        ("It lasts two quarters.", "quarters"),
    ],
)
def test_a_stretch_of_time_keeps_its_unit(said: str, unit: str) -> None:
    (quantity,) = find_quantities(said)
    assert (quantity.dimension, quantity.unit) == (Dimension.DURATION, unit)


@pytest.mark.parametrize("said", ["We want a second opinion on every scan.", "One second opinion is enough for us."])
def test_a_second_opinion_is_no_quantity(said: str) -> None:
    assert find_quantities(said) == []


def test_what_is_counted_moves_from_one_figure_to_the_other(analyst: RulesAnalyst) -> None:
    (kpi,) = kpis(
        analyst,
        "Ann (business): We had 80 second deliveries in March, out of 900 orders a month.",
        "Ann (business): Second deliveries should go down from 80 a month to 15 a month by the end of June.",
    )
    assert (kpi.metric, kpi.unit, kpi.direction) == ("second deliveries", "second deliveries", Direction.DECREASE)
    assert kpi.baseline and kpi.target
    assert (kpi.baseline.value, kpi.target.value, kpi.deadline) == (80, 15, "the end of June")


def test_a_measure_has_its_full_name_date_owner_and_how_it_is_read(analyst: RulesAnalyst) -> None:
    (kpi,) = kpis(
        analyst,
        "Omar (business): We get about 2,600 loan-renewal letters a month. Each one takes twelve minutes of work today.",
        "Omar (business): We have to bring down the handling time of loan-renewal letters from twelve minutes to five minutes by the "
        "end of May. I answer for that, and we read it from the desk log every Monday.",
    )
    assert kpi.metric == "handling time of loan-renewal letters"
    assert kpi.baseline and kpi.target and (kpi.baseline.value, kpi.target.value) == (12, 5)
    assert (kpi.deadline, kpi.owner, kpi.measured_by) == ("the end of May", "Omar", "the desk log every Monday")


def test_a_list_that_nobody_owns_gives_a_measure_no_owner(analyst: RulesAnalyst) -> None:
    (kpi,) = kpis(
        analyst, "Ann (business): The waiting time has to go from forty minutes to ten minutes. Nobody owns the rota, that is the trouble."
    )
    assert kpi.owner is None


def test_how_a_thing_is_counted_belongs_to_its_measure_however_late_it_is_said(analyst: RulesAnalyst) -> None:
    (kpi,) = kpis(
        analyst,
        "Ann (business): We had 80 second deliveries in March. Second deliveries should go down from 80 a month to 15 a month.",
        *(f"Ben (end_user): {words}" for words in ("Mind the gate.", "The van is old.", "Right.", "The depot is far.", "Fine.")),
        "Cid (technical): I count the second deliveries from the driver log each month.",
    )
    assert kpi.measured_by == "the driver log each month"


VOLUMES = ["Omar: We get about 2,600 loan-renewal letters a month.", "Ida: The lab takes in 1,900 blood samples a week."]


@pytest.mark.parametrize("said", VOLUMES)
def test_a_volume_of_work_without_a_wish_is_no_kpi_but_a_figure_for_the_economics(analyst: RulesAnalyst, said: str) -> None:
    assert kpis(analyst, said) == []
    facts = analyst.propose_ratings(conversation(said), load_tables(KNOWLEDGE))
    (fact,) = [one for one in facts if one.kind is FindingKind.CRITERION and one.criterion is None and one.data is None]
    figure = said_figures([finding(FindingKind.CRITERION, fact.quotes[0].text)], "EUR").cases_per_month
    assert figure is not None and figure.likely > 2000


def test_a_number_that_everybody_wants_down_is_a_kpi_without_a_target(analyst: RulesAnalyst) -> None:
    (kpi,) = kpis(analyst, "Ida: We get about 120 complaints a month.")
    assert kpi.baseline and kpi.baseline.value == 120


def test_figures_are_written_as_inside_a_sentence(analyst: RulesAnalyst) -> None:
    (kpi,) = kpis(
        analyst,
        "Q: How long does one take?",
        "Ida (end_user): Around nine minutes each.",
        "Q: What would be a good time?",
        "Ida (end_user): Four minutes would be great.",
    )
    assert kpi.baseline and kpi.target
    assert (kpi.baseline.text, kpi.target.text) == ("nine minutes", "four minutes")


def test_a_currency_keeps_its_capitals(analyst: RulesAnalyst) -> None:
    (kpi,) = kpis(analyst, "Ann (business): The cost per test is EUR 6.80 at the moment.")
    assert kpi.baseline and kpi.baseline.text == "EUR 6.80"


@pytest.mark.parametrize(
    ("said", "metric"),
    [
        (
            "i reckon one in ten of the samples we take in by courier has a wrong label.",
            "share of samples we take in by courier with a wrong label",
        ),
        ("about one in ten of the mirrors have no frame.", "share of mirrors with no frame"),
    ],
)
def test_a_share_of_things_that_have_a_flaw_names_the_flaw(said: str, metric: str) -> None:
    (quantity,) = find_quantities(said)
    named = inferred_metric(said, quantity.start, quantity.end, "share")
    assert named is not None and named.name == metric


@pytest.mark.parametrize(
    ("things", "direction"),
    [
        ("complaints", Direction.DECREASE),
        ("late deliveries", Direction.DECREASE),
        ("complaints about noise", Direction.DECREASE),
        ("bookings", Direction.INCREASE),
        ("loan-renewal letters", None),
        ("complaint forms", None),
        ("samples", None),
    ],
)
def test_only_what_is_counted_itself_tells_which_way_its_number_should_go(things: str, direction: Direction | None) -> None:
    assert usual_direction_of_count(things) == direction
