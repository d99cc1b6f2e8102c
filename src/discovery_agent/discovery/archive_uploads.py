"""Archives, mailboxes and Slack exports that are uploaded: each conversation inside is kept and analysed as if it had come alone."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from pydantic import Field

from discovery_agent.discovery.engagements import add_stakeholder, list_stakeholders
from discovery_agent.discovery.jobs import Runner, runner_of
from discovery_agent.discovery.report.wording import plural
from discovery_agent.discovery.uploads import file_name, is_there, new_job
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import Stakeholder, Value
from discovery_agent.domain.engagement import AuditEntry, Job
from discovery_agent.errors import ConfigurationError, InvalidRequest, OwnOutput, TranscriptError
from discovery_agent.files.archives import Fault
from discovery_agent.files.bundles import Entry, Refusal, entries
from discovery_agent.transcripts import expect_transcript, parse_stakeholders
from discovery_agent.transcripts.registry import LARGEST
from discovery_agent.transcripts.several import mails_together, parts_of

PEOPLE = frozenset({"people.yaml", "people.yml"})
MOST_PEOPLE = 1_000
"""In a list of people that lies in an archive: each becomes a stakeholder."""
NAMED = 200
"""So many files that are not taken are named in the answer; the others are only counted."""

# So much is unpacked, and then written, at once: it bounds the memory that is needed, and how long the database is held.
_FILES_AT_ONCE = 200
_BYTES_AT_ONCE = 8_000_000


class RefusedFile(Value):
    """A file of an archive that was not taken."""

    name: str
    what: str
    remedy: str | None = None


class TakenArchive(Value):
    """What became of an archive."""

    name: str
    jobs: tuple[str, ...] = Field(default=(), description="Ids of the jobs, one for each transcript that was taken.")
    refused: tuple[RefusedFile, ...] = Field(
        default=(), description=f"Files that were not taken, and why; the others were. The first {NAMED} of them."
    )
    refused_total: int = Field(default=0, description="How many were not taken.")
    stakeholders_added: int = Field(default=0, description="People of its people.yaml who were not known before.")


@dataclass
class _Portion:
    """A part of an archive, unpacked."""

    files: list[tuple[str, bytes]] = field(default_factory=list)
    people: list[Stakeholder] = field(default_factory=list)
    refused: list[RefusedFile] = field(default_factory=list)
    ours: int = 0
    """Files that this program wrote."""


async def upload_archive(
    ws: Workspace, engagement_id: str, name: str, file: IO[bytes], actor: str, *, job_id: Callable[[bytes], str] | None = None
) -> TakenArchive:
    """Keep each conversation in a file that holds several, and have it analysed in the background. Once this returns, none is lost.

    That is a zip archive of transcripts, a Slack export, or a mailbox, of which each thread is a conversation.

    A file that cannot be taken loses none of the others. One that the engagement has already is not analysed again, so that the same
    archive may come twice. People in a `people.yaml` become stakeholders, unless somebody is called so already.

    `job_id` gives the id of the job for what a file holds; what has a job of that id is not taken again.

    Raises:
        NotFound: there is no such engagement.
    """
    return await upload_parts(ws, engagement_id, name, _files(file), actor, job_id=job_id)


async def upload_parts(
    ws: Workspace,
    engagement_id: str,
    name: str,
    files: Iterator[Entry | Refusal],
    actor: str,
    *,
    job_id: Callable[[bytes], str] | None = None,
) -> TakenArchive:
    """As `upload_archive`, of files that come from anywhere; `name` says where.

    Raises:
        NotFound: there is no such engagement.
    """
    name = file_name(name)
    async with ws.database.reading() as unit:
        await unit.engagements.get(engagement_id)
    jobs: list[Job] = []
    refused: list[RefusedFile] = []
    added = known = ours = 0
    portions = _portions(files)
    try:
        while portion := await asyncio.to_thread(next, portions, None):
            added += await _add_people(ws, engagement_id, portion, actor)
            refused += portion.refused
            ours += portion.ours
            jobs += await _keep(ws, engagement_id, portion.files, job_id)
            known += len(portion.files)
    except Fault as fault:
        refused.append(RefusedFile(name=name, what=fault.what, remedy=fault.remedy))
    finally:
        # Handing in thousands takes minutes. A job that is kept and not handed in is handed in at the next start.
        ws.spawn(_hand_in(runner_of(ws), jobs), name=f"archive of {len(jobs)} transcripts")
    if ours:
        refused.append(
            RefusedFile(
                name=name,
                what=f"Left out: {plural(ours, 'file')} that this program wrote.",
                remedy="Only conversations are read: a result is none.",
            )
        )
    if not known and not refused:
        refused.append(RefusedFile(name=name, what="There is no transcript in the archive.", remedy="Pack the files themselves."))
    if jobs or job_id is None:  # a watched folder comes with the same archive after every start
        async with ws.database.unit() as unit:
            detail = f"{name}: {len(jobs)} taken, {len(refused)} not"
            await unit.audit.add(
                engagement_id, AuditEntry(at=ws.now(), actor=actor, action="archive.uploaded", subject=name, detail=detail)
            )
    return TakenArchive(
        name=name,
        jobs=tuple(job.id for job in jobs),
        refused=tuple(refused[:NAMED]),
        refused_total=len(refused),
        stakeholders_added=added,
    )


async def _keep(ws: Workspace, engagement_id: str, files: Sequence[tuple[str, bytes]], job_id: Callable[[bytes], str] | None) -> list[Job]:
    jobs = [new_job(ws, engagement_id, name) for name, _ in files]
    if job_id is not None:
        named = {job_id(data): (name, data) for name, data in files}
        async with ws.database.reading() as unit:
            files = [file for one, file in named.items() if not await is_there(unit, engagement_id, one)]
        ids = {file: one for one, file in named.items()}
        jobs = [new_job(ws, engagement_id, file[0]).model_copy(update={"id": ids[file]}) for file in files]
    if jobs:
        async with ws.database.unit() as unit:
            await unit.jobs.add_all(jobs)
            await unit.uploads.put_all(engagement_id, [(job.id, name, data) for job, (name, data) in zip(jobs, files, strict=True)])
    return jobs


async def _hand_in(runner: Runner, jobs: Sequence[Job]) -> None:
    """Always to the one who ran jobs when they came: when the server stops meanwhile, that one leaves the rest to the next start."""
    for job in jobs:
        await runner.submit(job)


async def _add_people(ws: Workspace, engagement_id: str, portion: _Portion, actor: str) -> int:
    """Add those who are not known yet, and who would not be taken for one who is; how many that is."""
    if not portion.people:
        return 0
    known = {one.name for one in await list_stakeholders(ws, engagement_id)}
    added = 0
    for person in portion.people:
        if person.name in known:
            continue
        try:
            await add_stakeholder(ws, engagement_id, person.name, role=person.role, department=person.department, actor=actor)
            added += 1
        except (InvalidRequest, ValueError) as error:
            what = error.what if isinstance(error, InvalidRequest) else "It is too long."
            portion.refused.append(RefusedFile(name=f"people.yaml: {person.name[:80]}", what=what))
    return added


def _files(file: IO[bytes]) -> Iterator[Entry | Refusal]:
    several = parts_of(file, largest=LARGEST)
    return several or mails_together(entries(file, largest=LARGEST, first=PEOPLE), largest=LARGEST)


def _portions(files: Iterator[Entry | Refusal]) -> Iterator[_Portion]:
    """The archive in parts that fit into memory, the list of people before any transcript."""
    portion, size, names = _Portion(), 0, Counter[str]()
    for entry in files:
        size += _take(portion, entry, names)
        if len(portion.files) + len(portion.refused) >= _FILES_AT_ONCE or size >= _BYTES_AT_ONCE or portion.people:
            yield portion
            portion, size = _Portion(), 0
    yield portion


def _take(portion: _Portion, entry: Entry | Refusal, names: Counter[str]) -> int:
    """Put an entry where it belongs; bytes that are held for it."""
    path = PurePosixPath(entry.path)
    if any(part.startswith((".", "~$")) or part in _NO_TRANSCRIPTS for part in (one.lower() for one in path.parts if one != "..")):
        return 0
    shown = file_name(entry.path)
    if isinstance(entry, Refusal):
        portion.refused.append(RefusedFile(name=shown, what=entry.what, remedy=entry.remedy))
        return 0
    try:
        if path.name.lower() in PEOPLE:
            portion.people += _people(entry.data, shown)
            return 0
        expect_transcript(entry.data, shown)
    except OwnOutput:
        portion.ours += 1
        return 0
    except (TranscriptError, ConfigurationError) as error:
        portion.refused.append(RefusedFile(name=shown, what=error.what, remedy=error.remedy))
        return 0
    names[shown] += 1
    if names[shown] > 1 and path.parent.name:  # as in one folder for each month
        shown = file_name(f"{path.parent.name} {shown}")
    portion.files.append((shown, entry.data))
    return len(entry.data)


def _people(data: bytes, name: str) -> tuple[Stakeholder, ...]:
    people = parse_stakeholders(data, Path(name))
    if len(people) > MOST_PEOPLE:
        raise ConfigurationError(f"The list names more than {MOST_PEOPLE:,} people.", where=name, remedy="Leave out who does not speak.")
    return people


# What archivers, editors and file managers leave among transcripts.
_NO_TRANSCRIPTS = {"__macosx", "thumbs.db", "desktop.ini", "readme.md", "stakeholders.yaml", "stakeholders.yml"}
