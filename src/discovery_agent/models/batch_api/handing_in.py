"""Hands files of requests in, waits for their batches, and has them read: the part of a run that takes hours and may be cut off anywhere.

Before the server is told of a batch, its label is noted here; the label goes along with it. So a run that was cut off between the two finds
on the server what it had handed in, and hands nothing in twice.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from discovery_agent.errors import ConfigurationError, ModelAccessDenied, ModelUnavailable
from discovery_agent.models.batch_api.notes import HandedIn, Notes, Step
from discovery_agent.models.batch_api.patience import Waits, patiently
from discovery_agent.models.batch_api.reading import ResultReader
from discovery_agent.models.batch_api.requests import Limits, halved
from discovery_agent.models.batch_api.service import BatchService, Gone, State
from discovery_agent.models.batch_api.standing import Standing
from discovery_agent.models.retrying import Timing

T = TypeVar("T")

CHECKED_AT_ONCE = 4
"""Files that the server has not looked through yet: it is told of no more, because it may not take them all."""

_LOOKS_FOR_A_LABEL = 2
_SECONDS_UNTIL_LISTED = 2.0


class HandingIn:
    """The batches of one model at one server."""

    def __init__(
        self,
        notes: Notes,
        service: BatchService,
        reader: ResultReader,
        standing: Standing,
        *,
        limits: Limits,
        timing: Timing,
        say: Callable[[str], None],
    ) -> None:
        self._notes = notes
        self._service = service
        self._reader = reader
        self._standing = standing
        self._limits = limits
        self._timing = timing
        self._say = say
        self._taken_at_once: int | None = None
        """How many batches the account lets wait at once, once it has refused one for that."""

    async def take_up(self) -> list[HandedIn]:
        """Find out how the batches of earlier runs are; gives those that the server still has.

        Raises:
            ModelError: the server turns the key away, or is out of reach.
            StorageError: a note is damaged, or cannot be written.
        """
        waiting: list[HandedIn] = []
        for entry in self._notes.batches():
            if entry.step is Step.WRITTEN:
                self._notes.forget(entry.label)
            elif entry.step is Step.READ:
                self._standing.has_read(self._notes, entry)
                await self._service.forget(entry.files)
                self._notes.forget_lines(entry.label)
            elif entry.step is Step.WAITING:
                waiting.append(entry)
            elif found := await self._found(entry):
                waiting.append(found)
        for entry in waiting:
            self._standing.waits_for(self._notes, entry)
        self._notes.tidy()
        return waiting

    async def _found(self, entry: HandedIn) -> HandedIn | None:
        """A batch that the server may or may not have been told of."""
        for look in range(_LOOKS_FOR_A_LABEL):
            if look:  # what was sent right before the end may not be listed yet
                await self._timing.sleep(_SECONDS_UNTIL_LISTED)
            try:
                state = await self._patiently(lambda: self._service.find(entry.label))
            except Gone:
                raise _no_batch_api() from None
            if state:
                return self._is_with_server(entry, state)
        await self._service.forget_upload(entry.label)
        self._notes.forget(entry.label)
        return None

    async def settle(self, written: Iterable[HandedIn], waiting: Iterable[HandedIn]) -> None:
        """Hand in what is written, and wait until it and what the server has already are read.

        Raises:
            ModelError: the server refuses, or is out of reach for an hour.
            ConfigurationError: it has no Batch API.
            StorageError: something cannot be written.
        """
        queue = deque(written)
        under_way = {entry.label: entry for entry in waiting}
        told: dict[str, str] = {}
        waits = Waits()
        while queue or under_way:
            checked = sum(told.get(label) in (None, "validating") for label in under_way)
            while queue and len(under_way) < (self._taken_at_once or len(under_way) + 1) and checked < CHECKED_AT_ONCE:
                entry = await self._hand_in(queue.popleft())
                under_way[entry.label] = entry
                checked += 1
                waits = Waits()
            await self._timing.sleep(waits.next())
            for entry in list(under_way.values()):
                state = await self._look(entry)
                self._tell(entry, state, told)
                if not state.has_ended:
                    continue
                del under_way[entry.label]
                if state.is_too_much and self._notes.lines_path(entry.label).exists():
                    queue.extendleft(reversed(await self._taken_back(entry, state, alone=not under_way)))
                    self._taken_at_once = max(1, len(under_way))
                else:
                    await self.read(entry, state)

    async def look_once(self, entry: HandedIn) -> bool:
        """Read a batch that nobody waits for, if it has ended; whether it has."""
        state = await self._look(entry)
        if state.has_ended:
            await self.read(entry, state)
        return state.has_ended

    async def read(self, entry: HandedIn, state: State) -> None:
        """Keep what became of a batch that has ended."""
        read = await self._reader.read(entry, state)
        self._standing.has_read(self._notes, read)
        cost = "" if read.cost_usd is None else f", USD {read.cost_usd:.4f}"
        refusal = f" The server says: {state.refusal}" if state.refusal else ""
        self._say(f"Batch {state.status}: {read.answered} of {read.requests} requests have a reply{cost}.{refusal}")

    async def _hand_in(self, entry: HandedIn) -> HandedIn:
        entry = self._notes.note(entry.model_copy(update={"step": Step.HANDING_IN}))
        try:
            file = await self._patiently(lambda: self._service.upload(self._notes.lines_path(entry.label), entry.label))
            state = await self._created(entry, file)
        except Gone:
            raise _no_batch_api() from None
        most = "" if entry.most_usd is None else f", USD {entry.most_usd:.4f} at most"
        self._say(f"Handed in {entry.requests} request{'' if entry.requests == 1 else 's'}{most}.")
        entry = self._is_with_server(entry, state)
        self._standing.waits_for(self._notes, entry)
        return entry

    async def _created(self, entry: HandedIn, file: str) -> State:
        is_first = True

        async def attempt() -> State:
            nonlocal is_first
            # An attempt whose answer was lost may have been taken.
            if not is_first and (found := await self._service.find(entry.label)):
                return found
            is_first = False
            return await self._service.create(file, entry.label)

        return await self._patiently(attempt)

    def _is_with_server(self, entry: HandedIn, state: State) -> HandedIn:
        return self._notes.note(entry.model_copy(update={"step": Step.WAITING, "batch": state.batch, "files": state.files}))

    async def _look(self, entry: HandedIn) -> State:
        try:
            return await self._patiently(lambda: self._service.look(entry.batch))
        except Gone:
            raise ModelAccessDenied(
                f"The server does not know the batch {entry.batch} that was handed in here.",
                where=str(self._notes.folder / f"{entry.label}.json"),
                remedy="Use the key it was handed in with; or delete this file: what it was to answer is then asked and paid for again.",
            ) from None

    async def _taken_back(self, entry: HandedIn, state: State, *, alone: bool) -> list[HandedIn]:
        """A batch that was not taken because too much waits already: the same again for later, or in halves if nothing else of ours waits."""
        if self._taken_at_once is None:
            self._say("The account takes no more tokens at once: the rest is handed in bit by bit.")
        await self._service.forget(state.files)
        if not alone:
            return [self._notes.renamed(entry)]
        if entry.requests > 1:
            return halved(self._notes, entry, self._limits)
        self._notes.forget(entry.label)
        raise ModelUnavailable(
            f"The account takes not even one more request, though nothing waits that was handed in here: {state.refusal}",
            remedy="Wait until other batches of the account have ended, and run the same command again.",
        )

    def _tell(self, entry: HandedIn, state: State, told: dict[str, str]) -> None:
        """A line where something has changed; the file of requests goes once the server has looked through it."""
        tenths = 10 * (state.answered + state.failed) // state.total if state.total else 0
        now = state.status if state.has_ended else f"{state.status}{f', {tenths}0 % done' if tenths else ''}"
        if told.get(entry.label) != now and not state.has_ended:
            self._say(f"Batch of {entry.requests}: {now.replace('_', ' ')}.")
        told[entry.label] = now
        if state.status not in ("validating", "failed"):
            self._notes.forget_lines(entry.label)

    async def _patiently(self, attempt: Callable[[], Awaitable[T]]) -> T:
        return await patiently(attempt, self._timing, self._say)


def _no_batch_api() -> ConfigurationError:
    return ConfigurationError(
        "The model server has no Batch API.", where="OPENAI_BASE_URL", remedy="Leave --batch-api out, or use another server."
    )
