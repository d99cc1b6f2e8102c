from __future__ import annotations

from collections.abc import Iterator

import pytest

from discovery_agent.telemetry.logs import stop_logs
from discovery_agent.telemetry.metrics import stop_metrics
from discovery_agent.telemetry.traces import stop_traces


@pytest.fixture(autouse=True)
def silent_afterwards() -> Iterator[None]:
    """Whatever a test turns on is off for the next one."""
    yield
    stop_logs()
    stop_metrics()
    stop_traces()
