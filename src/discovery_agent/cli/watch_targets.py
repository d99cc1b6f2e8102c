"""Where what lands in a watched folder goes: into a report of everything there, or into an engagement."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from filelock import FileLock, Timeout

from discovery_agent.cli.exit_codes import Exit, code_of
from discovery_agent.discovery.batch.journal import FOLDER, Journal
from discovery_agent.discovery.given_files import title_of
from discovery_agent.discovery.landed_uploads import ended, take_landed, take_up
from discovery_agent.discovery.loop_thread import LoopThread
from discovery_agent.discovery.report.wording import plural
from discovery_agent.discovery.results import UnreadableFile
from discovery_agent.discovery.watched_folder import Landed, WatchedFolder
from discovery_agent.discovery.which_engagement import engagement_named
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import Engagement, Job, JobKind, JobState
from discovery_agent.errors import DiscoveryError, ExportError, InvalidRequest, StorageError
from discovery_agent.settings import Settings

_LEAVING_SECONDS = 2.0
_PAUSE_SECONDS = 0.1
_MOST_NAMED = 20
"""Of more files that land at once only how many they are is said."""

Say = Callable[[str], None]


class Delivery(Protocol):
    """Where what lands goes."""

    def take(self, landed: Sequence[Landed], folder: WatchedFolder) -> None:
        """Have these files read, which are whole and new."""
        ...

    def attend(self) -> None:
        """Say what has come of earlier ones."""
        ...

    def finish(self) -> Exit:
        """Wait until everything taken is done; how it went."""
        ...


class ToReport:
    """Keeps a report of everything in the folder. Its journal remembers what was read, so only what is new is read, and paid for."""

    def __init__(self, folder: Path, out: Path, say: Say) -> None:
        self._out = out
        self._title = title_of([str(folder)], [])
        self._people = [folder / name for name in ("people.yaml", "people.yml")]
        self._say = say
        self._told: set[tuple[str, str, str | None]] = set()
        self._how = Exit.OK
        self._folder: WatchedFolder | None = None
        self._people_read: tuple[int, int] | None = None
        self._people_seen: tuple[int, int] | None = None
        self._lock = FileLock(out / FOLDER / "watching.lock", timeout=0)

    def __enter__(self) -> ToReport:
        try:
            (self._out / FOLDER).mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
            self._goes_on = Journal.is_in(self._out)
        except Timeout:
            remedy = "One is enough: leave it running, or choose another folder for the report with --out."
            raise InvalidRequest("Another watcher keeps this report up to date.", where=str(self._out), remedy=remedy) from None
        except OSError as error:
            remedy = "Choose another folder with --out."
            raise ExportError(f"The report cannot be written: {error.strerror}.", where=str(self._out), remedy=remedy) from error
        self._say(f"The report is kept in {self._out}. With --engagement the files go to an engagement instead.")
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def take(self, landed: Sequence[Landed], folder: WatchedFolder) -> None:
        """Write the report anew."""
        from discovery_agent.cli.analyze import Asked as ToAnalyse
        from discovery_agent.cli.analyze import run_analyze

        if self._goes_on:
            self._say("What an earlier run read is not read again.")
            self._goes_on = False
        for what, changed in (("Reading", False), ("Changed, and read again", True)):
            names = [folder.shown(one.path) for one in landed if one.changed is changed]
            if len(names) > _MOST_NAMED:
                self._say(f"{what}: {len(names)} files, from {names[0]} to {names[-1]}")
            else:
                for name in names:
                    self._say(f"{what}: {name}")

        def not_read(bad: UnreadableFile) -> None:
            key = (bad.source, bad.error, folder.content_of(Path(bad.source)))
            if key not in self._told:
                self._told.add(key)
                self._say(f"Not read: {bad.source}: {bad.error} {bad.remedy or ''}".rstrip())

        self._folder = folder
        self._people_read = self._people_seen = self._people_mark()
        people = next((one for one in self._people if one.is_file()), None)
        asked = ToAnalyse(title=self._title, stakeholders=people, quiet=True, not_read=not_read)
        try:
            self._how = run_analyze([str(path) for path in folder.whole], self._out, asked)
        except DiscoveryError as error:
            self._how = code_of(error)
            self._say(f"{error} The next file that lands is another try.")
            return
        if self._how is Exit.INTERRUPTED:
            raise KeyboardInterrupt
        parts = " Parts of it could not be read: see there." if self._how in (Exit.PARTLY, Exit.MODEL) else ""
        self._say(f"Report of {plural(len(folder.whole), 'file')}: {self._out / 'report.html'}{parts}")

    def attend(self) -> None:
        """Make the report anew where people.yaml came, changed or went, once it is as it was at the look before."""
        seen, before = self._people_mark(), self._people_seen
        self._people_seen = seen
        if self._folder is not None and seen == before and seen != self._people_read:
            self._say("people.yaml changed: the report is made anew.")
            self.take((), self._folder)

    def _people_mark(self) -> tuple[int, int] | None:
        """What of the list of people changes when it does; None where there is none."""
        for one in self._people:
            with suppress(OSError):
                state = one.stat()
                return state.st_size, state.st_mtime_ns
        return None

    def finish(self) -> Exit:
        """How the last report went."""
        return self._how


class ToEngagement:
    """Uploads what lands to an engagement, as its page does; reading and assessing go on in the background."""

    def __init__(self, wanted: str, say: Say) -> None:
        self._wanted = wanted
        self._say = say
        self._loop = LoopThread("watch")
        self._pending: dict[str, str] = {}
        self._held: list[Landed] = []
        self._how = Exit.OK
        self._patience = _LEAVING_SECONDS
        self._ws: Workspace | None = None
        self._engagement: Engagement | None = None
        self._stop: Callable[[], None] = lambda: None

    def __enter__(self) -> ToEngagement:
        try:
            self._ws = self._loop.run(Workspace.open(Settings.load()))
            self._engagement = self._loop.run(engagement_named(self._ws, self._wanted, actor="watched folder"))
            self._work()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _work(self) -> None:
        ws, engagement = self._opened
        self._say(f"Everything goes to the engagement “{engagement.title}” ({engagement.id}). {ws.bench.introduction}")
        if ws.database.is_postgres:
            from discovery_agent.discovery.durable import Durable

            jobs = self._loop.run(Durable.start(ws))
            self._stop = lambda: self._loop.run(jobs.stop())
        else:
            left = self._loop.run(take_up(ws, engagement.id))
            self._pending |= {job.id: job.title for job in left}
            if len(left) > _MOST_NAMED:
                self._say(f"Going on with {len(left)} conversations, which an earlier run left.")
            else:
                for job in left:
                    self._say(f"Going on with {job.title}, which an earlier run left.")

    @property
    def _opened(self) -> tuple[Workspace, Engagement]:
        assert self._ws is not None and self._engagement is not None
        return self._ws, self._engagement

    def __exit__(self, *_: object) -> None:
        with suppress(DiscoveryError):
            self._stop()
            if self._ws is not None:
                self._loop.run(self._ws.aclose(wait_seconds=self._patience))
        self._loop.stop()

    def take(self, landed: Sequence[Landed], folder: WatchedFolder) -> None:
        """Upload them. Of an unpacked Slack export nothing goes before all of it is there."""
        ws, engagement = self._opened
        files = [*self._held, *landed]
        roots = {one.parent for one in (*folder.whole, *folder.waiting) if one.name == "users.json"}
        growing = {root for root in roots if any(one.is_relative_to(root) for one in folder.waiting)}
        self._held = [one for one in files if any(one.path.is_relative_to(root) for root in growing)]
        files = [one for one in files if one not in self._held]
        for one in files:
            if one.changed:
                name = folder.shown(one.path)
                self._say(f"{name} has changed: it is read as a new conversation, and what was read before stays in the engagement.")
        try:
            taken = self._loop.run(take_landed(ws, engagement.id, files, folder.whole)) if files else []
        except StorageError as error:
            self._held += files
            self._say(f"{error} It is tried again.")
            return
        if taken and not any(one.jobs or one.refused for one in taken):
            self._say(f"{plural(len(files), 'file')}: read before, so not again.")
        for one in taken:
            for job in one.jobs:
                self._pending[job] = one.name
            if one.jobs:
                self._say(f"Taken: {one.name}" + (f" ({plural(len(one.jobs), 'conversation')})" if len(one.jobs) > 1 else ""))
            for bad in one.refused:
                self._how = Exit.PARTLY
                self._say(f"Not read: {bad.name}: {bad.what} {bad.remedy or ''}".rstrip())

    def attend(self) -> None:
        """Say which conversations have been read."""
        if not self._pending:
            return
        ws, engagement = self._opened
        try:
            done = self._loop.run(ended(ws, engagement.id, tuple(self._pending)))
        except StorageError:
            return  # said when something is to be taken
        for job in done:
            del self._pending[job.id]
            self._say(_told(job))
            if job.state is JobState.FAILED:
                self._how = Exit.PARTLY

    def finish(self) -> Exit:
        """Wait until everything is read and assessed."""
        ws, engagement = self._opened
        if ws.database.is_postgres:  # where others may do the work
            while self._pending or self._loop.run(_assessing(ws, engagement.id)):
                time.sleep(_PAUSE_SECONDS)
                self.attend()
            return self._how
        settling = self._loop.submit(ws.settle())
        while not settling.done():
            time.sleep(_PAUSE_SECONDS)
            self.attend()
        self.attend()
        return Exit.PARTLY if self._pending else self._how


async def _assessing(ws: Workspace, engagement_id: str) -> bool:
    async with ws.database.reading() as unit:
        return bool(await unit.jobs.unfinished(engagement_id, kind=JobKind.ASSESS, limit=1))


def _told(job: Job) -> str:
    more = " ".join(filter(None, (job.message, job.remedy))).removeprefix(f"{job.title}: ")
    if job.state is JobState.FAILED:
        return f"Not read: {job.title}: {more}"
    return f"Read: {job.title}" + (f": {more}" if more else "")
