"""What is counted and timed, in the words of Prometheus. Off until `start_metrics`; what is counted before costs nothing.

Labels have few values, all of them chosen here or in the code: routes, states, kinds of errors. No id and no name is ever one.
"""

from __future__ import annotations

import platform

from discovery_agent import __version__

_QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_LONG = (0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 13, 20, 30, 60, 120, 300)
_JOBS = (1, 3, 10, 30, 60, 180, 600, 1800, 3600, 10800)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_MOST_ROUTES = 400
OTHER = "other"


class Metrics:
    """Every metric of a process, on a registry of its own."""

    def __init__(self) -> None:
        from prometheus_client import (
            CollectorRegistry,
            Counter,
            Gauge,
            GCCollector,
            Histogram,
            Info,
            PlatformCollector,
            ProcessCollector,
            disable_created_metrics,
        )

        disable_created_metrics()  # a second series beside each counter, which nobody asks for

        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        GCCollector(registry=registry)
        self._routes: set[str] = set()

        def counter(name: str, about: str, *labels: str) -> Counter:
            return Counter(f"discovery_{name}", about, labels, registry=registry)

        def gauge(name: str, about: str, *labels: str) -> Gauge:
            return Gauge(f"discovery_{name}", about, labels, registry=registry)

        def histogram(name: str, about: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
            return Histogram(f"discovery_{name}", about, labels, buckets=buckets, registry=registry)

        Info("discovery_build", "Version of the program.", registry=registry).info(
            {"version": __version__, "python": platform.python_version()}
        )
        self.requests = counter("http_requests", "Requests that were answered, or broke off (status 499).", "method", "route", "status")
        self.request_seconds = histogram(
            "http_request_duration_seconds", "From the request to the end of its answer.", _QUICK, "method", "route"
        )
        self.requests_open = gauge("http_requests_in_progress", "Requests that are being answered, streams included.")
        self.attempts = counter(
            "model_attempts", "Attempts at calling the model; error is the kind of error, or empty.", "outcome", "error"
        )
        self.retries = counter("model_retries", "Attempts that failed and were made again.", "error")
        self.attempt_seconds = histogram(
            "model_attempt_duration_seconds", "From asking the model to the end of its answer.", _LONG, "outcome"
        )
        self.first_token_seconds = histogram("model_time_to_first_token_seconds", "From asking the model to its first words.", _LONG)
        self.tokens = counter("model_tokens", "Tokens paid for: input, of which reused by the server's own cache, and output.", "direction")
        self.cost = counter("model_cost_usd", "What the calls cost, where the price is known.")
        self.reused = counter("model_replies_reused", "Replies that were kept and not paid for again.")
        self.waiting = gauge("model_calls_waiting", "Calls that wait: for room under the cap on cost, or for their pace.", "reason")
        self.open_calls = gauge("model_calls_in_progress", "Calls that the model server is answering.")
        self.windows = counter("windows", "Windows of conversations that were read, or could not be.", "outcome")
        self.jobs = gauge("jobs", "Jobs of the whole database that wait or run.", "queue", "state")
        self.jobs_ended = counter("jobs_ended", "Jobs that this process brought to an end.", "kind", "state")
        self.job_seconds = histogram("job_duration_seconds", "From the beginning of a job in this process to its end.", _JOBS, "kind")
        self.interviews = gauge("interviews_active", "Interviews with a turn in the last ten minutes, in this process.")
        self.turns_open = gauge("interview_turns_in_progress", "Turns whose reply is not whole yet.")
        self.turns = counter("interview_turns", "Turns of interviews.", "outcome")
        self.turn_seconds = histogram("interview_turn_reply_seconds", "From the answer of a stakeholder to the end of the reply.", _LONG)
        self.lag = histogram("event_loop_lag_seconds", "How late the event loop does what is due.", _QUICK)
        self.connections = gauge("database_connections", "Connections to the database, by pool and state.", "pool", "state")
        self.problems = counter("unforeseen_errors", "Errors that nobody foresaw, each with a stack in the log.")
        self.logged = counter("log_messages", "Lines of the log that are warnings or worse.", "level")

    def text(self) -> bytes:
        """Everything as Prometheus reads it."""
        from prometheus_client import generate_latest

        return generate_latest(self.registry)

    def route(self, route: str) -> str:
        """A route as a label; beyond a number that no version of the program has, all are one."""
        if route not in self._routes and len(self._routes) >= _MOST_ROUTES:
            return OTHER
        self._routes.add(route)
        return route

    @staticmethod
    def method(method: str) -> str:
        """A method as a label."""
        return method if method in _METHODS else OTHER


CONTENT_TYPE = "text/plain; version=1.0.0; charset=utf-8"
"""Of `Metrics.text`."""
_metrics: Metrics | None = None


def start_metrics() -> Metrics:
    """Count from now on; where it is counted already, the same."""
    global _metrics
    if _metrics is None:
        _metrics = Metrics()
    return _metrics


def stop_metrics() -> None:
    """Count no more, and forget what was counted."""
    global _metrics
    _metrics = None


def metrics() -> Metrics | None:
    """Where to count, if it is counted at all."""
    return _metrics
