"""Files that landed in a watched folder, uploaded to an engagement, each once.

The id of a job is made of the bytes that it reads. Whoever comes with the same bytes again (after a crash, after a restart, as a second
watcher on another machine) finds the job there: nothing is lost, and nothing is read twice, without any record beside the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path

from discovery_agent.discovery.archive_uploads import RefusedFile, upload_archive, upload_parts
from discovery_agent.discovery.jobs import runner_of
from discovery_agent.discovery.uploads import is_there, upload_transcript
from discovery_agent.discovery.watched_folder import Landed
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import Value, content_id
from discovery_agent.domain.engagement import Job, JobKind, JobState
from discovery_agent.errors import DiscoveryError, InvalidRequest
from discovery_agent.files.bundles import is_bundle
from discovery_agent.files.regular import read_regular
from discovery_agent.transcripts.registry import LARGEST
from discovery_agent.transcripts.several import Together, arranged, is_of_export, landed

ACTOR = "watched folder"
_ATTEMPTS = 3
_OURS = "jw"
"""What the ids of our jobs begin with."""


class Taken(Value):
    """What became of files that landed together."""

    name: str
    jobs: tuple[str, ...] = ()
    """Jobs that were begun now."""
    refused: tuple[RefusedFile, ...] = ()


async def take_landed(ws: Workspace, engagement_id: str, files: Sequence[Landed], beside: Sequence[Path]) -> list[Taken]:
    """Have everything read that was not read before; `beside` are all files that lie in the folder.

    Raises:
        NotFound: there is no such engagement.
        StorageError: the database takes nothing; the same files can be given again.
    """
    new = {one.path for one in files}
    taken: list[Taken] = []
    for together in arranged(sorted({*new, *_of_exports(new, beside)}), largest=LARGEST):
        if together.parts is not None and len(together.paths) > 1 and together.paths[0].suffix.lower() == ".eml":
            taken += [await _take(ws, engagement_id, Together(str(path), (path,)), beside) for path in together.paths]
        else:
            taken.append(await _take(ws, engagement_id, together, beside))
    return taken


def _of_exports(new: set[Path], beside: Sequence[Path]) -> set[Path]:
    """The rest of an unpacked Slack export of which a file is new: its days are understood only with its lists."""
    roots = {one.parent for one in beside if one.name == "users.json"}
    touched = {root for root in roots if any(is_of_export(one, root) for one in new)}
    return {one for one in beside for root in touched if is_of_export(one, root)}


async def _take(ws: Workspace, engagement_id: str, together: Together, beside: Sequence[Path]) -> Taken:
    name = Path(together.name).name
    for attempt in range(_ATTEMPTS):
        try:
            return await _taken(ws, engagement_id, name, together, beside)
        except InvalidRequest:  # another watcher was a moment faster; what it left is taken at the next attempt
            if attempt == _ATTEMPTS - 1:
                raise
        except OSError as error:
            what = f"The file cannot be opened: {error.strerror or error}."
            return Taken(name=name, refused=(RefusedFile(name=name, what=what, remedy="Check its permissions."),))
    raise AssertionError("unreachable")


async def _taken(ws: Workspace, engagement_id: str, name: str, together: Together, beside: Sequence[Path]) -> Taken:
    job_id = partial(_job_id, engagement_id)
    if together.parts is not None:
        took = await upload_parts(ws, engagement_id, name, together.parts(), ACTOR, job_id=job_id)
        return Taken(name=name, jobs=took.jobs, refused=took.refused)
    path = together.paths[0]
    with path.open("rb") as file:
        if is_bundle(file):
            took = await upload_archive(ws, engagement_id, name, file, ACTOR, job_id=job_id)
            return Taken(name=name, jobs=took.jobs, refused=took.refused)
    data = read_regular(path, LARGEST)
    one = job_id(data)
    async with ws.database.reading() as unit:
        if await is_there(unit, engagement_id, one):
            return Taken(name=name)
    if path.suffix.lower() == ".eml":
        data = landed(path, data, beside)
    try:
        job = await upload_transcript(ws, engagement_id, name, data, ACTOR, job_id=one)
    except InvalidRequest:
        raise
    except DiscoveryError as error:
        if error.where != name:
            raise
        return Taken(name=name, refused=(RefusedFile(name=name, what=error.what, remedy=error.remedy),))
    return Taken(name=name, jobs=(job.id,))


async def take_up(ws: Workspace, engagement_id: str) -> list[Job]:
    """Go on with what a watcher left undone when it was killed: its jobs, and an assessment of the engagement; the jobs, of files.

    A job that another process runs at this moment is run twice then, and found to be done: what was read of it is kept by window.
    """
    async with ws.database.reading() as unit:
        unfinished = await unit.jobs.unfinished(engagement_id)
    left = [one for one in unfinished if one.id.startswith(f"{_OURS}-")]
    for job in [*left, *(one for one in unfinished if one.kind is JobKind.ASSESS)]:
        await runner_of(ws).submit(job)
    return left


async def ended(ws: Workspace, engagement_id: str, job_ids: Sequence[str]) -> list[Job]:
    """Those of the jobs that have ended."""
    found: list[Job] = []
    async with ws.database.reading() as unit:
        for one in job_ids:
            if await is_there(unit, engagement_id, one):
                job = await unit.jobs.get(engagement_id, one)
                if job.state in (JobState.DONE, JobState.FAILED):
                    found.append(job)
    return found


def _job_id(engagement_id: str, data: bytes) -> str:
    return content_id(_OURS, engagement_id, sha256(data).hexdigest())
