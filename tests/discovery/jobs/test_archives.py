"""An archive that is uploaded: each transcript inside is kept, read and analysed as if it had come alone."""

from __future__ import annotations

import asyncio
from io import BytesIO

import pytest

from discovery_agent.discovery import archive_uploads
from discovery_agent.discovery.archive_uploads import TakenArchive, upload_archive
from discovery_agent.discovery.engagements import add_stakeholder, list_stakeholders
from discovery_agent.discovery.jobs import get_job, list_jobs, some_jobs
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.engagement import JobKind, JobState
from discovery_agent.errors import NotFound
from tests.archives import EMPTY, packed, with_link
from tests.discovery.jobs.working import FOLLOW_UP, KICKOFF, Engaged
from tests.files.test_bundles import TALK


async def sent(to: Engaged, data: bytes, name: str = "transcripts.zip") -> TakenArchive:
    """Hand an archive in, and wait until nothing goes on any more."""
    taken = await upload_archive(to.ws, to.id, name, BytesIO(data), "lead")
    await to.ws.settle()
    return taken


async def test_each_transcript_of_an_archive_is_analysed(claims: Engaged) -> None:
    taken = await sent(claims, packed(("march/kick-off.txt", KICKOFF), ("april/follow-up.txt", FOLLOW_UP)))
    jobs = [await get_job(claims.ws, claims.id, id_) for id_ in taken.jobs]
    assert [(job.title, job.state) for job in jobs] == [("kick-off.txt", JobState.DONE), ("follow-up.txt", JobState.DONE)]
    assert {one.title for one in await claims.conversations()} == {"kick-off", "follow-up"}
    assert len(await claims.findings()) > 0
    assert (taken.refused, taken.refused_total) == ((), 0)
    async with claims.ws.database.reading() as unit:
        entries, _ = await unit.audit.list(claims.id)
        assert await unit.uploads.list(claims.id) == []
    assert (entries[-2].actor if len(entries) > 1 else entries[0].actor) == "lead"
    assert ("archive.uploaded", "transcripts.zip: 2 taken, 0 not") in {(one.action, one.detail) for one in entries}


async def test_what_is_no_transcript_is_listed_with_the_reason_and_loses_none_of_the_others(claims: Engaged) -> None:
    archive = with_link(
        "link.txt",
        "/etc/passwd",
        ("kick-off.txt", KICKOFF),
        ("../../escape.txt", KICKOFF),
        ("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(99)),
        ("inside.zip", packed(("a.txt", KICKOFF))),
        ("empty.txt", b""),
        ("noise.bin", bytes(range(256)) * 20),
        ("follow-up.txt", FOLLOW_UP),
    )
    taken = await sent(claims, archive)
    assert len(taken.jobs) == len(await claims.conversations()) == 2
    why = {one.name: one.what for one in taken.refused}
    assert why["escape.txt"] == "Its path leads out of the archive."
    assert "link" in why["link.txt"] and "picture" in why["photo.png"] and "zip archive" in why["inside.zip"]
    assert why["empty.txt"] == "The file is empty." and why["noise.bin"] == "This is not text."
    assert taken.refused_total == len(taken.refused) == 6
    assert all(one.remedy for one in taken.refused)


async def test_results_of_this_program_in_an_archive_are_left_out_in_one_line(claims: Engaged) -> None:
    report = "# Claims\n\n**DRAFT.** Proposed by the rules analyst. Nothing here is approved.\n\n## Goal tree\n\n- **Ada:** We want it.\n"
    one = '{\n  "schema_version": "1",\n  "conversation": {\n    "id": "c-1"}}'
    archive = packed(("kick-off.txt", KICKOFF), ("report/report.md", report.encode()), ("report/conversations/a.json", one.encode()))
    taken = await sent(claims, archive)
    assert len(taken.jobs) == len(await claims.conversations()) == 1
    assert [one.what for one in taken.refused] == ["Left out: 2 files that this program wrote."]


async def test_what_archivers_and_file_managers_leave_behind_is_passed_over(claims: Engaged) -> None:
    rubbish = ("__MACOSX/._kick-off.txt", ".DS_Store", "march/Thumbs.db", "march/~$kick-off.docx", ".git/config", "README.md")
    taken = await sent(claims, packed(("kick-off.txt", KICKOFF), *((name, b"x") for name in rubbish)))
    assert (len(taken.jobs), taken.refused_total) == (1, 0)


async def test_the_same_archive_twice_analyses_nothing_twice(claims: Engaged) -> None:
    archive = packed(("kick-off.txt", KICKOFF), ("follow-up.txt", FOLLOW_UP))
    await sent(claims, archive)
    before = await claims.findings()
    again = await sent(claims, archive, "again.zip")
    jobs = [await get_job(claims.ws, claims.id, id_) for id_ in again.jobs]
    assert all(job.state is JobState.DONE and "nothing was analysed again" in (job.message or "") for job in jobs)
    assert len(await claims.conversations()) == 2 and await claims.findings() == before


async def test_one_transcript_twice_in_an_archive_is_one_conversation(claims: Engaged) -> None:
    await sent(claims, packed(("kick-off.txt", KICKOFF), ("copy/kick-off.txt", KICKOFF)))
    assert len(await claims.conversations()) == 1
    titles = {job.title for job in await claims.jobs() if job.kind is JobKind.ANALYSE_TRANSCRIPT}
    assert titles == {"kick-off.txt", "copy kick-off.txt"}


async def test_people_in_the_archive_become_stakeholders_before_anything_is_read(claims: Engaged) -> None:
    await add_stakeholder(claims.ws, claims.id, "Ben", role=Role.TECHNICAL)
    people = b"- {name: Ada, role: sponsor, department: Claims}\n- {name: Ben, role: business}\n- {name: '?!', role: business}\n"
    taken = await sent(claims, packed(("talks/kick-off.txt", KICKOFF), ("talks/people.yaml", people)))
    assert (len(taken.jobs), taken.stakeholders_added) == (1, 1)
    assert [one.name for one in taken.refused] == ["people.yaml: ?!"]
    known = {one.name: one.role for one in await list_stakeholders(claims.ws, claims.id)}
    assert known == {"Ada": Role.SPONSOR, "Ben": Role.TECHNICAL}
    async with claims.ws.database.reading() as unit:
        spoke = await unit.conversations.participants(claims.id, (await claims.conversations())[0].id)
    assert {one.name: one.role for one in spoke} == known


@pytest.mark.parametrize("people", [b"- {name: Ada, role: queen}\n", b"{{{", b"- {name: A}\n" * 2])
async def test_a_list_of_people_that_is_wrong_is_listed_and_the_transcripts_are_taken(claims: Engaged, people: bytes) -> None:
    taken = await sent(claims, packed(("people.yaml", people), ("kick-off.txt", KICKOFF)))
    assert len(taken.jobs) == 1 and [one.name for one in taken.refused] == ["people.yaml"]


@pytest.mark.parametrize(
    ("data", "why"),
    [(packed(("a.txt", TALK))[:-30], "damaged"), (EMPTY, "no transcript"), (packed((".hidden", TALK)), "no transcript")],
)
async def test_an_archive_that_gives_nothing_says_why(claims: Engaged, data: bytes, why: str) -> None:
    taken = await sent(claims, data, "march\n.zip")
    assert taken.jobs == () and taken.refused_total == 1
    assert taken.refused[0].name == "march .zip" and why in taken.refused[0].what


async def test_an_archive_for_an_engagement_that_is_not_there_is_refused(claims: Engaged) -> None:
    with pytest.raises(NotFound):
        await upload_archive(claims.ws, "e_none", "a.zip", BytesIO(packed(("a.txt", TALK))), "lead")


async def test_a_large_archive_is_kept_in_portions_and_many_refusals_are_counted(claims: Engaged, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_uploads, "_FILES_AT_ONCE", 7)
    monkeypatch.setattr(archive_uploads, "NAMED", 5)
    good = [(f"{at}.txt", f"Ada: Our goal is to answer letters of kind {at} within {at + 2} days.".encode()) for at in range(20)]
    bad = [(f"bad {at}.txt", b"") for at in range(12)]
    taken = await sent(claims, packed(*good, *bad))
    assert len(taken.jobs) == len(await claims.conversations()) == 20
    assert (len(taken.refused), taken.refused_total) == (5, 12)
    page, counts = await some_jobs(claims.ws, claims.id, 5, 10)
    everything = await list_jobs(claims.ws, claims.id, limit=None)
    assert page == everything[5:15] and counts == {JobState.DONE: len(everything)}


async def test_whoever_gives_up_in_the_middle_loses_nothing_that_was_kept(claims: Engaged, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_uploads, "_FILES_AT_ONCE", 1)
    keep, kept = archive_uploads._keep, asyncio.Event()

    async def slowly(*arguments: object) -> object:
        jobs = await keep(*arguments)  # pyright: ignore[reportArgumentType]
        if kept.is_set():
            await asyncio.Event().wait()
        kept.set()
        return jobs

    monkeypatch.setattr(archive_uploads, "_keep", slowly)
    archive = BytesIO(packed(("kick-off.txt", KICKOFF), ("follow-up.txt", FOLLOW_UP)))
    sending = asyncio.create_task(upload_archive(claims.ws, claims.id, "a.zip", archive, "lead"))
    await kept.wait()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    await claims.ws.settle()
    assert len(await claims.conversations()) == 1
