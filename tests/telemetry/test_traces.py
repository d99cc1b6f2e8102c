"""Spans of requests, jobs, windows and calls, for an operator who wants them; none, and no connection, for one who does not."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind
from pydantic import BaseModel

from discovery_agent.errors import ModelRefused
from discovery_agent.models.chat import ChatModel
from discovery_agent.models.messages import Message
from discovery_agent.models.retrying import Timing
from discovery_agent.settings import Settings
from discovery_agent.telemetry import traces
from discovery_agent.telemetry.context import about, request_number
from discovery_agent.telemetry.metrics import start_metrics
from discovery_agent.telemetry.traces import carried, carrying, part, start_traces, stop_traces, tracing
from discovery_agent.telemetry.work import job_run, window_read
from discovery_agent.web.observing import Observed
from tests import fake_model_server as fake
from tests.fake_model_server import FakeModelServer

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
SAID = "We want to settle claims in four days."


class Word(BaseModel):
    word: str


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("OTEL_", "DISCOVERY_TRACES")):
            monkeypatch.delenv(name)
    monkeypatch.setattr(traces, "_disabled_by_operator", False)


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    assert start_traces(Settings.load(), exporter)
    yield exporter
    stop_traces()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeModelServer]:
    with FakeModelServer() as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789abcdef")
        yield running


def named(spans: InMemorySpanExporter, name: str) -> list[ReadableSpan]:
    return [one for one in spans.get_finished_spans() if one.name == name]


def within(span: ReadableSpan, other: ReadableSpan) -> bool:
    """Whether a span is directly below another one."""
    return span.parent is not None and other.context is not None and span.parent.span_id == other.context.span_id


def attributes(span: ReadableSpan) -> dict[str, object]:
    return dict(span.attributes or {})


async def test_a_call_is_a_span_below_its_window_and_job_with_numbers_and_without_content(
    spans: InMemorySpanExporter, server: FakeModelServer, tmp_path: Path
) -> None:
    server.say(fake.status(503), fake.answer({"word": "teapot"}, usage=(100, 20)))

    async def no_wait(_: float) -> None: ...

    start_metrics()
    settings = Settings.load(model="openai:gpt-4", cache_dir=tmp_path, input_price_usd=1, output_price_usd=2)
    model = ChatModel(settings, timing=Timing(sleep=no_wait))
    with about(engagement="e_1", job="j_2"), job_run("analyse_transcript"), window_read(0, 9):
        await model.structured([Message("user", SAID)], Word)
    await model.aclose()
    first, second = named(spans, "chat gpt-4")
    (window,), (job,) = named(spans, "window"), named(spans, "job analyse_transcript")
    assert within(first, window) and within(second, window) and within(window, job)
    assert first.kind is SpanKind.CLIENT and not first.status.is_ok and attributes(first)["error.type"] == "ModelUnavailable"
    found = attributes(second)
    assert (
        found["gen_ai.operation.name"] == "chat" and found["gen_ai.provider.name"] == "openai" and found["gen_ai.request.model"] == "gpt-4"
    )
    assert (found["gen_ai.usage.input_tokens"], found["gen_ai.usage.output_tokens"]) == (100, 20)
    assert found["discovery.cost_usd"] == pytest.approx(140e-6) and found["discovery.attempt"] == 2 and found["discovery.outcome"] == "ok"
    assert found["discovery.engagement.id"] == "e_1" and found["discovery.job.id"] == "j_2"
    assert float(str(found["gen_ai.response.time_to_first_chunk"])) >= 0
    text = "".join(one.to_json() for one in spans.get_finished_spans())
    assert "claims" not in text and "teapot" not in text and "sk-test" not in text


async def test_an_error_is_its_kind_and_neither_its_words_nor_its_stack(
    spans: InMemorySpanExporter, server: FakeModelServer, tmp_path: Path
) -> None:
    server.say(fake.status(400, message=f"rejected: {SAID}"))
    model = ChatModel(Settings.load(model="openai:gpt-4", cache_dir=tmp_path, max_attempts=1))
    with pytest.raises(ModelRefused), part("window"):
        await model.structured([Message("user", SAID)], Word)
    await model.aclose()
    for one in spans.get_finished_spans():
        assert not one.events and not one.status.description and "claims" not in one.to_json()
    assert attributes(named(spans, "window")[0])["error.type"] == "ModelRefused"


async def test_a_request_goes_on_with_the_trace_that_it_comes_with(spans: InMemorySpanExporter) -> None:
    from fastapi import FastAPI

    app = FastAPI(telemetry={"auto_configure": False})

    @app.get("/engagements/{engagement_id}")
    async def get(engagement_id: str) -> dict[str, str]:
        with part("inner"):
            return {"id": engagement_id}

    app.add_middleware(Observed)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://discovery.test") as client:
        await client.get("/engagements/e_1?name=Maria", headers={"traceparent": PARENT})
    (request,), (inner,) = named(spans, "GET /engagements/{engagement_id}"), named(spans, "inner")
    assert request.kind is SpanKind.SERVER and request.parent is not None and within(inner, request)
    assert f"{request.parent.trace_id:032x}" == PARENT.split("-")[1] and f"{request.parent.span_id:016x}" == PARENT.split("-")[2]
    found = attributes(request)
    assert found["http.route"] == "/engagements/{engagement_id}" and found["http.response.status_code"] == 200
    assert "Maria" not in request.to_json()


async def test_a_job_that_runs_later_belongs_to_the_request_that_asked_for_it(spans: InMemorySpanExporter) -> None:
    with about(request="r-1"), part("POST /transcripts"):
        kept = carried()
    assert all(isinstance(value, str) for value in kept.values())

    async def later() -> str | None:
        with carrying(kept), job_run("assess"):
            return request_number()

    assert await asyncio.create_task(later()) == "r-1"
    (request,), (job,) = named(spans, "POST /transcripts"), named(spans, "job assess")
    assert within(job, request)
    with carrying({}):
        assert request_number() is None


def test_without_an_address_nothing_is_traced(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not start_traces(Settings.load()) and not tracing() and carried() == {}
    with part("window") as one:
        one.note(discovery__outcome="ok")
        one.fail("ValueError")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4317")
    monkeypatch.setattr(traces, "_disabled_by_operator", True)
    assert not start_traces(Settings.load()), "the operator's own OTEL_SDK_DISABLED counts"


def test_the_provider_is_ours_and_chroma_stays_silent(spans: InMemorySpanExporter, tmp_path: Path) -> None:
    from discovery_agent.knowledge.chroma import ChromaVectors

    ChromaVectors.create(tmp_path / "vectors").close()
    assert os.environ["OTEL_SDK_DISABLED"] == "true"
    assert isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider), "nobody else's spans come to us"
    stop_traces()
    later = InMemorySpanExporter()
    start_traces(Settings.load(), later)
    with part("window"):
        pass
    assert [one.name for one in later.get_finished_spans()] == ["window"] and os.environ["OTEL_SDK_DISABLED"] == "true"
