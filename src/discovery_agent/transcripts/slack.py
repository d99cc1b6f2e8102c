"""Messages of a Slack channel, as an export of the workspace holds them: a JSON file for each day.

Replies stand below the message that they answer. What no person wrote (bots, joining and leaving, changes of the topic) is left out,
and so are lines that quote somebody, for they are the words of another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from discovery_agent.errors import EmptyTranscript
from discovery_agent.transcripts.dates import only_date
from discovery_agent.transcripts.draft import Draft, Turn
from discovery_agent.transcripts.json_file import load
from discovery_agent.transcripts.slack_text import readable, text_of_blocks
from discovery_agent.transcripts.source import Source

Json = Any
"""Whatever `json.loads` gives; each function here checks before it takes."""

CHANNEL = "slack_channel"
"""The key by which a file that we made of an export names the channel; see `slack_export`."""

_TIME = re.compile(r"\d{9,11}\.\d{1,9}")
_SIGNS = (re.compile(r'"type"\s*:\s*"message"'), re.compile(r'"ts"\s*:\s*"\d{9,11}\.\d{1,9}"'))
# Messages of people; every other subtype is a notice of the program.
_BY_PEOPLE = (None, "", "thread_broadcast", "me_message", "file_share", "file_comment")
_SLACKBOT = "USLACKBOT"


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a person."""

    at: float
    thread: float
    """When the message was written that it answers; its own time if it answers none."""
    user: str
    text: str
    files: tuple[str, ...] = ()
    name: str | None = None
    """The name that the message itself carries."""
    shared: tuple[str, ...] = ()
    """Whose messages it passes on, which are the words of others."""


@dataclass(slots=True)
class Sorting:
    """What was found in a file: messages, and how many entries of which other kind."""

    messages: list[Message] = field(default_factory=list)
    notices: int = 0
    strange: int = 0


def recognise(source: Source) -> float:
    """Entries of the type `message` with a time as Slack writes it."""
    head = source.head.lstrip()
    if not head.startswith(("[", "{")):
        return 0.0
    if head.startswith("{"):
        return 0.97 if CHANNEL in head[:200] else 0.0
    return 0.97 if all(sign.search(head) for sign in _SIGNS) else 0.0


def read(source: Source) -> Draft:
    """The messages of people in the order in which they are read: by time, replies below what they answer.

    Raises:
        TranscriptError: not JSON, or no list of messages.
    """
    data = load(source)
    channel, day, people = None, None, dict[str, str]()
    if isinstance(data, dict):
        channel, day = _text(data.get(CHANNEL)), _text(data.get("day"))
        people = {str(key): name for key, name in _items(data.get("people")) if isinstance(name, str)}
        data = data.get("messages")
    if not isinstance(data, list):
        raise source.error("This JSON holds no list of messages.", "Give a file of a channel as the Slack export has it.")
    sorting = sort_messages(data)
    people = names_in(sorting.messages) | people
    draft = _draft(in_order(sorting.messages), people)
    _note_left_out(draft, sorting)
    if not draft.turns:
        raise EmptyTranscript("No person wrote anything in this file.", where=source.name, remedy="It holds notices only; leave it out.")
    day = only_date(day or source.stem) or _only_day(sorting.messages)
    draft.held_on = day
    if channel:
        draft.title = f"{channel}, {day}" if day else channel
    return draft


def sort_messages(entries: Iterable[Json]) -> Sorting:
    """The messages of people among the entries of a file; of one that was changed later, as it reads now."""
    found = Sorting()
    by_time: dict[str, Message] = {}
    deleted: set[str] = set()
    for entry in entries:
        if not isinstance(entry, dict):
            found.strange += 1
            continue
        kind = entry.get("subtype")
        if kind == "message_deleted":
            deleted.add(str(entry.get("deleted_ts")))
            found.notices += 1
        elif kind == "message_changed":
            found.notices += 1
            if (changed := _message(entry.get("message"))) is not None:
                by_time[str(entry["message"].get("ts"))] = changed
        elif kind not in _BY_PEOPLE or entry.get("type", "message") != "message" or _by_machine(entry):
            found.notices += 1
        elif (message := _message(entry)) is None:
            found.strange += 1
        else:
            by_time.setdefault(str(entry["ts"]), message)
    found.messages = [message for time, message in by_time.items() if time not in deleted]
    return found


def in_order(messages: Iterable[Message]) -> list[Message]:
    """By time, and each reply below the message that it answers."""
    return sorted(messages, key=lambda one: (one.thread, one.at))


def names_in(messages: Iterable[Message]) -> dict[str, str]:
    """The names that messages carry themselves, by user."""
    return {one.user: one.name for one in messages if one.name}


def _message(entry: Json) -> Message | None:
    if not isinstance(entry, dict) or not isinstance(time := entry.get("ts"), str) or not _TIME.fullmatch(time):
        return None
    user, text = _text(entry.get("user")), entry.get("text")
    profile = entry.get("user_profile")
    name = real_name(profile) if isinstance(profile, dict) else None
    user = user or name or _text(entry.get("username"))
    if user is None or not (isinstance(text, str) or text is None):
        return None
    thread = entry.get("thread_ts")
    begun = float(thread) if isinstance(thread, str) and _TIME.fullmatch(thread) else float(time)
    attached = entry.get("files")
    files = tuple(_text(_at(one, "name")) or _text(_at(one, "title")) or "a file" for one in attached) if isinstance(attached, list) else ()
    shared = tuple(_text(one.get("author_name")) or "somebody" for one in _listed(entry.get("attachments")) if one.get("is_share"))
    return Message(float(time), begun, user, text or text_of_blocks(entry.get("blocks")), files, name, shared)


def real_name(person: Mapping[str, Json]) -> str | None:
    """The name of a user as people call them: of `users.json`, or of the profile in a message."""
    profile = person.get("profile")
    for holder in (profile if isinstance(profile, dict) else {}, person):
        for key in ("real_name", "real_name_normalized", "display_name", "name"):
            if name := _text(holder.get(key)):
                return name
    return None


def _by_machine(entry: Mapping[str, Json]) -> bool:
    return bool(entry.get("bot_id")) or entry.get("user") == _SLACKBOT


def _draft(messages: list[Message], people: Mapping[str, str]) -> Draft:
    draft = Draft()
    begins = min((one.at for one in messages), default=0.0)
    unnamed: set[str] = set()
    for one in messages:
        name = people.get(one.user) or one.user
        if one.user not in people:
            unnamed.add(one.user)
        text, quotes = readable(one.text, people)
        if quotes:
            draft.note(f"{name} quoted somebody; those words were left out.")
        for author in one.shared:
            draft.note(f"{name} passed on a message of {author}, which was left out: its own channel has it.")
        for file in one.files:
            draft.note(f"{name} attached {file}, which was not read.")
        if text:
            draft.turns.append(Turn(text, name, max(0.0, round(one.at - begins, 3))))
    if unnamed:
        draft.note(f"No name is known for {', '.join(sorted(unnamed)[:10])}: give the whole export, in which users.json has the names.")
    return draft


def _note_left_out(draft: Draft, sorting: Sorting) -> None:
    if sorting.notices:
        draft.note(f"Left out: {sorting.notices:,} notices and messages of programs.")
    if sorting.strange:
        draft.note(f"{sorting.strange:,} entries are no messages and were skipped.")


def day_of(time: float) -> date | None:
    """The day of a message in UTC, by which an export sorts them; None for a time that is none."""
    try:
        return datetime.fromtimestamp(time, UTC).date()
    except (ValueError, OverflowError, OSError):
        return None


def _only_day(messages: Iterable[Message]) -> date | None:
    days = {day_of(one.thread) for one in messages}
    return days.pop() if len(days) == 1 else None


def _listed(value: Json) -> list[dict[str, Json]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _items(value: Json) -> Iterable[tuple[Json, Json]]:
    return value.items() if isinstance(value, dict) else ()


def _at(value: Json, key: str) -> Json:
    return value.get(key) if isinstance(value, dict) else None


def _text(value: Json) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
