"""One attempt at one call: a streamed answer with deadlines, through LangChain."""

from __future__ import annotations

import asyncio
import os
from contextlib import AbstractContextManager, aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from discovery_agent.errors import ConfigurationError
from discovery_agent.models.faults import Fault, NotAnEventStream, broken, fault_of, no_answer, out_of_time
from discovery_agent.models.messages import Message
from discovery_agent.models.retrying import Timing
from discovery_agent.models.schema import Schema
from discovery_agent.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_ROLES = {"system": "system", "user": "human", "assistant": "ai"}


@dataclass
class Answer:
    """What has come of an answer so far. Tokens are None where the server did not report them."""

    parts: list[str] = field(default_factory=list)
    finish_reason: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    reused_tokens: int = 0
    """Input tokens that the server had in its own cache, which cost less."""

    @property
    def text(self) -> str:
        """The text that has come so far."""
        return "".join(self.parts)


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


class Connection:
    """The way to one model. The client is made at the first call, and made anew in another event loop."""

    def __init__(self, settings: Settings, timing: Timing) -> None:
        provider, _, self._name = (settings.model or "").partition(":")
        if provider != "openai" or not self._name:
            raise ConfigurationError(
                f"The model `{settings.model}` is not of a provider known here.",
                where="DISCOVERY_MODEL",
                remedy="Name it openai:<model>; for another server that speaks the same protocol set OPENAI_BASE_URL as well.",
            )
        self._settings = settings
        self._timing = timing
        self._client: tuple[asyncio.AbstractEventLoop, BaseChatModel, Any] | None = None
        self.reports_usage = True
        """False once the server has rejected the request to report usage."""

    async def ask(self, messages: tuple[Message, ...], form: OutputForm, answer: Answer, deadline: float) -> None:
        """Stream one answer into `answer`.

        Raises:
            Fault: the server failed, fell silent, or its answer broke off.
        """
        with _untraced():
            await self._ask(messages, form, answer, deadline)

    async def _ask(self, messages: tuple[Message, ...], form: OutputForm, answer: Answer, deadline: float) -> None:
        chunks = self._model().astream(
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
        if answer.finish_reason is None:
            raise broken("The answer of the model server broke off before its end.")

    def _model(self) -> BaseChatModel:
        loop = asyncio.get_running_loop()
        if self._client is None or self._client[0] is not loop:
            self._client = (loop, *self._make())
        return self._client[1]

    def _make(self) -> tuple[BaseChatModel, Any]:
        if not os.environ.get("OPENAI_API_KEY"):
            raise ConfigurationError(
                "There is no key for the model server.",
                where="OPENAI_API_KEY",
                remedy="Set it; any value will do if your server needs none.",
            )
        from langchain.chat_models import init_chat_model
        from openai import DefaultAsyncHttpxClient

        client = DefaultAsyncHttpxClient(timeout=self._settings.call_seconds, event_hooks={"response": [_expect_events]})
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
        return model, client

    async def aclose(self) -> None:
        """Close the connections of this event loop."""
        client, self._client = self._client, None
        if client is not None and client[0] is asyncio.get_running_loop():
            await client[2].aclose()


def _untraced() -> AbstractContextManager[object]:
    """Keep LangChain from sending what is said to a tracing service, whatever the environment says."""
    from langsmith import tracing_context

    return tracing_context(enabled=False)


async def _expect_events(response: Any) -> None:
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if response.is_success and kind in ("text/html", "application/json"):
        raise NotAnEventStream("a web page" if kind == "text/html" else "plain JSON")


def _add(answer: Answer, chunk: Any) -> None:
    """Take over what a chunk of LangChain's brings."""
    if chunk.text:
        answer.parts.append(str(chunk.text))
    for call in chunk.tool_call_chunks:
        if call.get("args") and not call.get("index"):  # a second call of the tool would be a second answer
            answer.parts.append(call["args"])
    answer.finish_reason = chunk.response_metadata.get("finish_reason") or answer.finish_reason
    if usage := chunk.usage_metadata:
        answer.input_tokens = usage["input_tokens"]
        answer.output_tokens = usage["output_tokens"]
        answer.reused_tokens = (usage.get("input_token_details") or {}).get("cache_read") or 0


__all__ = ["Answer", "Connection", "Fault", "OutputForm", "base_url", "server_name"]
