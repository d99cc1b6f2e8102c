"""A chat model that answers in the form of a pydantic model, or says in a typed error why not.

One call runs through, from the outside in: the replies that are kept, one repair round, the fall-back from a response
format to a forced tool, the retries, the budget, the pace, and the stream with its deadlines. Free text is streamed to
the caller as it comes, so it is tried again only until its first words.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Self, TypeVar
from weakref import WeakValueDictionary

from pydantic import BaseModel, ValidationError

from discovery_agent.errors import ConfigurationError, ModelAccessDenied, ModelRefused, ModelReplyInvalid, ModelReplyTruncated
from discovery_agent.models.answer import Answer
from discovery_agent.models.billing import Bill, Billing, Meter
from discovery_agent.models.budget import Budget
from discovery_agent.models.cache import CallCache
from discovery_agent.models.connection import Connection, OutputForm, base_url, server_name
from discovery_agent.models.faults import Fault, Retry
from discovery_agent.models.messages import Message, PromptMark, Reply
from discovery_agent.models.pacing import Pacer, Precedence
from discovery_agent.models.personal_data import Hidden, Redactor, RestoredStream
from discovery_agent.models.prices import price_for
from discovery_agent.models.replies import Asked, KeptReply, Replies
from discovery_agent.models.retrying import Deadline, Timing, with_retries
from discovery_agent.models.schema import schema_text, strict_schema
from discovery_agent.models.tokens import TokenCount, TokenCounter, counter_for
from discovery_agent.settings import Settings
from discovery_agent.telemetry.model_calls import reply_reused

T = TypeVar("T", bound=BaseModel)

_MISTAKES_SHOWN = 8
_NO_PROMPT = PromptMark()
# After the server turned a key away, other calls are not even tried for so long: they would only be turned away too.
_SHUT_SECONDS = 30.0


@dataclass
class _Call:
    """One call on its way: what is asked, and who pays."""

    messages: tuple[Message, ...]
    form: OutputForm
    bill: Bill

    @property
    def texts(self) -> list[str]:
        """All that is sent."""
        return [*(message.content for message in self.messages), schema_text(self.form.schema)]


@dataclass
class _Learned:
    """What calls have taught about the server."""

    as_tool: bool = False
    denied: tuple[ModelAccessDenied, float] | None = None
    """The latest refusal, and until when nothing is tried."""
    turned_away: ModelAccessDenied | None = None
    """The latest refusal, if no call has succeeded since."""


class ChatModel:
    """The configured model. Share one among all calls of a run, and `aclose` it in the loop that used it.

    Replies are kept in `replies`; without it in the cache, with those of an engagement, by the name of its shelf, or with those of none.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        budget: Budget | None = None,
        counter: TokenCounter | None = None,
        timing: Timing | None = None,
        engagement: str | None = None,
        replies: Replies | None = None,
    ) -> None:
        self._settings = settings
        self._timing = timing or Timing()
        pacer = Pacer(settings.requests_per_minute, settings.tokens_per_minute, self._timing)
        self._connection = Connection(settings, self._timing, pacer)
        self._replies = CallCache(settings.cache_dir, engagement) if replies is None else replies
        self.budget = budget or Budget(settings.max_cost_usd)
        price = price_for(settings, base_url())
        counter = counter or counter_for(settings.model)
        self._billing = Billing(self.budget, price, counter, self._timing, settings.max_output_tokens, pacer)
        if self.budget.cap_usd is not None and price is None:
            raise ConfigurationError(
                f"A cap on cost is set, but nobody publishes the price of {settings.model} at this address.",
                where="--max-cost or DISCOVERY_MAX_COST_USD",
                remedy="Set DISCOVERY_INPUT_PRICE_USD and DISCOVERY_OUTPUT_PRICE_USD, or unset the cap.",
            )
        self.meter = Meter()
        """What all calls took together."""
        self._learned = _Learned()
        self._redactor = Redactor(settings.phone_region) if settings.redact else None
        self._under_way: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @property
    def name(self) -> str:
        """As configured, such as `openai:gpt-5`."""
        return self._settings.model or ""

    @property
    def longest_reply(self) -> int:
        """Tokens that a reply can have at most."""
        return self._settings.max_output_tokens

    @property
    def denied(self) -> ModelAccessDenied | None:
        """Why the server turned the last calls away, if it did: others are not even tried for a while."""
        before = self._learned.denied
        return before[0] if before and self._timing.clock() < before[1] else None

    @property
    def turned_away(self) -> ModelAccessDenied | None:
        """Why the server turned the latest call away that it answered at all. This stays until one succeeds, also when calls are tried again."""
        return self._learned.turned_away

    def for_engagement(self, engagement: str, budget: Budget) -> Self:
        """The same model and connections, its calls counted against another budget, and metered and kept apart."""
        return self.keeping(self._replies.for_engagement(engagement), budget)

    def keeping(self, replies: Replies, budget: Budget) -> Self:
        """The same model and connections, its replies kept elsewhere, its calls counted against another budget and metered apart."""
        other = copy.copy(self)
        other.budget = budget
        other.meter = Meter()
        other._billing = self._billing.against(budget)
        other._replies = replies
        other._under_way = WeakValueDictionary()
        return other

    def prepare(self) -> None:
        """Import what the first call needs, which takes about a second."""
        self._connection.prepare()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._connection.aclose()

    def count_input(self, messages: Sequence[Message], output: type[BaseModel]) -> TokenCount:
        """Tokens that a call sends: the messages and the schema."""
        return self._billing.count([*(message.content for message in messages), schema_text(strict_schema(output))])

    def cost(self, input_tokens: int, output_tokens: int, reused_tokens: int = 0) -> float | None:
        """Price of a call in USD; None if nobody publishes one."""
        return self._billing.cost(input_tokens, output_tokens, reused_tokens)

    def least_seconds(self, calls: int, tokens: int) -> float | None:
        """The least time that so many calls take at the pace that is set or that the server has told; None if none is known."""
        return self._billing.least_seconds(calls, tokens)

    def is_kept(
        self, messages: Sequence[Message], output: type[BaseModel], *, prompt: PromptMark = _NO_PROMPT, people: Iterable[str] = ()
    ) -> bool:
        """Whether there is a reply to this call already."""
        hidden = self._hide(messages, people)
        return self._kept(self._replies.key(self._asked(hidden.messages, output, prompt)), output, hidden) is not None

    async def structured(
        self,
        messages: Sequence[Message],
        output: type[T],
        *,
        prompt: PromptMark = _NO_PROMPT,
        meter: Meter | None = None,
        people: Iterable[str] = (),
    ) -> Reply[T]:
        """Ask for an answer in the form of `output`; the same call is paid for once.

        `meter` gets what the call takes even if it fails. Where personal data is to be hidden, `people` are the names among it; the
        answer has them again.

        Raises:
            ModelUnavailable: the server is busy, failing or silent, or its answers come damaged.
            ModelRefused: the request or its content is the reason.
            ModelAccessDenied: the key, the quota or the model's name is the reason; calls that follow at once fail without being sent.
            ModelReplyInvalid: the answer has another form, even after its mistakes were shown.
            ModelReplyTruncated: the answer or the request is too long.
            SpendLimitReached: the cap on cost has no room for the call.
            RecordingMissing: only recorded replies may be used, and there is none.
        """
        hidden = self._hide(messages, people)
        asked = self._asked(hidden.messages, output, prompt)
        key = self._replies.key(asked)
        lock = self._under_way.setdefault(key, asyncio.Lock())
        async with lock:
            own = Meter()
            meters = (self.meter, own, meter) if meter else (self.meter, own)
            if found := await asyncio.to_thread(self._kept, key, output, hidden):
                reply_reused()
                for one in meters:
                    one.reuse(found[1])
                return Reply(found[0], own.usage, cached=True, latency_seconds=found[1].latency_seconds)
            self._replies.permit(asked)
            call = _Call(
                hidden.messages, OutputForm(output.__name__, strict_schema(output), self._learned.as_tool), Bill((), meters, self.name)
            )
            text, value = await self._valid_answer(call, output, hidden)
            await asyncio.to_thread(self._replies.put, asked, self._to_keep(key, text, own))
            return Reply(value, own.usage, cached=False, latency_seconds=call.bill.seconds)

    def _hide(self, messages: Sequence[Message], people: Iterable[str]) -> Hidden:
        return self._redactor.hide(messages, people) if self._redactor else Hidden(tuple(messages), {})

    def _asked(self, messages: Sequence[Message], output: type[BaseModel] | None, prompt: PromptMark) -> Asked:
        parameters = {"max_output_tokens": self._settings.max_output_tokens}
        schema, form = (strict_schema(output), output.__name__) if output else (None, "")
        return Asked(server_name(), self.name, tuple(messages), schema, parameters, prompt, form)

    def _to_keep(self, key: str, text: str, took: Meter) -> KeptReply:
        usage = took.usage
        return KeptReply(
            key=key,
            model=self.name,
            text=text,
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cost_usd=usage.cost_usd,
            latency_seconds=took.seconds,
        )

    def _kept(self, key: str, output: type[T], hidden: Hidden) -> tuple[T, KeptReply] | None:
        kept = self._replies.get(key)
        if kept is None:
            return None
        try:
            return output.model_validate_json(hidden.restored_json(kept.text)), kept
        except ValidationError:
            return None

    async def _valid_answer(self, call: _Call, output: type[T], hidden: Hidden) -> tuple[str, T]:
        """The answer, after at most one round of repair."""
        answer = await self._ask(call)
        mistakes = ""
        for last in (False, True):
            _expect_whole(answer)
            text = answer.text.strip()
            if text:
                try:
                    return text, output.model_validate_json(hidden.restored_json(text))
                except ValidationError as error:
                    mistakes = _mistakes(error)
            if not last:
                said = (Message("assistant", answer.text),) if text else ()
                request = _repair_request(mistakes) if text else "The answer was empty. Give it as JSON of the schema, and nothing else."
                call.messages = (*call.messages, *said, Message("user", request))
                answer = await self._ask(call)
        if not answer.text.strip():
            raise ModelRefused(
                "The model declined to answer: its answer was empty, twice.",
                remedy="Leave the passage out, or use another model.",
            )
        raise ModelReplyInvalid(
            f"The model's answer is not in the form that was asked for, also after its mistakes were shown: {mistakes}",
            remedy="Try again, or use a model that supports structured output.",
        )

    async def stream(
        self,
        messages: Sequence[Message],
        *,
        prompt: PromptMark = _NO_PROMPT,
        meter: Meter | None = None,
        first_seconds: float | None = None,
        people: Iterable[str] = (),
    ) -> AsyncGenerator[str, None]:
        """Ask for free text; yields its words as they come. A reply that was kept comes whole.

        Until the first words the call is tried again as any other, within `first_seconds` with all attempts (None: as
        long as any call). After them a failure is the caller's: what was yielded so far is no whole reply.
        Close the generator (`contextlib.aclosing`) where you stop reading early.

        Raises:
            ModelUnavailable: the server is busy, failing or silent, or its reply came damaged or without its end.
            ModelRefused: the request or its content is the reason, or nothing came.
            ModelAccessDenied: as for `structured`.
            ModelReplyTruncated: the reply hit its length limit, or the request is too long.
            SpendLimitReached: the cap on cost has no room for the call.
            RecordingMissing: as for `structured`.
        """
        hidden = self._hide(messages, people)
        asked = self._asked(hidden.messages, None, prompt)
        key = self._replies.key(asked)
        own = Meter()
        meters = (self.meter, own, meter) if meter else (self.meter, own)
        if kept := await asyncio.to_thread(self._replies.get, key):
            reply_reused()
            for one in meters:
                one.reuse(kept)
            yield hidden.restored(kept.text)
            return
        self._replies.permit(asked)
        bill = Bill([message.content for message in hidden.messages], meters, self.name, Precedence.TURN)
        answer, pieces = await self._begun(hidden.messages, bill, first_seconds)
        restored = RestoredStream(hidden)
        try:
            async with aclosing(pieces):
                if first := restored.feed(answer.text):
                    yield first
                async for piece in pieces:
                    if ready := restored.feed(piece):
                        yield ready
                if rest := restored.end():
                    yield rest
        except Fault as fault:
            self._remember_denial(fault)
            raise fault.error from None
        _expect_whole(answer)
        await asyncio.to_thread(self._replies.put, asked, self._to_keep(key, answer.text, own))

    async def _begun(
        self, messages: tuple[Message, ...], bill: Bill, first_seconds: float | None
    ) -> tuple[Answer, AsyncGenerator[str, None]]:
        """A reply whose first words are there, and what yields the rest."""
        patience = min(self._settings.call_seconds, first_seconds or self._settings.call_seconds)

        async def attempt(deadline: Deadline) -> tuple[Answer, AsyncGenerator[str, None]]:
            answer = Answer()
            pieces = self._pieces(messages, bill, answer, deadline, patience)
            try:
                await anext(pieces)
            except StopAsyncIteration:
                _expect_whole(answer)
                declined = ModelRefused("The model declined to answer: its answer was empty.", remedy="Try again, or use another model.")
                raise Fault(declined, Retry.ONCE, started=True) from None
            return answer, pieces

        while True:
            self._refuse_if_denied()
            try:
                begun = await with_retries(attempt, max_attempts=self._settings.max_attempts, seconds=patience, timing=self._timing)
            except Fault as fault:
                self._remember_denial(fault)
                if not self._stops_reporting_usage(fault):
                    raise fault.error from None
            else:
                self._learned.turned_away = None
                return begun

    async def _pieces(
        self, messages: tuple[Message, ...], bill: Bill, answer: Answer, deadline: Deadline, patience: float
    ) -> AsyncGenerator[str, None]:
        """The words of one attempt."""
        first = min(self._settings.first_token_seconds, patience)
        async with (
            self._billing.paid(bill, answer, deadline),
            aclosing(self._connection.stream(messages, answer, deadline, first)) as pieces,
        ):
            begun = False
            async for piece in pieces:
                if not begun:  # from here on there is as much time as for any call
                    deadline.at += self._settings.call_seconds - patience
                    begun = True
                yield piece

    async def _ask(self, call: _Call) -> Answer:
        """One answer in whichever form the server accepts."""
        while True:
            self._refuse_if_denied()
            try:
                answer = await self._with_retries(call)
            except Fault as fault:
                self._remember_denial(fault)
                if self._stops_reporting_usage(fault):
                    continue
                if fault.rejected and not call.form.as_tool:
                    call.form = OutputForm(call.form.name, call.form.schema, as_tool=True)
                else:
                    raise fault.error from None
            else:
                self._learned.as_tool |= call.form.as_tool
                self._learned.turned_away = None
                return answer

    def _refuse_if_denied(self) -> None:
        if before := self.denied:
            raise ModelAccessDenied(before.what, where=before.where, remedy=before.remedy)

    def _remember_denial(self, fault: Fault) -> None:
        if isinstance(fault.error, ModelAccessDenied):
            self._learned.turned_away = fault.error
            self._learned.denied = (fault.error, self._timing.clock() + _SHUT_SECONDS)

    def _stops_reporting_usage(self, fault: Fault) -> bool:
        """Whether the server only disliked being asked for its usage, which it will not be asked again."""
        rejected = fault.rejected or ""
        if not self._connection.reports_usage or not ("stream_options" in rejected or "include_usage" in rejected):
            return False
        self._connection.reports_usage = False
        return True

    async def _with_retries(self, call: _Call) -> Answer:
        call.bill.texts = call.texts

        async def attempt(deadline: Deadline) -> Answer:
            answer = Answer()
            async with self._billing.paid(call.bill, answer, deadline):
                await self._connection.ask(call.messages, call.form, answer, deadline.at)
            return answer

        return await with_retries(
            attempt, max_attempts=self._settings.max_attempts, seconds=self._settings.call_seconds, timing=self._timing
        )


def _expect_whole(answer: Answer) -> None:
    """Refuse an answer that the server itself cut off."""
    if answer.finish_reason == "length":
        raise ModelReplyTruncated(
            "The model's answer hit its length limit.",
            remedy="Lower DISCOVERY_WINDOW_TOKENS, or raise DISCOVERY_MAX_OUTPUT_TOKENS.",
        )
    if answer.finish_reason == "content_filter":
        raise ModelRefused("The model server filtered the model's answer.", remedy="Leave the passage out, or use another model.")


def _mistakes(error: ValidationError) -> str:
    """The first mistakes, each with its place; without the values, which may be long and private."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    lines = [f"{'.'.join(str(part) for part in one['loc']) or 'reply'}: {one['msg']}" for one in found[:_MISTAKES_SHOWN]]
    if len(found) > _MISTAKES_SHOWN:
        lines.append(f"and {len(found) - _MISTAKES_SHOWN} more")
    return "; ".join(lines)


def _repair_request(mistakes: str) -> str:
    return f"That answer does not have the form of the schema. {mistakes}. Give the whole answer again as JSON, and nothing else."
