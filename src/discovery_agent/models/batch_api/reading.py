"""Reads what became of a batch, and keeps every reply in it that can be used."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel

from discovery_agent.errors import StorageError
from discovery_agent.models.batch_api.notes import HandedIn, Notes, Request, Step
from discovery_agent.models.batch_api.patience import patiently
from discovery_agent.models.batch_api.results import Answered, Line, NotALine, Outcome, Unanswered, key_of, read_line
from discovery_agent.models.batch_api.service import BatchService, Gone, State
from discovery_agent.models.cache import CallCache
from discovery_agent.models.prices import Price
from discovery_agent.models.replies import KeptReply
from discovery_agent.models.retrying import Timing
from discovery_agent.models.tokens import TokenCounter

_WITHOUT_A_LINE = {"expired": Outcome.EXPIRED, "cancelled": Outcome.CANCELLED, "failed": Outcome.REJECTED}


@dataclass
class _Tally:
    requests: Mapping[str, Request]
    answered: set[str] = field(default_factory=set)
    unanswered: dict[str, Unanswered] = field(default_factory=dict)
    costs: dict[str, float | None] = field(default_factory=dict)

    @property
    def cost_usd(self) -> float | None:
        known = [cost for cost in self.costs.values() if cost is not None]
        return sum(known) if len(known) == len(self.costs) else None


@dataclass
class _Odd:
    """Lines of one file that say nothing new."""

    damaged: int = 0
    unknown: int = 0
    repeated: int = 0

    def __str__(self) -> str:
        counts = {"damaged": self.damaged, "of requests that were not in it": self.unknown, "repeated": self.repeated}
        return ", ".join(f"{count} {what}" for what, count in counts.items() if count)


class ResultReader:
    """Reads batches of one model into one place of replies."""

    def __init__(
        self,
        notes: Notes,
        service: BatchService,
        kept: CallCache,
        *,
        model: str,
        forms: Mapping[str, type[BaseModel]],
        price: Price | None,
        counter: TokenCounter,
        timing: Timing,
        say: Callable[[str], None],
    ) -> None:
        self._notes = notes
        self._service = service
        self._kept = kept
        self._model = model
        self._forms = forms
        self._price = price
        self._counter = counter
        self._timing = timing
        self._say = say

    async def read(self, entry: HandedIn, state: State) -> HandedIn:
        """Keep the replies of a batch that has ended, remember why others have none, and have its files removed at the server.

        Raises:
            StorageError: a reply cannot be kept; the batch can be read again.
            ModelError: the server does not give the files.
        """
        tally = _Tally({one.key: one for one in self._notes.requests(entry.label)})
        without_a_line = Unanswered(_WITHOUT_A_LINE.get(state.status, Outcome.MISSING), state.refusal)
        if state.output is None and state.answered:
            without_a_line = Unanswered(Outcome.LOST)
        for file in (state.output, state.errors):
            if file is not None and not await self._read_file(file, tally) and file == state.output:
                without_a_line = Unanswered(Outcome.LOST)
        unanswered = {key: tally.unanswered.get(key, without_a_line) for key in tally.requests if key not in tally.answered}
        if too_long := [key for key, why in unanswered.items() if why.outcome is Outcome.TOO_LONG]:
            self._notes.keep_too_long(too_long)
        self._notes.keep_unanswered(entry.label, unanswered)
        await asyncio.to_thread(os.sync)  # after this the server no longer has the replies
        read = entry.model_copy(
            update={"step": Step.READ, "files": state.files, "answered": len(tally.answered), "cost_usd": tally.cost_usd}
        )
        self._notes.note(read)
        self._notes.forget_lines(entry.label)
        await self._service.forget(state.files)
        return read

    async def _read_file(self, file: str, tally: _Tally) -> bool:
        """Whether the server still has the file."""

        async def attempt() -> _Odd:
            odd, seen = _Odd(), set[str]()
            async with aclosing(self._service.lines(file)) as lines:
                async for line in lines:
                    if line.strip():
                        self._take(line, tally, odd, seen)
            return odd

        try:
            odd = await patiently(attempt, self._timing, self._say)
        except Gone:
            return False
        if str(odd):
            self._say(f"Lines of a result file that count for nothing: {odd}.")
        return True

    def _take(self, line: bytes, tally: _Tally, odd: _Odd, seen: set[str]) -> None:
        try:
            key, said = key_of(line)
        except NotALine:
            odd.damaged += 1
            return
        request = tally.requests.get(key)
        if request is None:
            odd.unknown += 1
            return
        odd.repeated += key in seen
        seen.add(key)
        if key in tally.answered:
            return
        result = read_line(key, said, self._forms.get(request.form, BaseModel))
        if isinstance(result.result, Answered):
            self._keep(request, result, result.result.text, tally)
        else:
            tally.unanswered[key] = result.result
            if result.tokens:  # of no use, and paid for all the same
                tally.costs[key] = self._cost(*result.tokens)

    def _keep(self, request: Request, line: Line, text: str, tally: _Tally) -> None:
        read, written, reused = line.tokens or (request.input_tokens, self._counter.count(text).value, 0)
        cost = self._cost(read, written, reused)
        reply = KeptReply(
            key=request.key,
            model=self._model,
            text=text,
            input_tokens=read,
            output_tokens=written,
            cost_usd=cost,
            latency_seconds=0.0,  # a batch has none that would say anything
        )
        if not self._kept.keep(reply):
            raise StorageError(
                "The replies of a batch cannot be kept.",
                where=str(self._kept.folder or Path()),
                remedy="Make room, or check that you may write there, and run the same command again; they are still with the server.",
            )
        tally.answered.add(request.key)
        tally.unanswered.pop(request.key, None)
        tally.costs[request.key] = cost

    def _cost(self, read: int, written: int, reused: int) -> float | None:
        return self._price(read, written, reused) if self._price else None
