"""Recorded replies: what a model once answered, kept in files that are read, reviewed and replayed, at no cost, like code.

A recording is found by provider and model as configured, messages, parameters, schema and repeat number. The address of the server is no
part of it, nor is the file of the prompt: what was sent decides. One file holds one reply, and says of which prompt and case it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from discovery_agent.errors import RecordingMissing, StorageError
from discovery_agent.files.writing import replace_text
from discovery_agent.models.replies import Asked, KeptReply, call_key

_KEY_SHOWN = 16
_UNSAFE = re.compile(r"[^\w.-]+")


class Mode(StrEnum):
    """What recordings are for."""

    OFF = "off"
    """Nothing is kept: every call is made."""
    RECORD = "record"
    """A call is made where there is no recording, and its reply kept."""
    REPLAY = "replay"
    """No call is made."""


class Recording(BaseModel):
    """One reply as it stands in its file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    suite: str
    case: str
    repeat: int = Field(ge=0)
    prompt: str = Field(description="Name of the prompt that asked.")
    prompt_hash: str = Field(description="Hash of its text when the reply was recorded.")
    model: str = Field(description="As configured, such as `openai:gpt-5`.")
    parameters: dict[str, JsonValue]
    schema_hash: str | None = Field(description="None where free text was asked for.")
    key: str = Field(description="Hash of all that decides the reply.")
    label: str = Field(default="", description="What a reader should know of where the reply comes from.")
    input_tokens: int
    output_tokens: int
    cost_usd: float | None
    latency_seconds: float | None = Field(description="None where it says nothing, as of replies that people wrote.")
    reply: JsonValue = Field(description="The reply; free text as its lines.")

    def kept(self) -> KeptReply:
        """The reply as a call takes it."""
        text = "\n".join(map(str, self.reply)) if self.schema_hash is None and isinstance(self.reply, list) else json.dumps(self.reply)
        return KeptReply(
            key=self.key,
            model=self.model,
            text=text,
            input_tokens=self.input_tokens,
            output_tokens=self.output_tokens,
            cost_usd=self.cost_usd,
            latency_seconds=self.latency_seconds or 0.0,
        )


class Place(NamedTuple):
    """One run of one case: what a recording belongs to."""

    suite: str
    case: str
    repeat: int = 0


class Missing(NamedTuple):
    """A reply that is not recorded."""

    place: Place
    prompt: str
    why: str


class Recordings:
    """A folder of recordings, in whichever mode: `<suite>/<case>/<prompt>-<key>.json`.

    `label` goes into what is recorded. `speed` False leaves the latency out, where the one who answers is not the model. `reuse` takes
    what is recorded also where nothing is kept (`Mode.OFF`).
    """

    def __init__(self, folder: Path, mode: Mode, *, label: str = "", speed: bool = True, reuse: bool = False) -> None:
        self.folder = folder
        self.mode = mode
        self.reads = reuse or mode is not Mode.OFF
        self._label = label
        self._speed = speed
        self.used: set[Path] = set()
        """Files that were read or written."""

    def of(self, place: Place) -> RunReplies:
        """The replies of one run of a case."""
        return RunReplies(self, place)

    def folder_of(self, place: Place) -> Path:
        """Where the recordings of a case are."""
        return self.folder / _file_name(place.suite) / _file_name(place.case)

    def find(self, place: Place, key: str) -> Recording | None:
        """The recording of a key. A file that is damaged, or not what it says, counts as not there."""
        for path in sorted(self.folder_of(place).glob(f"*-{key[:_KEY_SHOWN]}.json")):
            found = read_recording(path)
            if found is not None and found.key == key:
                self.used.add(path)
                return found
        return None

    def keep(self, place: Place, asked: Asked, reply: KeptReply) -> None:
        """Write a reply to its file: the whole file appears at once, or not at all.

        Raises:
            StorageError: it cannot be written.
        """
        recording = Recording(
            suite=place.suite,
            case=place.case,
            repeat=place.repeat,
            prompt=asked.prompt.name,
            prompt_hash=asked.prompt.hash,
            model=asked.model,
            parameters=json.loads(json.dumps(asked.parameters)),
            schema_hash=_schema_hash(asked),
            key=reply.key,
            label=self._label,
            input_tokens=reply.input_tokens,
            output_tokens=reply.output_tokens,
            cost_usd=reply.cost_usd,
            latency_seconds=round(reply.latency_seconds, 3) if self._speed else None,
            reply=list[JsonValue](reply.text.split("\n")) if asked.schema is None else json.loads(reply.text),
        )
        path = self.folder_of(place) / f"{_file_name(asked.prompt.name or 'call')}-{reply.key[:_KEY_SHOWN]}.json"
        content = recording.model_dump(mode="json")
        text = json.dumps(content, indent=1, ensure_ascii=False)
        try:
            text.encode()
        except UnicodeEncodeError:  # half of a letter, which a model can write and a file cannot hold
            text = json.dumps(content, indent=1)
        try:
            replace_text(path, text + "\n")
        except OSError as error:
            raise StorageError(f"A recording cannot be written: {error.strerror or error}.", where=str(path)) from error
        self.used.add(path)

    def why_missing(self, place: Place, asked: Asked, key: str = "") -> str:
        """What differs between a call and what is recorded of its prompt and case; `key` is the call's."""
        if key and (damaged := sorted(self.folder_of(place).glob(f"*-{key[:_KEY_SHOWN]}.json"))):
            return f"its recording is damaged ({damaged[0]})"
        left = [one for one in map(read_recording, sorted(self.folder_of(place).glob("*.json"))) if one is not None]
        form, parameters = _schema_hash(asked), dict(asked.parameters)
        tests: tuple[tuple[str, Callable[[Recording], bool]], ...] = (
            ("nothing of this prompt and case is recorded", lambda one: one.prompt == asked.prompt.name),
            (f"nothing of the model {asked.model} is recorded", lambda one: one.model == asked.model),
            (self._other_wording(asked), lambda one: one.prompt_hash == asked.prompt.hash),
            (f"repeat {place.repeat} is not recorded", lambda one: one.repeat == place.repeat),
            ("the parameters are others than were recorded", lambda one: one.parameters == parameters),
            ("the form of the reply has changed since it was recorded", lambda one: one.schema_hash == form),
        )
        for why, fits in tests:
            left = [one for one in left if fits(one)]
            if not left:
                return why
        return "the case, or what is filled into the prompt, has changed since it was recorded"

    def _other_wording(self, asked: Asked) -> str:
        """Why a case has recordings of a prompt, but of none with this text."""
        if asked.prompt.hash in self._wordings:
            return "this case was never recorded for these prompts; others were"
        return "the prompt has changed since it was recorded, or was never recorded with this text"

    @cached_property
    def _wordings(self) -> frozenset[str]:
        """Hashes of all prompts of which anything is recorded."""
        return frozenset(one.prompt_hash for one in map(read_recording, self.folder.glob("*/*/*.json")) if one is not None)


class RunReplies:
    """The replies of one run of a case. `missing` are the calls that replay had no reply for."""

    def __init__(self, recordings: Recordings, place: Place) -> None:
        self._recordings = recordings
        self._place = place
        self.missing: list[Missing] = []

    def key(self, asked: Asked) -> str:
        """Neither the server nor the prompt's file is a part of it: the messages are."""
        return call_key(
            model=asked.model,
            messages=[list(message) for message in asked.messages],
            schema=asked.schema,
            parameters=asked.parameters,
            repeat=self._place.repeat,
        )

    def get(self, key: str) -> KeptReply | None:
        """The recorded reply, if any."""
        if not self._recordings.reads:
            return None
        found = self._recordings.find(self._place, key)
        return found.kept() if found else None

    def permit(self, asked: Asked) -> None:
        """In replay nothing may be called.

        Raises:
            RecordingMissing: it is replay.
        """
        if self._recordings.mode is not Mode.REPLAY:
            return
        missing = Missing(self._place, asked.prompt.name, self._recordings.why_missing(self._place, asked, self.key(asked)))
        self.missing.append(missing)
        raise RecordingMissing(
            f"No reply is recorded for prompt `{missing.prompt}` on this case: {missing.why}.",
            where=f"{self._place.suite}, case {self._place.case}",
            remedy=record_command(self._place.suite),
        )

    def put(self, asked: Asked, reply: KeptReply) -> None:
        """Keep a reply, where recording is asked for."""
        if self._recordings.mode is Mode.RECORD:
            self._recordings.keep(self._place, asked, reply)

    def for_engagement(self, engagement: str) -> RunReplies:
        """The same: an engagement that a case makes up is a part of the case."""
        return self


def record_command(suite: str) -> str:
    """What to do about a recording that is missing."""
    return f"Set DISCOVERY_MODEL to the model, and run `discovery-agent eval record {suite}`."


def read_recording(path: Path) -> Recording | None:
    """The recording in a file; None if it is damaged."""
    try:
        return Recording.model_validate(json.loads(path.read_bytes()))
    except (OSError, ValueError, ValidationError, RecursionError):
        return None


def _schema_hash(asked: Asked) -> str | None:
    return None if asked.schema is None else call_key(schema=asked.schema)[:_KEY_SHOWN]


def _file_name(name: str) -> str:
    """A name that is safe in every file system; what is found under it is checked by its key."""
    return _UNSAFE.sub("_", name).lstrip(".") or "_"
