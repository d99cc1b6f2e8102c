"""The KPI table of a blueprint: figures as they were said, each with the stretch of time that it is for."""

from __future__ import annotations

from discovery_agent.domain.blueprint.material import Sources
from discovery_agent.domain.blueprint.targets import cells, target_of
from discovery_agent.domain.findings import Amount, Kpi
from discovery_agent.domain.goals import KpiNode


def shown(**fields: object) -> tuple[str, ...]:
    kpi = Kpi.model_validate({"metric": "second trips", **fields})
    return cells(target_of(KpiNode(id="k-1", statement="Second trips", kpi=kpi, finding_ids=()), Sources((), {})))


def test_a_figure_that_is_a_rate_shows_for_what_time() -> None:
    now, then = Amount(value=310, text="310", per="month"), Amount(value=96, text="96 a month", per="month")
    assert shown(baseline=now, target=then)[1:3] == ("310 a month", "96 a month")


def test_a_figure_that_is_no_rate_stays_as_it_was_said() -> None:
    assert shown(baseline=Amount(value=9.5, unit="minutes", text="nine and a half minutes"))[1:3] == (
        "nine and a half minutes",
        "not said yet",
    )
