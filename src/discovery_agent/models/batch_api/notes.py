"""What is remembered of each batch on disk, so that a run that is cut off goes on from there and pays for nothing twice.

One small file for a batch says how far it is, and is replaced in one step. Beside it lie the requests, and later what became of those
that have no reply. Everything lies in the folder of the replies, and goes when they go.
"""

from __future__ import annotations

import errno
import json
import shutil
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, NamedTuple, Self

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict

from discovery_agent.errors import InvalidRequest, StorageError
from discovery_agent.files.writing import replace_text
from discovery_agent.models.batch_api.results import Outcome, Unanswered

_ENTRY, _LINES, _REQUESTS, _UNANSWERED = ".json", ".jsonl", ".requests", ".unanswered"
_TOO_LONG = "too-long"


class Step(StrEnum):
    """How far a batch is."""

    WRITTEN = "written"
    """Its file is whole, and nobody was told."""
    HANDING_IN = "handing in"
    """The server may know it: ask there before it is handed in again."""
    WAITING = "waiting"
    """The server has it."""
    READ = "read"
    """Its replies are kept."""


class HandedIn(BaseModel):
    """One batch of a run."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str
    """Its name here, which the server is given too: by it the batch is found there."""
    step: Step
    attempt: int
    """1 for what is handed in for the first time."""
    requests: int = 0
    most_usd: float | None = 0.0
    """What it can cost at most; None where nobody publishes a price."""
    noted_at: float
    """Seconds since 1970."""
    batch: str = ""
    """Its name at the server."""
    files: tuple[str, ...] = ()
    """Names of its files there."""
    answered: int = 0
    cost_usd: float | None = 0.0
    """What it did cost, once it is read."""

    @classmethod
    def new(cls, attempt: int) -> Self:
        """A batch that nobody was told of."""
        return cls(label=uuid.uuid4().hex, step=Step.WRITTEN, attempt=attempt, noted_at=time.time())


class Request(NamedTuple):
    """What is remembered of a request until its reply is there."""

    key: str
    form: str
    """Name of the form that the reply must have."""
    input_tokens: int

    def line(self) -> bytes:
        """As it stands in its file."""
        return f"{self.key} {self.form} {self.input_tokens}\n".encode()


class Notes:
    """The batches of one model at one server, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes out.

        Raises:
            InvalidRequest: another one is in.
            StorageError: the folder cannot be written.
        """
        with self.writing():
            self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / ".lock", timeout=0)
        try:
            with self.writing():
                lock.acquire()
        except Timeout:
            raise InvalidRequest(
                "Another analysis hands in batches for this model right now.",
                where=str(self.folder),
                remedy="Wait until it has ended, or end it; the same command goes on from there.",
            ) from None
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Say plainly what is wrong where the disk takes nothing."""
        try:
            yield
        except Timeout:
            raise
        except OSError as error:
            raise StorageError(
                f"What is handed in cannot be noted: {error.strerror or error}.",
                where=str(self.folder),
                remedy="Make room, or check that you may write there, and run the same command again; it goes on from here.",
            ) from error

    @contextmanager
    def _reading(self, path: Path) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError) as error:  # what a model of pydantic's does not take is a ValueError, too
            raise StorageError(
                "What is remembered of a batch cannot be read.",
                where=str(path),
                remedy="Delete the files of this name to go on without that batch: what it was to answer is asked and paid for again.",
            ) from error

    def batches(self) -> list[HandedIn]:
        """Every batch that is remembered, the oldest first.

        Raises:
            StorageError: a note is damaged.
        """
        found: list[HandedIn] = []
        for path in self.folder.glob(f"*{_ENTRY}"):
            with self._reading(path):
                found.append(HandedIn.model_validate_json(path.read_bytes()))
        return sorted(found, key=lambda one: (one.noted_at, one.label))

    def note(self, entry: HandedIn) -> HandedIn:
        """Remember how far a batch is, in one step.

        Raises:
            StorageError: it cannot be written; what was noted before stands.
        """
        self._replace(f"{entry.label}{_ENTRY}", entry.model_dump_json(indent=1))
        return entry

    def _replace(self, name: str, text: str) -> None:
        """Write a file in one step; never into a folder that was removed, as with an engagement that was deleted meanwhile."""
        with self.writing():
            if not self.folder.is_dir():
                raise FileNotFoundError(errno.ENOENT, "the folder was removed")
            replace_text(self.folder / name, text)

    def files_for(self, label: str) -> tuple[BinaryIO, BinaryIO]:
        """Files to write the requests of a batch to: as the server gets them, and as they are remembered."""
        return self.lines_path(label).open("wb"), (self.folder / f"{label}{_REQUESTS}").open("wb")

    def lines_path(self, label: str) -> Path:
        """The file that goes to the server."""
        return self.folder / f"{label}{_LINES}"

    def lines(self, label: str) -> Iterator[bytes]:
        """The lines that go to the server."""
        with self.lines_path(label).open("rb") as file:
            yield from file

    def requests(self, label: str) -> Iterator[Request]:
        """The requests of a batch, in the order of its lines.

        Raises:
            StorageError: they cannot be read.
        """
        path = self.folder / f"{label}{_REQUESTS}"
        with self._reading(path), path.open("rb") as file:
            for line in file:
                key, form, tokens = line.decode().split(" ")
                yield Request(key, form, int(tokens))

    def keep_unanswered(self, label: str, unanswered: Mapping[str, Unanswered]) -> None:
        """Remember why requests have no reply.

        Raises:
            StorageError: it cannot be written.
        """
        lines = [json.dumps([key, why.outcome.value, why.said]) for key, why in unanswered.items()]
        self._replace(f"{label}{_UNANSWERED}", "".join(f"{line}\n" for line in lines))

    def unanswered(self, label: str) -> dict[str, Unanswered]:
        """Why requests have no reply.

        Raises:
            StorageError: it cannot be read.
        """
        path = self.folder / f"{label}{_UNANSWERED}"
        with self._reading(path), path.open("rb") as file:
            rows = [json.loads(line) for line in file]
            return {key: Unanswered(Outcome(outcome), said) for key, outcome, said in rows}

    def renamed(self, entry: HandedIn) -> HandedIn:
        """The same requests as a batch that nobody was told of.

        Raises:
            StorageError: it cannot be written.
        """
        new = entry.model_copy(update={"label": uuid.uuid4().hex, "step": Step.WRITTEN, "batch": "", "files": ()})
        with self.writing():
            for suffix in (_LINES, _REQUESTS):
                shutil.copyfile(self.folder / f"{entry.label}{suffix}", self.folder / f"{new.label}{suffix}")
        self.note(new)
        self.forget(entry.label)
        return new

    def forget_lines(self, label: str) -> None:
        """Remove what went to the server: what people said is not kept here longer than it is needed."""
        with suppress(OSError):
            self.lines_path(label).unlink()

    def forget(self, label: str) -> None:
        """Remove all there is of a batch; its note goes first, so that the rest never counts alone."""
        for suffix in (_ENTRY, _LINES, _REQUESTS, _UNANSWERED):
            with suppress(OSError):
                (self.folder / f"{label}{suffix}").unlink()

    def tidy(self) -> None:
        """Remove files that belong to no batch: a run was cut off while it wrote them."""
        known = {one.label for one in self.batches()}
        for suffix in (_LINES, _REQUESTS, _UNANSWERED):
            for path in self.folder.glob(f"*{suffix}"):
                if path.stem not in known:
                    with suppress(OSError):
                        path.unlink()

    def too_long(self) -> set[str]:
        """Requests whose replies hit the length limit, of this run and earlier ones: they are asked in halves at once."""
        try:
            return set((self.folder / _TOO_LONG).read_text(encoding="ascii").split())
        except FileNotFoundError:
            return set()

    def keep_too_long(self, keys: Iterable[str]) -> None:
        """Remember that these are too long.

        Raises:
            StorageError: it cannot be written.
        """
        self._replace(_TOO_LONG, "".join(f"{key}\n" for key in sorted({*self.too_long(), *keys})))
