"""The comparison as one self-contained HTML file."""

from __future__ import annotations

import re
from functools import cache

from discovery_agent.discovery.report.self_contained import SelfContainedPage
from discovery_agent.discovery.report.wording import plural
from discovery_agent.evals.harness.comparison import Comparison
from discovery_agent.evals.harness.report.case_view import MOST_SHOWN
from discovery_agent.evals.harness.report.view import comparison_view, counted
from discovery_agent.evals.harness.report.wording import arm_words


def render_html(comparison: Comparison) -> str:
    """The whole page."""
    return _page().render(view=comparison_view(comparison), most=MOST_SHOWN)


@cache
def _page() -> SelfContainedPage:
    filters = {"plural": plural, "arm_words": arm_words, "counted": counted, "slug": _class_name}
    return SelfContainedPage("discovery_agent.evals.harness.report", filters)


def _class_name(kind: str) -> str:
    """A note's kind as the name of a style."""
    return re.sub(r"[^a-z0-9]+", "-", kind.lower()).strip("-") or "other"
