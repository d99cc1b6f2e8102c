"""The export of a Slack workspace: many files of many channels, from which conversations are made.

A conversation is one channel on one day, with each thread whole where it began, whenever its replies came. So a discussion is not torn
apart, a day can be found again, and the same export made again a month later adds the new days and repeats none of the others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from discovery_agent.transcripts.slack import CHANNEL, day_of, real_name, sort_messages
from discovery_agent.transcripts.slack_text import text_of_blocks

LISTS = frozenset({"users.json", "channels.json", "groups.json", "dms.json", "mpims.json"})
"""Files that say who is who and which folder is which channel; they come before any message."""
_CHANNEL_LISTS = LISTS - {"users.json"}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\.json")
_MOST_NAMES = 4


class Day(NamedTuple):
    """What becomes a conversation: a channel on a day, as a file that `slack.read` reads."""

    name: str
    data: bytes


def is_export(names: Iterable[str]) -> bool:
    """Whether files of these names are an export: users, channels, and a file for a day in a folder beside them."""
    found = {PurePosixPath(one) for one in names}
    return any(root_of(found, one) is not None for one in found if one.name == "users.json")


def root_of(names: set[PurePosixPath], users: PurePosixPath) -> PurePosixPath | None:
    """The folder of an export by its `users.json`; None if that is of something else."""
    root = users.parent
    if not any(root / one in names for one in _CHANNEL_LISTS):
        return None
    return root if any(one.parent.parent == root and _DAY.fullmatch(one.name) for one in names) else None


def is_day(path: PurePosixPath) -> bool:
    """Whether this is the name of a file with the messages of a day."""
    return _DAY.fullmatch(path.name) is not None


class Export:
    """Names and channels, learned from its lists; then the days of one channel after the other."""

    def __init__(self) -> None:
        self._people: dict[str, str] = {}
        self._channels: dict[str, str] = {}
        self._bots: set[str] = set()

    def learn(self, name: str, data: bytes) -> None:
        """Take up one of the `LISTS`. One that cannot be read teaches nothing."""
        entries = [one for one in _listed(data) if isinstance(one, dict)]
        if name == "users.json":
            self._people |= _named(entries)
            self._bots |= {user for one in entries if one.get("is_bot") is True and isinstance(user := one.get("id"), str)}
            return
        for one in entries:
            folder = one.get("name") or one.get("id")
            if isinstance(folder, str):
                self._channels[folder] = f"#{folder}" if name in ("channels.json", "groups.json") else self._with(one.get("members"))

    def _with(self, members: Any) -> str:
        names = [self._people.get(one, one) for one in members if isinstance(one, str)] if isinstance(members, list) else []
        more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
        return f"Direct messages of {', '.join(names[:_MOST_NAMES])}{more}" if names else "Direct messages"

    def days(self, folder: str, files: Iterable[bytes], unreadable: Callable[[], None]) -> Iterator[Day]:
        """The conversations of a channel, given all its files. A thread belongs to the day on which it began."""
        channel = self._channels.get(folder) or f"#{folder}"
        by_day: dict[str, list[Any]] = {}
        for data in files:
            entries = _listed(data)
            if not entries and data.strip() not in (b"[]", b""):
                unreadable()
            for entry in entries:
                if isinstance(entry, dict) and (day := _begun(entry)) is not None:
                    slim = _slim(entry)
                    if str(slim.get("user")) in self._bots:
                        slim.setdefault("bot_id", slim["user"])
                    by_day.setdefault(day, []).append(slim)
        for day, entries in sorted(by_day.items()):
            if not sort_messages(entries).messages:
                continue  # a day of notices
            spoken = {str(one.get("user")) for one in entries} | _mentioned(entries)
            people = {user: name for user, name in self._people.items() if user in spoken}
            body = {CHANNEL: channel, "day": day, "people": people, "messages": entries}
            yield Day(f"{folder} {day}.json", json.dumps(body, ensure_ascii=True).encode())


def _begun(entry: Mapping[str, Any]) -> str | None:
    holder = entry.get("message") if entry.get("subtype") == "message_changed" else entry
    time = (holder.get("thread_ts") or holder.get("ts")) if isinstance(holder, dict) else None
    if entry.get("subtype") == "message_deleted":
        time = entry.get("deleted_ts")
    try:
        day = day_of(float(time)) if isinstance(time, str) else None
    except ValueError:
        return None
    return day.isoformat() if day else None


_KEPT = ("type", "subtype", "user", "username", "bot_id", "ts", "thread_ts", "text", "user_profile", "files", "message", "deleted_ts")


def _slim(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Without pictures, blocks and unfurled links, which are many times what was said."""
    kept = {key: entry[key] for key in _KEPT if key in entry}
    if isinstance(files := kept.get("files"), list):
        kept["files"] = [{"name": one.get("name"), "title": one.get("title")} for one in files if isinstance(one, dict)]
    if not kept.get("text") and (text := text_of_blocks(entry.get("blocks"))):
        kept["text"] = text
    if isinstance(attached := entry.get("attachments"), list):
        shared = [one for one in attached if isinstance(one, dict) and one.get("is_share")]
        kept |= {"attachments": [{"is_share": True, "author_name": one.get("author_name")} for one in shared]} if shared else {}
    if isinstance(profile := kept.get("user_profile"), dict):
        kept["user_profile"] = {key: profile[key] for key in ("real_name", "display_name", "name") if key in profile}
    return kept


def _mentioned(entries: Iterable[Mapping[str, Any]]) -> set[str]:
    return {user for one in entries if isinstance(text := one.get("text"), str) for user in re.findall(r"<@([A-Z0-9]{2,30})", text)}


def _named(users: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Names by user; people who share one are told apart by the name that they chose."""
    names: dict[str, tuple[str, str]] = {}
    for one in users:
        user, name = one.get("id"), real_name(one)
        if isinstance(user, str) and name:
            handle = one.get("name")
            names[user] = (name, handle if isinstance(handle, str) and handle else user)
    count: dict[str, int] = {}
    for name, _ in names.values():
        count[name.casefold()] = count.get(name.casefold(), 0) + 1
    return {user: name if count[name.casefold()] == 1 else f"{name} @{handle}" for user, (name, handle) in names.items()}


def _listed(data: bytes) -> list[Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return []
    return found if isinstance(found, list) else []
