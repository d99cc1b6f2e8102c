"""OpenTelemetry traces, for an operator who names a place to send them to; otherwise there is none, and nothing is sent.

The provider is our own and not the global one, so that no library that is instrumented writes to it: Chroma's would trace queries, and
those of models hold prompts. Spans carry ids, numbers and kinds, never content.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from discovery_agent import __version__
from discovery_agent.settings import Settings
from discovery_agent.telemetry.context import about, known, request_number

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span, Tracer

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_DISABLED = "OTEL_SDK_DISABLED"
# Chroma's telemetry is silenced by this variable too, later: what it was before is the operator's word.
_disabled_by_operator = os.environ.get(_DISABLED, "").strip().lower() == "true"
_FLUSH_MILLISECONDS = 3_000

_provider: TracerProvider | None = None
_tracer: Tracer | None = None

Attribute = str | int | float | bool | None


def traces_address(settings: Settings) -> str | None:
    """Where traces are to be sent; None for nowhere."""
    if _disabled_by_operator:
        return None
    return settings.traces or next((os.environ[name] for name in ENDPOINTS if os.environ.get(name)), None)


def start_traces(settings: Settings, exporter: SpanExporter | None = None) -> bool:
    """Trace from now on, if the settings or the standard variables say where to; whether it is done.

    An `exporter` of the caller's own is used at once for each span, and needs no address.
    """
    global _provider, _tracer
    address = traces_address(settings)
    if address is None and exporter is None:
        return False
    stop_traces()
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor

    silenced = os.environ.pop(_DISABLED, None)  # for Chroma, not for us: a provider reads it when it is made
    try:
        name = os.environ.get("OTEL_SERVICE_NAME", "discovery-agent")
        _provider = TracerProvider(resource=Resource.create({"service.name": name, "service.version": __version__}))
    finally:
        if silenced is not None:
            os.environ[_DISABLED] = silenced
    if exporter is not None:
        _provider.add_span_processor(SimpleSpanProcessor(exporter))
    else:
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

        # With the standard variables alone, the exporter reads them itself, headers and certificates included.
        sender = OTLPSpanExporter(endpoint=settings.traces) if settings.traces else OTLPSpanExporter()
        _provider.add_span_processor(BatchSpanProcessor(sender))
    _tracer = _provider.get_tracer("discovery_agent", __version__)
    return True


def stop_traces() -> None:
    """Send what is left, for a short while, and trace no more; blocks."""
    global _provider, _tracer
    provider, _provider, _tracer = _provider, None, None
    if provider is not None:
        provider.force_flush(_FLUSH_MILLISECONDS)
        provider.shutdown()


def tracing() -> bool:
    """Whether spans are kept at all."""
    return _tracer is not None


class Part:
    """A span under way, or nothing where there are none."""

    def __init__(self, span: Span | None = None) -> None:
        self._span = span
        self.failed = False

    def note(self, **attributes: Attribute) -> None:
        """Add attributes; a double underscore stands for the dot in a name, and None says nothing."""
        if self._span is not None:
            self._span.set_attributes(_named(attributes))

    def call(self, name: str) -> None:
        """Give it another name."""
        if self._span is not None:
            self._span.update_name(name)

    def fail(self, kind: str) -> None:
        """Say that it failed, by the kind of error alone."""
        self.failed = True
        if self._span is not None:
            from opentelemetry.trace import Status, StatusCode

            self._span.set_status(Status(StatusCode.ERROR))
            self._span.set_attribute("error.type", kind)


@contextmanager
def part(name: str, *, kind: str = "INTERNAL", headers: Mapping[str, str] | None = None, **attributes: Attribute) -> Iterator[Part]:
    """A part of the work as a span; what is begun inside belongs to it. With `headers`, it goes on with the trace that they name."""
    if _tracer is None:
        yield Part()
        return
    from opentelemetry.trace import use_span

    span = _begin(_tracer, name, kind, headers, attributes)
    made = Part(span)
    try:
        with use_span(span, record_exception=False, set_status_on_exception=False):
            yield made
    except Exception as error:
        if not made.failed:
            made.fail(type(error).__name__)
        raise
    finally:
        span.end()


@contextmanager
def leaf(name: str, *, kind: str = "CLIENT", **attributes: Attribute) -> Iterator[Part]:
    """The same for a part with nothing inside; it may end in another context than it began in, as generators do."""
    if _tracer is None:
        yield Part()
        return
    span = _begin(_tracer, name, kind, None, attributes)
    made = Part(span)
    try:
        yield made
    except Exception as error:
        if not made.failed:
            made.fail(type(error).__name__)
        raise
    finally:
        span.end()


def carried() -> dict[str, str]:
    """What work that another process does, or this one later, has to know of who asked for it: the number of the request, and its trace."""
    found = {"request": number} if (number := request_number()) else {}
    if _tracer is not None:
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        TraceContextTextMapPropagator().inject(found)
    return found


@contextmanager
def carrying(found: Mapping[str, str]) -> Iterator[None]:
    """Go on with what `carried` gave elsewhere."""
    with about(request=found.get("request")):
        if _tracer is None or "traceparent" not in found:
            yield
            return
        from opentelemetry.context import attach, detach
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        token = attach(TraceContextTextMapPropagator().extract(found))
        try:
            yield
        finally:
            detach(token)


def _begin(tracer: Tracer, name: str, kind: str, headers: Mapping[str, str] | None, attributes: Mapping[str, Attribute]) -> Span:
    from opentelemetry.trace import SpanKind
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    context = TraceContextTextMapPropagator().extract(headers) if headers else None
    belongs = {f"discovery.{one}.id": value for one, value in known().items()}
    return tracer.start_span(name, context=context, kind=SpanKind[kind], attributes={**belongs, **_named(attributes)})


def _named(attributes: Mapping[str, Attribute]) -> dict[str, Any]:
    return {name.replace("__", "."): value for name, value in attributes.items() if value is not None}
