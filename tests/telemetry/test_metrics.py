"""What is counted, under which names, and that no label can grow without end."""

from __future__ import annotations

import re
import socket
import struct
import urllib.error
import urllib.request

import pytest
from prometheus_client.parser import text_string_to_metric_families

from discovery_agent.errors import ConfigurationError, ModelUnavailable
from discovery_agent.models.faults import no_answer
from discovery_agent.telemetry.context import about
from discovery_agent.telemetry.endpoint import Endpoint
from discovery_agent.telemetry.loop import LoopWatch
from discovery_agent.telemetry.metrics import OTHER, Metrics, metrics, start_metrics, stop_metrics
from discovery_agent.telemetry.model_calls import kind_of, reply_reused, retried, waits_for
from discovery_agent.telemetry.work import active_interviews, job_ended, job_run, turn_begun, turn_taken, window_read


def value(name: str, **labels: str) -> float:
    found = metrics()
    assert found is not None
    return found.registry.get_sample_value(name, labels) or 0.0


def test_names_follow_the_conventions_and_every_metric_says_what_it_is() -> None:
    families = list(text_string_to_metric_families(start_metrics().text().decode()))
    ours = [one for one in families if one.name.startswith("discovery_")]
    assert len(ours) > 20 and all(one.documentation for one in ours)
    for one in ours:
        assert re.fullmatch(r"discovery_[a-z_]+", one.name)
        if one.type == "histogram":
            assert one.name.endswith("_seconds")
    assert {"process_resident_memory_bytes", "python_info", "discovery_build_info"} <= {
        sample.name for one in families for sample in one.samples
    }


def test_work_is_counted_by_how_it_ended() -> None:
    start_metrics()
    with job_run("assess"), window_read(0, 9):
        pass
    with pytest.raises(ModelUnavailable), window_read(10, 19):
        raise ModelUnavailable("It does not answer.")
    job_ended("assess", "done")
    with about(interview="i-0123456789ab"), turn_taken():
        turn_begun()()
        assert value("discovery_interview_turns_in_progress") == 1
    retried(no_answer(5, started=False))
    reply_reused()
    with waits_for("budget"):
        assert value("discovery_model_calls_waiting", reason="budget") == 1
    assert value("discovery_model_calls_waiting", reason="budget") == 0
    assert value("discovery_windows_total", outcome="read") == value("discovery_windows_total", outcome="failed") == 1
    assert value("discovery_jobs_ended_total", kind="assess", state="done") == 1
    assert value("discovery_job_duration_seconds_count", kind="assess") == 1
    assert value("discovery_interview_turns_total", outcome="whole") == value("discovery_interview_turn_reply_seconds_count") == 1
    assert value("discovery_model_retries_total", error="ModelUnavailable") == value("discovery_model_replies_reused_total") == 1
    assert active_interviews() >= 1


def test_nothing_is_counted_until_somebody_wants_it() -> None:
    stop_metrics()
    with job_run("assess"), window_read(0, 9), turn_taken(), waits_for("pace"):
        reply_reused()
        job_ended("assess", "done")
    assert metrics() is None
    start_metrics()
    assert value("discovery_model_replies_reused_total") == 0


def test_labels_stay_few_whatever_comes_in() -> None:
    made = Metrics()
    assert len({made.route(f"/{number}") for number in range(5000)}) < 500 and made.route("/0") == "/0"
    assert made.route("/new") == OTHER and made.method("BREW") == OTHER and made.method("GET") == "GET"
    assert kind_of(ValueError("Maria")) == "other" and kind_of(ModelUnavailable("x")) == "ModelUnavailable"


async def test_the_address_of_a_worker_answers_metrics_life_and_readiness_and_nothing_else() -> None:
    import asyncio

    start_metrics()
    ready = True

    async def told() -> tuple[bool, dict[str, object]]:
        return ready, {"status": "ready" if ready else "closing"}

    def get(path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{endpoint.port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    async with LoopWatch() as watch, Endpoint("127.0.0.1:0", watch, told) as endpoint:
        status, text = await asyncio.to_thread(get, "/metrics")
        assert status == 200 and "discovery_build_info" in text
        assert await asyncio.to_thread(get, "/healthz") == (200, '{"status":"ok"}')
        assert (await asyncio.to_thread(get, "/readyz"))[0] == 200
        ready = False
        assert (await asyncio.to_thread(get, "/readyz"))[0] == 503
        assert (await asyncio.to_thread(get, "/api/v1/engagements"))[0] == 404
        with pytest.raises(ConfigurationError, match="cannot be shown"):
            Endpoint(f"127.0.0.1:{endpoint.port}", watch, told)


async def test_whoever_asks_and_hangs_up_leaves_nothing_in_the_log(capfd: pytest.CaptureFixture[str]) -> None:
    import asyncio
    import threading

    asked, gone = threading.Event(), threading.Event()

    async def told() -> tuple[bool, dict[str, object]]:
        asked.set()
        await asyncio.to_thread(gone.wait)
        return True, {"checks": "x" * 5_000_000}

    def hang_up() -> None:
        with socket.create_connection(("127.0.0.1", endpoint.port)) as asking:
            asking.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            asking.sendall(b"GET /readyz HTTP/1.0\r\n\r\n")
            asked.wait()
        gone.set()

    async with LoopWatch() as watch, Endpoint("127.0.0.1:0", watch, told) as endpoint:
        await asyncio.to_thread(hang_up)
        for thread in [one for one in threading.enumerate() if "process_request_thread" in one.name]:
            await asyncio.to_thread(thread.join)
    assert capfd.readouterr() == ("", "")


async def test_a_fault_of_the_address_itself_is_logged_with_its_kind(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio
    import threading

    async def told() -> tuple[bool, dict[str, object]]:
        return True, {}

    def ask() -> None:
        with socket.create_connection(("127.0.0.1", endpoint.port)) as asking:
            asking.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            assert asking.recv(1) == b""

    async with LoopWatch() as watch, Endpoint("127.0.0.1:0", watch, told) as endpoint:
        monkeypatch.setattr(endpoint, "answer", lambda _: 1 // 0)
        await asyncio.to_thread(ask)
        for thread in [one for one in threading.enumerate() if "process_request_thread" in one.name]:
            await asyncio.to_thread(thread.join)
    assert capfd.readouterr().err == "" and [record.exc_info is not None for record in caplog.records] == [True]


async def test_a_loop_that_does_not_turn_is_told_by_the_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    async with LoopWatch() as watch:

        async def told() -> tuple[bool, dict[str, object]]:
            return True, {}

        async with Endpoint("127.0.0.1:0", watch, told) as endpoint:
            assert endpoint.answer("/healthz")[0] == 200
            monkeypatch.setattr("discovery_agent.telemetry.loop.STUCK_SECONDS", -1.0)
            assert endpoint.answer("/healthz")[0] == 503
