"""`watch`: transcripts are read as they land in a folder, into a report or into an engagement."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from rich.console import Console

from discovery_agent.cli.exit_codes import Exit
from discovery_agent.cli.output import say_on
from discovery_agent.cli.stopping import ends_as_by_ctrl_c, leave_if_busy, leave_soon
from discovery_agent.cli.watch_targets import Delivery, Say, ToEngagement, ToReport
from discovery_agent.discovery.watched_folder import SETTLED_SECONDS, FolderGone, Landed, WatchedFolder
from discovery_agent.errors import InvalidRequest
from discovery_agent.files.unseen import on_a_line

_TICK_MILLISECONDS = 1_000
_LOOK_ANYWAY = 30
"""Ticks after which the folder is looked at although nothing was told of it, as some network drives do not tell."""
_POLL_MILLISECONDS = 2_000


@dataclass(frozen=True)
class Asked:
    """What the command line asks."""

    folder: Path
    out: Path
    engagement: str | None = None
    once: bool = False
    poll: bool = False


def run_watch(asked: Asked) -> Exit:
    """Watch until stopped, or look once.

    Raises:
        InvalidRequest: there is no such folder, or another watcher keeps the same report.
        DiscoveryError: a setting is wrong, or the database cannot be used.
    """
    console = Console(stderr=True, highlight=False)

    def say(line: str) -> None:
        clock = "" if asked.once else f"{datetime.now():%H:%M:%S}  "
        say_on(console, clock + on_a_line(line))

    if not asked.folder.is_dir():
        raise InvalidRequest("There is no such folder.", where=str(asked.folder), remedy="Make it first, or check the path.")
    folder = WatchedFolder(asked.folder, avoid=asked.out)
    stopped: Exit | None = None
    with ends_as_by_ctrl_c():
        with _delivery(asked, say) as delivery:
            try:
                if asked.once:
                    return look_once(folder, delivery, say, time.monotonic, time.sleep)
                say(f"Watching {asked.folder}, with its subfolders. Ctrl-C ends it.")
                follow(folder, wakeups(asked.folder, say, poll=asked.poll), delivery, say, time.monotonic)
            except KeyboardInterrupt:
                stopped = Exit.INTERRUPTED if asked.once else Exit.OK
                leave_soon(stopped)
                say("Stopped. What has landed and was not read is read when the same command runs again; nothing is read twice.")
        if stopped is not None:
            leave_if_busy(stopped)
    return stopped or Exit.OK


def look_once(folder: WatchedFolder, delivery: Delivery, say: Say, clock: Callable[[], float], sleep: Callable[[float], None]) -> Exit:
    """Take what is whole now, and end when it is read."""
    landed: list[Landed] = []
    for pause in (SETTLED_SECONDS, 0.0):
        try:
            seen = folder.look(clock())
        except FolderGone as error:
            raise InvalidRequest("The folder cannot be looked into.", where=str(error), remedy="Check that it is there.") from error
        landed += seen.landed
        for notice in seen.notices:
            say(" ".join(filter(None, notice)))
        if pause and folder.waiting:
            sleep(pause)
    if landed:
        delivery.take(landed, folder)
    else:
        say("There is no file to read.")
    how = delivery.finish()
    if folder.waiting:
        say(f"Left for the next time, because they are empty, locked or still being written: {_some(folder, folder.waiting)}.")
        return Exit.PARTLY if how is Exit.OK else how
    return how


def follow(folder: WatchedFolder, wakeups: Iterable[bool], delivery: Delivery, say: Say, clock: Callable[[], float]) -> None:
    """Look whenever something wakes us up, and take what is new, until there are no more wake-ups.

    A wake-up says whether something is known to have changed.
    """
    gone = False
    for tick, changed in enumerate(wakeups):
        if not (changed or gone or folder.waiting or tick % _LOOK_ANYWAY == 0):
            delivery.attend()
            continue
        try:
            seen = folder.look(clock())
        except FolderGone:
            if not gone:
                say(f"{folder.folder} is not there any more. It is looked for until it is back.")
            gone = True
            delivery.attend()
            continue
        if gone:
            say(f"{folder.folder} is back.")
            gone = False
        for notice in seen.notices:
            say(" ".join(filter(None, notice)))
        if seen.landed:
            delivery.take(seen.landed, folder)
        delivery.attend()


def wakeups(folder: Path, say: Say, *, poll: bool) -> Iterator[bool]:
    """One each second, at once when something changes; whether anything is known to have changed. Begins again when the folder was gone."""
    import watchfiles

    yield True
    while True:
        watched = _identity(folder)
        try:
            changes = watchfiles.watch(
                folder,
                watch_filter=None,
                rust_timeout=_TICK_MILLISECONDS,
                yield_on_timeout=True,
                force_polling=True if poll else None,
                poll_delay_ms=_POLL_MILLISECONDS,
                ignore_permission_denied=True,
            )
            for change in changes:
                yield bool(change)
                if _identity(folder) != watched:
                    break
        except FileNotFoundError:
            pass
        except (OSError, RuntimeError) as error:  # as where too many folders are watched on this machine
            if not poll:
                say(f"Changes cannot be heard of here ({error}); the folder is looked through instead.")
            poll = True
        time.sleep(_TICK_MILLISECONDS / 1000)
        yield False


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        state = os.stat(folder)
    except OSError:
        return None
    return state.st_dev, state.st_ino


class _Managed(Delivery, Protocol):
    def __enter__(self) -> Delivery: ...
    def __exit__(self, *_: object) -> None: ...


def _delivery(asked: Asked, say: Say) -> _Managed:
    return ToEngagement(asked.engagement, say) if asked.engagement is not None else ToReport(asked.folder, asked.out, say)


def _some(folder: WatchedFolder, paths: Sequence[Path]) -> str:
    more = f" and {len(paths) - 5} more" if len(paths) > 5 else ""
    return ", ".join(folder.shown(one) for one in paths[:5]) + more
