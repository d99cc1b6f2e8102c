"""What a reader is shown of an interval lies within what the metric can be; what the gate decides by is left as it is."""

from __future__ import annotations

from pathlib import Path

from discovery_agent.evals.harness.comparison import Comparison
from discovery_agent.evals.harness.report.html import render_html
from discovery_agent.evals.harness.report.markdown import render_markdown
from discovery_agent.evals.harness.report.wording import CUT, is_cut, shown_ends
from tests.discovery.report.test_html import Page
from tests.evals.harness.report.examples import comparison


def ranged(made: Comparison, low: float, high: float) -> Comparison:
    """The comparison with a range declared for every metric."""
    (suite,) = made.suites
    metrics = tuple(one.model_copy(update={"low": low, "high": high}) for one in suite.table.metrics)
    table = suite.table.model_copy(update={"metrics": metrics})
    arms = tuple(one.model_copy(update={"intervals": dict.fromkeys(one.means, (-0.03, 1.01))}) for one in suite.arms)
    return made.model_copy(update={"suites": (suite.model_copy(update={"table": table, "arms": arms}),)})


def test_an_interval_beyond_the_range_is_shown_within_it_and_said_to_be_cut(tmp_path: Path) -> None:
    made = ranged(comparison(tmp_path, loss=0.18), 0.0, 1.0)
    page = render_html(made)
    assert "to 1.01" not in page and "−0.03 to" not in page and CUT in page
    assert CUT in render_markdown(made)
    assert made.suites[0].arms[0].intervals["f1"] == (-0.03, 1.01), "what was measured is left as it is"


def test_a_metric_without_a_range_is_shown_as_measured(tmp_path: Path) -> None:
    made = comparison(tmp_path, loss=0.18)
    assert not is_cut(made.suites[0]) and CUT not in render_html(made)
    assert shown_ends(made.suites[0].table.metrics[0], (-0.1, 1.2)) == (-0.1, 1.2)


def test_a_long_list_opens_with_the_cases_that_differ_most(tmp_path: Path) -> None:
    page = Page(render_html(comparison(tmp_path, loss=0.1, cases=40)))
    cases = [one["class"] for tag, one in page.tags if tag == "details" and str(one.get("class", "")).startswith("case ")]
    assert len(cases) == 40 and sum("d-most" in str(one) for one in cases) == 25
    assert all("open" not in one for tag, one in page.tags if tag == "details" and one.get("class") == "all-cases")


def test_tables_that_scroll_say_so_and_can_be_reached_by_keyboard(tmp_path: Path) -> None:
    page = Page(render_html(comparison(tmp_path, loss=0.1)))
    regions = [one for tag, one in page.tags if tag == "div" and "wide" in str(one.get("class"))]
    assert regions and all(one["tabindex"] == "0" and one["aria-label"] for one in regions)
