"""Adding transcripts, and watching them being read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import IO

from nicegui import ui

from discovery_agent.discovery.archive_uploads import upload_archive
from discovery_agent.discovery.jobs import some_jobs, try_again
from discovery_agent.discovery.report.wording import plural
from discovery_agent.discovery.uploads import retry_failed, upload_transcript
from discovery_agent.domain.engagement import Engagement, Job, JobKind, JobState
from discovery_agent.errors import NotFound
from discovery_agent.transcripts.registry import LARGEST
from discovery_agent.web.bodies import MOST_UPLOAD_BYTES
from discovery_agent.web.ui.controls import button
from discovery_agent.web.ui.elements import Gauge, Piece, badge, div, name, p, span, words_of
from discovery_agent.web.ui.files import FileField
from discovery_agent.web.ui.visit import Visit
from discovery_agent.web.ui.words import ago

KINDS = ".vtt,.srt,.txt,.md,.docx,.json,.csv,.tsv,.eml,.mbox,.zip"
_SHOWN = 30
_FAILED_SHOWN = 10
"""Of those that failed and are not among the newest."""
_REFUSED_SHOWN = 10
_BUSY_SECONDS = 0.7
_IDLE_SECONDS = 5.0
_STATES = {JobState.QUEUED: "waiting", JobState.RUNNING: "being read", JobState.DONE: "done", JobState.FAILED: "failed"}


def upload_field(visit: Visit, engagement: Engagement, began: Callable[[], Awaitable[None]]) -> None:
    """The field that takes transcripts; `began` is called once a file is on its way."""

    async def take(name: str, data: bytes) -> None:
        await visit.may(engagement.id, write=True)
        await upload_transcript(visit.workspace, engagement.id, name, data, visit.actor)
        await began()

    async def take_archive(name: str, file: IO[bytes]) -> list[tuple[str, str | None]]:
        await visit.may(engagement.id, write=True)
        taken = await upload_archive(visit.workspace, engagement.id, name, file, visit.actor)
        await began()
        not_taken: list[tuple[str, str | None]] = [
            (f"“{one.name}”: {one.what}" if one.name == taken.name else f"“{one.name}” in “{taken.name}”: {one.what}", one.remedy)
            for one in taken.refused[:_REFUSED_SHOWN]
        ]
        if (more := taken.refused_total - len(not_taken)) > 0:
            not_taken.append((f"{plural(more, 'more file')} in “{taken.name}” could not be taken, either.", None))
        return not_taken

    FileField(
        visit,
        "Drop transcripts here",
        "Several at once, as WebVTT, SubRip, text, Markdown, Word, JSON, CSV or e-mail (.eml, .mbox), or many in a zip archive; a Slack export, too. "
        "They are kept and read in the background; you can leave this page.",
        take,
        largest=LARGEST,
        accept=KINDS,
        take_archive=take_archive,
        largest_archive=MOST_UPLOAD_BYTES,
    )


class Jobs:
    """What goes on in the background, kept up to date. `changed` is called whenever a job has ended since the last look."""

    def __init__(self, visit: Visit, engagement: Engagement, changed: Callable[[], Awaitable[None]]) -> None:
        self._visit = visit
        self._engagement = engagement
        self._changed = changed
        self._shown: tuple[Job, ...] = ()
        self._own: set[str] = set()
        self._ended: set[str] | None = None
        self._counts: dict[JobState, int] = {}
        self._told: dict[JobState, int] = {}
        self._aloud = p("", "sr", role="status")
        self._place = div("jobs")
        self._timer = ui.timer(_IDLE_SECONDS, self.look, immediate=False)

    async def look(self) -> None:
        """Look at the jobs now, and more often while some are going on."""
        if self._visit.gone:
            return
        try:
            jobs, self._counts = await some_jobs(self._visit.workspace, self._engagement.id, 0, _SHOWN)
            if sum(self._counts.values()) > _SHOWN and self._counts.get(JobState.FAILED):
                failed, _ = await some_jobs(self._visit.workspace, self._engagement.id, 0, _FAILED_SHOWN, state=JobState.FAILED)
                jobs += [one for one in failed if one not in jobs]
        except NotFound:  # the engagement was deleted while this page is open
            self._timer.deactivate()
            return
        ended = {job.id for job in jobs if job.state in (JobState.DONE, JobState.FAILED)}
        going_on = [job for job in jobs if job.id not in ended]
        self._own.update(job.id for job in going_on)
        self._timer.interval = _BUSY_SECONDS if going_on else _IDLE_SECONDS
        newest: dict[str, Job] = {}
        for job in jobs:
            newest.setdefault(job.title, job)
        own = {job.id for job in newest.values() if job.kind is JobKind.ANALYSE_TRANSCRIPT} & self._own
        # A version that was drafted says itself which it is, and newer ones may follow.
        drafted = {job.id for job in newest.values() if job.kind is JobKind.DRAFT and job.state is JobState.DONE}
        shown = tuple(job for job in newest.values() if job.id not in drafted and (job.id in own or job in going_on or job.message))
        if (shown, self._counts) != (self._shown, self._told):
            self._shown, self._told = shown, self._counts
            self._draw()
        news = self._ended is not None and bool(ended - self._ended)
        self._ended = ended
        if news:
            await self._changed()

    def _draw(self) -> None:
        many = sum(self._counts.values()) > _SHOWN and any(self._counts.get(one) for one in (JobState.QUEUED, JobState.RUNNING))
        counts = self._counts if many else Counter(job.state for job in self._shown)
        words = ", ".join(f"{counts[state]:,} {words}" for state, words in _STATES.items() if counts.get(state))
        self._aloud.say(words)
        self._place.clear()
        with self._place:
            if many:
                p(f"{sum(counts.values()):,} in all: {words}. The newest stand here.", "quiet")
            for job in self._shown:
                self._job(job)

    def _job(self, job: Job) -> None:
        failed = job.state is JobState.FAILED
        with div("job failed" if failed else "job"):
            with div("line"):
                with p("", "name"):
                    name(job.title)
                words = "being worked out" if job.kind is JobKind.ASSESS and job.state is JobState.RUNNING else _STATES[job.state]
                badge(words, "clash" if failed else "good" if job.state is JobState.DONE else "")
                span(ago(job.updated_at, self._visit.workspace.now()), "quiet small")
            if job.state is JobState.RUNNING and job.total:
                Gauge(f"{job.title}: {job.done} of {job.total}", job.done / job.total)
                p(f"{job.done} of {job.total} parts", "quiet small")
            elif job.state in (JobState.RUNNING, JobState.QUEUED):
                with Piece("span", "", "gauge unknown", aria_hidden="true"):
                    Piece("i")
            if job.message:
                words_of(job.message)
            if job.remedy:
                words_of(job.remedy, classes="quiet")
            if self._visit.writes and _worth_trying(job):
                self._retry(job)

    def _retry(self, job: Job) -> None:
        async def retry() -> None:
            await self._visit.may(self._engagement.id, write=True)
            if job.state is JobState.FAILED:
                await try_again(self._visit.workspace, self._engagement.id, job.id)
            elif job.conversation_id:
                await retry_failed(self._visit.workspace, self._engagement.id, job.conversation_id)
            await self.look()

        with p():
            button(self._visit, "Try again", retry, "slim")


def _worth_trying(job: Job) -> bool:
    """Whether the same again may turn out better: not for a file that nobody could read."""
    if job.state is JobState.FAILED:
        return job.conversation_id is not None or job.kind is JobKind.ASSESS or job.remedy is None
    return job.state is JobState.DONE and job.message is not None and job.remedy is not None
