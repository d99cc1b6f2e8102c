"""A test for each recorded case: it runs without an error, every metric is a figure, and none that decides is lost against `--eval-base`."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from discovery_agent.evals.harness.outcomes import Attempt
from discovery_agent.evals.pytest_plugin import RecordedCase, losses

pytestmark = pytest.mark.eval


def test_case(recorded_case: RecordedCase, replayed: Attempt, base_scores: Mapping[str, float]) -> None:
    """The case under the prompts as they are."""
    declared = {metric.name for metric in recorded_case.suite.table.metrics}
    assert replayed.scores and replayed.scores.keys() <= declared
    assert not losses(recorded_case, base_scores, replayed.scores)
