"""Logs, metrics and traces of a process that runs for long, from its settings."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from discovery_agent.errors import DiscoveryError
from discovery_agent.settings import Settings
from discovery_agent.telemetry.hiding import OURS
from discovery_agent.telemetry.logs import start_logs, stop_logs
from discovery_agent.telemetry.metrics import start_metrics, stop_metrics
from discovery_agent.telemetry.traces import start_traces, stop_traces


@contextmanager
def telemetry(settings: Settings) -> Iterator[None]:
    """Log while the block lasts; count if somebody may read the counts, and trace if there is a place to send traces to.

    An error that nobody foresaw and that leaves the block is logged without its values, and ends the program.
    """
    start_logs(settings)
    try:
        if settings.metrics_address is not None or settings.metrics_token is not None:
            start_metrics()
        start_traces(settings)
        yield
    except DiscoveryError:
        raise
    except Exception as error:  # Python would write its message, and with it perhaps what people said
        logging.getLogger(OURS).critical("The program ended by an error that nobody foresaw", exc_info=error)
        raise SystemExit(1) from None
    finally:
        stop_traces()
        stop_metrics()
        stop_logs()
