"""Files of a watched folder in an engagement: each once, whoever comes with it and whenever a watcher was killed."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

from discovery_agent.discovery.landed_uploads import Taken, ended, take_landed, take_up
from discovery_agent.discovery.watched_folder import Landed
from discovery_agent.domain.engagement import JobKind, JobState
from tests.discovery.jobs.working import FOLLOW_UP, KICKOFF, Engaged
from tests.transcripts.mail_samples import GMAIL
from tests.transcripts.slack_samples import packed
from tests.transcripts.test_slack import unpacked


def put(folder: Path, name: str, data: bytes) -> Landed:
    path = folder / name
    path.write_bytes(data)
    return Landed(path=path, content=hashlib.sha256(data).hexdigest())


async def take(claims: Engaged, *files: Landed) -> list[Taken]:
    taken = await take_landed(claims.ws, claims.id, files, [one.path for one in files])
    await claims.ws.settle()
    return taken


async def read_jobs(claims: Engaged) -> list[JobState]:
    return [one.state for one in await claims.jobs() if one.kind is JobKind.ANALYSE_TRANSCRIPT]


async def test_a_file_is_uploaded_analysed_and_assessed_and_not_again_after_a_restart(claims: Engaged, tmp_path: Path) -> None:
    file = put(tmp_path, "kick-off.txt", KICKOFF)
    (first,) = await take(claims, file)
    (job,) = await ended(claims.ws, claims.id, first.jobs)
    assert (job.title, job.state) == ("kick-off.txt", JobState.DONE)
    assert [one.kind for one in await claims.jobs()].count(JobKind.ASSESS) == 1
    before = await claims.findings()
    (again,) = await take(claims, put(tmp_path, "copy.txt", KICKOFF))
    assert again.jobs == () and await read_jobs(claims) == [JobState.DONE]
    assert await claims.findings() == before


async def test_two_watchers_that_find_a_file_at_the_same_moment_have_it_read_once(claims: Engaged, tmp_path: Path) -> None:
    files = [put(tmp_path, "a.txt", KICKOFF), put(tmp_path, "b.txt", FOLLOW_UP)]
    paths = [one.path for one in files]
    both = await asyncio.gather(*(take_landed(claims.ws, claims.id, files, paths) for _ in range(2)))
    await claims.ws.settle()
    assert sorted(len(job) for taken in both for one in taken for job in [one.jobs]) == [0, 0, 1, 1]
    assert len(await read_jobs(claims)) == 2 and len(await claims.conversations()) == 2


async def test_what_a_killed_watcher_left_undone_is_gone_on_with(claims: Engaged, tmp_path: Path) -> None:
    file = put(tmp_path, "kick-off.txt", KICKOFF)
    (taken,) = await take_landed(claims.ws, claims.id, [file], [file.path])
    for task in [one for one in asyncio.all_tasks() if one.get_name().startswith(JobKind.ANALYSE_TRANSCRIPT)]:
        task.cancel()  # as far as the database knows, this is what a kill leaves
    await claims.ws.settle()
    claims.ws.live.clear()
    assert await ended(claims.ws, claims.id, taken.jobs) == []
    assert [one.id for one in await take_up(claims.ws, claims.id)] == list(taken.jobs)
    await claims.ws.settle()
    assert await read_jobs(claims) == [JobState.DONE] and len(await claims.conversations()) == 1


async def test_a_mailbox_a_slack_export_and_an_archive_give_their_conversations_once(claims: Engaged, tmp_path: Path) -> None:
    files = [put(tmp_path, "Pilot.mbox", GMAIL.encode()), put(tmp_path, "export.zip", packed())]
    taken = await take(claims, *files)
    assert {one.name: len(one.jobs) for one in taken} == {"Pilot.mbox": 2, "export.zip": 3}
    assert {one.title for one in await claims.conversations()} >= {"Pilot", "Scanner", "#claims, 2026-03-04"}
    again = await take(claims, *files)
    assert [(one.jobs, one.refused) for one in again] == [((), ()), ((), ())]
    root = tmp_path / "unpacked"
    same = await take(claims, *(Landed(path=path, content=str(path)) for path in unpacked(root)))
    assert [one.jobs for one in same] == [()] and len(await read_jobs(claims)) == 5


async def test_a_file_that_cannot_be_read_is_told_and_is_another_one_once_it_is_mended(claims: Engaged, tmp_path: Path) -> None:
    (broken,) = await take(claims, put(tmp_path, "a.vtt", b"WEBVTT\n\n"))
    (job,) = await ended(claims.ws, claims.id, broken.jobs)
    assert job.state is JobState.FAILED and job.remedy
    (mended,) = await take(claims, put(tmp_path, "a.vtt", KICKOFF))
    (job,) = await ended(claims.ws, claims.id, mended.jobs)
    assert job.state is JobState.DONE
