"""Asking a model ahead of the reading: every call of an analysis is handed in through the Batch API, at half the price.

The ordinary reading is run over all conversations with replies that let no call be made, so that each call it would make is collected. These
are handed in, waited for, and their replies kept where the ordinary reading looks for them. What has no usable reply is handed in again, up
to `ROUNDS` times in a run; it is never asked at full price. What then still has none is a failed window of the report, and is handed
in again by the same command. A reply that hit its length limit is asked in halves in the next round.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from discovery_agent.analysts.llm import LLMAnalyst
from discovery_agent.analysts.llm.ratings import RatingsReply
from discovery_agent.analysts.llm.reply import FindingsReply
from discovery_agent.analysts.protocol import Reader
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.conversation import Conversation
from discovery_agent.errors import CallDeferred, InvalidRequest, ModelError, SpendLimitReached
from discovery_agent.models.batch_api.handing_in import HandingIn
from discovery_agent.models.batch_api.notes import HandedIn, Notes, Request, Step
from discovery_agent.models.batch_api.reading import ResultReader
from discovery_agent.models.batch_api.replies import AnsweredCalls, CollectedCalls
from discovery_agent.models.batch_api.requests import Limits, RequestFiles, request_line
from discovery_agent.models.batch_api.results import Outcome
from discovery_agent.models.batch_api.service import BatchService
from discovery_agent.models.batch_api.standing import Standing
from discovery_agent.models.budget import ROUNDING, Budget
from discovery_agent.models.cache import CallCache
from discovery_agent.models.connection import base_url, server_name
from discovery_agent.models.prices import price_for
from discovery_agent.models.replies import Asked, call_key
from discovery_agent.models.retrying import Timing
from discovery_agent.models.schema import schema_text
from discovery_agent.models.tokens import MESSAGE_TOKENS, counter_for

ROUNDS = 3
"""How often one run hands in what has no usable reply, the first time counted."""

HANDED_IN = "handed-in"
"""Folder, beside the replies, of what is remembered of batches."""

_FORMS: Mapping[str, type[BaseModel]] = {form.__name__: form for form in (FindingsReply, RatingsReply)}


@dataclass(frozen=True)
class Ahead:
    """What the batches of a run came to."""

    reader: Reader
    """Reads the same conversations from the replies that are kept, and calls nothing: what has no reply is a failed window that says why."""
    handed_in: int
    """Requests of this run that went to the server, each round counted; also those that a run before this one was cut off with."""
    answered: int
    failed: Mapping[str, int]
    """Requests without a usable reply at the end, by the reason in words."""
    expired: int
    """Of these, those that the server did not come to within a day."""
    not_handed_in: int
    """Requests that the cap on cost had no room for."""
    waiting: int
    """Requests of other runs that are still with the server; nobody waited for them."""
    cost_usd: float | None
    """Paid through the batches, also for replies that are of no use; None where nobody publishes the price."""

    def describe(self) -> tuple[str, ...]:
        """In words, a line for each fact."""
        cost = "price unknown" if self.cost_usd is None else f"USD {self.cost_usd:.4f} paid"
        lines = [f"Batch API: {_requests(self.handed_in)} handed in, {self.answered:,} answered, {cost}."]
        if not self.handed_in:
            lines = ["Batch API: nothing was handed in."] if self.not_handed_in else ["Batch API: every call has its reply already."]
        if self.failed:
            reasons = "; ".join(f"{count}: {reason}" for reason, count in self.failed.items())
            lines.append(f"Without a usable reply: {_requests(sum(self.failed.values()))} ({reasons}).")
        if self.not_handed_in:
            lines.append(f"Not handed in, because the cap on cost had no room: {_requests(self.not_handed_in)}.")
        if self.failed or self.not_handed_in:
            lines.append("The same command hands in again what is missing, and only that.")
        if self.waiting:
            lines.append(f"Still with the server from another run, and not waited for: {_requests(self.waiting)}.")
        return tuple(lines)


def refuse_without_model(bench: Workbench) -> LLMAnalyst:
    """The language model of a run.

    Raises:
        InvalidRequest: none is configured.
    """
    if bench.model is None:
        raise InvalidRequest(
            "The rules analyst asks no language model, so there is nothing to hand in.",
            where="--batch-api",
            remedy="Set DISCOVERY_MODEL, or leave --batch-api out.",
        )
    return bench.model


async def answer_ahead(
    conversations: Callable[[], Iterable[Conversation]],
    bench: Workbench,
    say: Callable[[str], None],
    *,
    timing: Timing | None = None,
    limits: Limits | None = None,
) -> Ahead:
    """Hand in every call of reading these conversations that has no reply yet, wait for the replies, and keep them.

    `conversations` gives them from the first one on each time it is called, once a round. `say` gets a line where something changes.
    Can be cut off at any point, and called again: it goes on from there and pays for nothing twice.

    Raises:
        InvalidRequest: no language model is configured, or another process hands in batches here.
        ConfigurationError: there is no key, the server has no Batch API, or the cap is on an unknown price.
        ModelError: the server turns the key or a batch away, or is out of reach for an hour.
        StorageError: what must be remembered of a batch cannot be written.
    """
    analyst = refuse_without_model(bench)
    kept = CallCache(bench.settings.cache_dir, bench.engagement)
    place = call_key(server=server_name(), model=analyst.name)[:16]
    notes = Notes((kept.folder or Path()) / HANDED_IN / place)
    with notes.locked():
        run = _Run(analyst, bench, kept, notes, timing or Timing(), limits or Limits(), say)
        try:
            return await run.answered(conversations)
        finally:
            await run.service.aclose()


class _Run:
    """One run, from what earlier ones left to what this one has to show."""

    def __init__(
        self,
        analyst: LLMAnalyst,
        bench: Workbench,
        kept: CallCache,
        notes: Notes,
        timing: Timing,
        limits: Limits,
        say: Callable[[str], None],
    ) -> None:
        self._analyst, self._bench, self._kept, self._notes, self._limits, self._say = analyst, bench, kept, notes, limits, say
        settings = bench.settings
        self._counter = counter_for(settings.model)
        self._tokens = lru_cache(maxsize=64)(lambda text: self._counter.count(text).at_most)
        self._price = price_for(settings, base_url(), in_batch=True)
        self._standing = Standing(too_long=notes.too_long())
        self.service = BatchService()
        reader = ResultReader(
            notes,
            self.service,
            kept,
            model=analyst.name,
            forms=_FORMS,
            price=self._price,
            counter=self._counter,
            timing=timing,
            say=say,
        )
        self._batches = HandingIn(notes, self.service, reader, self._standing, limits=limits, timing=timing, say=say)

    async def answered(self, conversations: Callable[[], Iterable[Conversation]]) -> Ahead:
        """Everything, round by round."""
        with_server = await self._batches.take_up()
        before = max((entry.attempt for entry in self._notes.batches() if entry.step is Step.READ), default=0)
        # A run that was cut off goes on in its round, or with the next one if it had read all of it.
        attempt = max(before, 1) if with_server else before + 1
        unfinished: set[str] | None = None
        while attempt <= ROUNDS:
            needed, written, unfinished = await self._collect(conversations, attempt, with_server, unfinished)
            waited_for = [entry for entry in with_server if entry.label in needed]
            with_server = [entry for entry in with_server if entry.label not in needed]
            if not written and not waited_for:
                break
            await self._wait(written, waited_for)
            attempt += 1
        others = [entry for entry in with_server if not await self._batches.look_once(entry)]
        return self._finished(others)

    async def _wait(self, written: list[HandedIn], waited_for: list[HandedIn]) -> None:
        total = sum(entry.requests for entry in (*written, *waited_for))
        self._say(
            f"{_requests(total)} for the Batch API; replies come within a day. Ctrl-C stops waiting: the same command goes on from here."
        )
        try:
            await self._batches.settle(written, waited_for)
        except asyncio.CancelledError:
            self._say("Stopped waiting. What is handed in stays with the server; the same command goes on from here.")
            raise

    async def _collect(
        self,
        conversations: Callable[[], Iterable[Conversation]],
        attempt: int,
        with_server: list[HandedIn],
        unfinished: set[str] | None,
    ) -> tuple[set[str], list[HandedIn], set[str]]:
        """Labels of batches to wait for, files to hand in, and the conversations that need another round. One conversation is in memory."""
        room = self._room(with_server)
        self._standing.without_room.clear()
        left: set[str] = set()
        with RequestFiles(self._notes, self._limits, attempt) as files:

            def take(key: str, asked: Asked) -> None:
                nonlocal room
                tokens = self._input_tokens(asked)
                most = self._price(tokens, self._bench.settings.max_output_tokens, 0) if self._price else None
                if room is not None:
                    if (most or 0.0) > room + ROUNDING:
                        self._standing.without_room.add(key)
                        return
                    room -= most or 0.0
                files.add(Request(key, asked.output, tokens), request_line(key, asked), most)

            calls = CollectedCalls(self._kept, self._standing, take)
            reader = self._analyst.keeping(calls, Budget(None))
            for conversation in conversations():
                if (unfinished is None or conversation.id in unfinished) and await self._asks(reader, conversation):
                    left.add(conversation.id)
        return calls.needed, files.noted, left

    async def _asks(self, reader: LLMAnalyst, conversation: Conversation) -> bool:
        """Whether reading a conversation asks for anything that has no reply."""

        async def one(call: Coroutine[Any, Any, object]) -> bool:
            try:
                await call
            except CallDeferred:
                return True
            except (ModelError, SpendLimitReached):  # the reading will say so
                return False
            return False

        calls: list[Coroutine[Any, Any, object]] = []
        for window in reader.windows(conversation):
            calls += [reader.extract(conversation, window), reader.rate(conversation, window, self._bench.tables)]
        asked = await asyncio.gather(*map(one, calls), return_exceptions=True)
        for failure in asked:
            if isinstance(failure, BaseException):
                raise failure
        return any(asked)

    def _input_tokens(self, asked: Asked) -> int:
        texts = [one.content for one in asked.messages] + ([schema_text(dict(asked.schema))] if asked.schema else [])
        return sum(self._tokens(text) + MESSAGE_TOKENS for text in texts)

    def _room(self, with_server: list[HandedIn]) -> float | None:
        """What the cap on cost leaves; None without a cap."""
        cap = self._bench.settings.max_cost_usd
        if cap is None:
            return None
        return cap - (self._standing.spent_usd or 0.0) - sum(entry.most_usd or 0.0 for entry in with_server)

    def _finished(self, others: list[HandedIn]) -> Ahead:
        failed = self._standing.failed()
        ahead = Ahead(
            reader=self._analyst.keeping(AnsweredCalls(self._kept, self._standing), Budget(None)),
            handed_in=self._standing.requests,
            answered=len(self._standing.new),
            failed={outcome.value: count for outcome, count in failed.most_common()},
            expired=failed[Outcome.EXPIRED],
            not_handed_in=len(self._standing.without_room),
            waiting=sum(entry.requests for entry in others),
            cost_usd=self._standing.spent_usd,
        )
        for entry in self._notes.batches():
            if entry.step is Step.READ:
                self._notes.forget(entry.label)
        return ahead


def _requests(count: int) -> str:
    return f"{count:,} request{'' if count == 1 else 's'}"
