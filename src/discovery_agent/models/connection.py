"""One attempt at one call: a streamed answer with deadlines, through the client that LangChain configures."""

from __future__ import annotations

import asyncio
import importlib
import os
from collections.abc import AsyncGenerator
from contextlib import AbstractContextManager, aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from discovery_agent.errors import ConfigurationError
from discovery_agent.models.answer import Answer
from discovery_agent.models.faults import Fault, NotAnEventStream, broken, error_event, fault_of, no_answer, out_of_time
from discovery_agent.models.lanes import Lanes
from discovery_agent.models.messages import Message
from discovery_agent.models.pacing import Pacer
from discovery_agent.models.retrying import Deadline, Timing
from discovery_agent.models.schema import Schema
from discovery_agent.models.text_stream import ErrorEvent, EventReader, take
from discovery_agent.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_ROLES = {"system": "system", "user": "human", "assistant": "ai"}


@dataclass(frozen=True)
class OutputForm:
    """How the form of the answer is asked for: as a response format, or as the one tool that must be called."""

    name: str
    schema: Schema
    as_tool: bool = False

    def parameters(self) -> dict[str, Any]:
        """What the request needs for it.

        The response format goes as a plain field: given by its name, the client would read the stream
        through a helper that keeps usage only of the last event and parses the whole text at each.
        """
        if self.as_tool:
            # Without `strict`: servers that need this form tend not to know it, and the reply is checked anyway.
            tool = {"name": self.name, "description": "Give the answer.", "parameters": self.schema}
            return {
                "tools": [{"type": "function", "function": tool}],
                "tool_choice": {"type": "function", "function": {"name": self.name}},
            }
        form = {"name": self.name, "strict": True, "schema": self.schema}
        return {"extra_body": {"response_format": {"type": "json_schema", "json_schema": form}}}


def base_url() -> str | None:
    """The address of the model server from the environment; None for the provider's own."""
    return os.environ.get("OPENAI_BASE_URL") or os.environ.get("OPENAI_API_BASE") or None


def server_name() -> str:
    """What tells one model server from another: its address without credentials; `provider` for the provider's own."""
    address = base_url()
    if not address:
        return "provider"
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}"


@dataclass(frozen=True)
class _Client:
    """What talks to the server, in one event loop."""

    loop: asyncio.AbstractEventLoop
    model: BaseChatModel
    http: Any
    lanes: Lanes


class Connection:
    """The way to one model. The client is made at the first call, and made anew in another event loop."""

    def __init__(self, settings: Settings, timing: Timing, pacer: Pacer) -> None:
        provider, _, self._name = (settings.model or "").partition(":")
        if provider != "openai" or not self._name:
            raise ConfigurationError(
                f"The model `{settings.model}` is not of a provider known here.",
                where="DISCOVERY_MODEL",
                remedy="Name it openai:<model>; for another server that speaks the same protocol set OPENAI_BASE_URL as well.",
            )
        self._settings = settings
        self._timing = timing
        self._pacer = pacer
        self._client: _Client | None = None
        self.reports_usage = True
        """False once the server has rejected the request to report usage."""

    async def ask(self, messages: tuple[Message, ...], form: OutputForm, answer: Answer, deadline: float) -> None:
        """Stream one answer into `answer`.

        Raises:
            Fault: the server failed, fell silent, or its answer broke off.
        """
        with _traced_by_langsmith(self._settings.langsmith):
            await self._ask(messages, form, answer, deadline)

    async def _ask(self, messages: tuple[Message, ...], form: OutputForm, answer: Answer, deadline: float) -> None:
        chunks = self._here().model.astream(
            [(_ROLES[message.role], message.content) for message in messages],
            stream_usage=self.reports_usage,
            **form.parameters(),
        )
        begun = self._timing.clock()
        async with aclosing(chunks) as stream:  # type: ignore[type-var]
            while True:
                silence = self._settings.idle_seconds
                if not answer.parts:
                    silence = begun + self._settings.first_token_seconds - self._timing.clock()
                left = deadline - self._timing.clock()
                try:
                    async with asyncio.timeout(max(0.0, min(silence, left))):
                        chunk = await anext(stream)
                except StopAsyncIteration:
                    break
                except TimeoutError:
                    if left <= silence:
                        raise out_of_time(self._settings.call_seconds) from None
                    waited = self._settings.idle_seconds if answer.parts else self._settings.first_token_seconds
                    raise no_answer(waited, started=bool(answer.parts)) from None
                except Exception as error:
                    # Not chained: the client's errors hold the request with its headers.
                    sent = [message.content for message in messages]
                    raise fault_of(error, started=bool(answer.parts), sent=sent) from None
                _add(answer, chunk)
                if answer.parts and answer.first_at is None:
                    answer.first_at = self._timing.clock()
        if answer.finish_reason is None:
            raise broken("The answer of the model server broke off before its end.")

    async def stream(
        self, messages: tuple[Message, ...], answer: Answer, deadline: Deadline, first_seconds: float
    ) -> AsyncGenerator[str, None]:
        """The words of one answer as they come; `answer` gathers them.

        Raises:
            Fault: the server failed, fell silent, or its answer broke off.
        """
        clock, lanes = self._timing.clock, self._here().lanes
        sent = [message.content for message in messages]
        async with lanes.take() as client, aclosing(self._bytes(client, messages)) as chunks:
            heard, reader, data = clock(), EventReader(), b""
            while data is not None:
                waits = self._settings.idle_seconds if answer.parts else first_seconds
                try:
                    async with asyncio.timeout(max(0.0, min(heard + waits, deadline.at) - clock())):
                        data = await anext(chunks, None)
                    events = reader.end() if data is None else reader.feed(data)
                    piece = "".join([take(answer, event) for event in events])
                except TimeoutError:
                    if answer.parts and deadline.at < heard + waits:
                        raise out_of_time(self._settings.call_seconds) from None
                    raise no_answer(waits, started=bool(answer.parts)) from None
                except ErrorEvent as error:
                    raise error_event(error.body, sent) from None
                except Exception as error:
                    # Not chained: the client's errors hold the request with its headers.
                    raise fault_of(error, started=bool(answer.parts), sent=sent) from None
                if piece:
                    heard = clock()
                    answer.first_at = answer.first_at or heard
                    yield piece
        if answer.finish_reason is None:
            raise broken("The answer of the model server broke off before its end.")

    async def _bytes(self, client: Any, messages: tuple[Message, ...]) -> AsyncGenerator[bytes, None]:
        """The event stream that answers plain messages, as it arrives."""
        from openai import AsyncStream

        body: dict[str, Any] = {
            "model": self._name,
            "messages": [message._asdict() for message in messages],
            "max_completion_tokens": self._settings.max_output_tokens,
            "stream": True,
        }
        if self.reports_usage:
            body["stream_options"] = {"include_usage": True}
        stream = await client.post("/chat/completions", cast_to=object, body=body, stream=True, stream_cls=AsyncStream[object])
        try:
            async for data in stream.response.aiter_bytes():
                yield data
        finally:
            await stream.response.aclose()

    def _here(self) -> _Client:
        loop = asyncio.get_running_loop()
        if self._client is None or self._client.loop is not loop:
            self._client = self._make(loop)
        return self._client

    def _make(self, loop: asyncio.AbstractEventLoop) -> _Client:
        if not os.environ.get("OPENAI_API_KEY"):
            raise ConfigurationError(
                "There is no key for the model server.",
                where="OPENAI_API_KEY",
                remedy="Set it; any value will do if your server needs none.",
            )
        from langchain.chat_models import init_chat_model
        from openai import DefaultAsyncHttpxClient

        def http() -> Any:
            return DefaultAsyncHttpxClient(timeout=self._settings.call_seconds, event_hooks={"response": [self._heard]})

        client = http()
        model = init_chat_model(
            self._name,
            model_provider="openai",
            base_url=base_url(),
            max_retries=0,
            max_tokens=self._settings.max_output_tokens,
            timeout=self._settings.call_seconds,
            use_responses_api=False,
            http_async_client=client,
            stream_chunk_timeout=None,
        )

        def lane() -> tuple[Any, Any]:
            apart = http()
            return model.root_async_client.copy(http_client=apart), apart  # type: ignore[attr-defined]

        return _Client(loop, model, client, Lanes(lane))

    async def _heard(self, response: Any) -> None:
        self._pacer.heard(response.is_success, response.headers)
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if response.is_success and kind in ("text/html", "application/json"):
            raise NotAnEventStream("a web page" if kind == "text/html" else "plain JSON")

    def prepare(self) -> None:
        """Import the libraries of the client."""
        for name in ("langchain_openai", "langchain.chat_models", "langsmith", "openai"):
            importlib.import_module(name)

    async def aclose(self) -> None:
        """Close the connections of this event loop."""
        client, self._client = self._client, None
        if client is not None and client.loop is asyncio.get_running_loop():
            await client.lanes.aclose()
            await client.http.aclose()


def _traced_by_langsmith(asked_for: bool) -> AbstractContextManager[object]:
    """Keep LangChain from sending what is said to LangSmith, whatever the environment says, unless our own setting asks for it."""
    from langsmith import tracing_context

    return tracing_context(enabled=asked_for)


def _add(answer: Answer, chunk: Any) -> None:
    """Take over what a chunk of LangChain's brings."""
    if chunk.text:
        answer.parts.append(str(chunk.text))
    for call in chunk.tool_call_chunks:
        if call.get("args") and not call.get("index"):  # a second call of the tool would be a second answer
            answer.parts.append(call["args"])
    answer.finish_reason = chunk.response_metadata.get("finish_reason") or answer.finish_reason
    if usage := chunk.usage_metadata:
        answer.took(usage["input_tokens"], usage["output_tokens"], (usage.get("input_token_details") or {}).get("cache_read"))


__all__ = ["Answer", "Connection", "Fault", "OutputForm", "base_url", "server_name"]
