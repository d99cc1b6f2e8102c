from __future__ import annotations

import asyncio
import threading

import httpx2
import pytest

from discovery_agent.discovery.jobs import InProcess, set_runner
from discovery_agent.domain.engagement import AccessRole, Engagement, Job
from discovery_agent.web.api import files as sent
from discovery_agent.web.api import jobs
from discovery_agent.web.api.files import plain_name
from discovery_agent.web.app import create_app
from discovery_agent.web.pace import Paces
from tests.archives import packed
from tests.web.service import API, Service, assert_problem, events_of

TALK = b"""Ann Porter: We want to cut the time to settle a claim from nine days to four days by June.
Bob Hill: The scanner breaks every week.
Ann Porter: That costs us a day each time.
Bob Hill: Somebody has to type everything again then.
"""


@pytest.fixture
async def engagement(service: Service) -> Engagement:
    return await service.engagement()


async def upload(client: httpx2.AsyncClient, engagement: Engagement, *files: tuple[str, bytes]) -> httpx2.Response:
    return await client.post(f"{API}/engagements/{engagement.id}/transcripts", files=[("files", file) for file in files])


async def test_transcripts_are_taken_and_analysed_in_the_background(service: Service, engagement: Engagement) -> None:
    lead = await service.member(engagement, AccessRole.LEAD)
    root = f"{API}/engagements/{engagement.id}"
    response = await upload(lead, engagement, ("kick-off.txt", TALK), ("photo.txt", b"\x89PNG\r\n\x1a\n" + b"\x00" * 99))
    assert response.status_code == 202
    good, bad = response.json()["jobs"]
    assert (good["title"], good["kind"]) == ("kick-off.txt", "analyse_transcript")
    seen = events_of((await lead.get(f"{root}/jobs/{good['id']}/events")).text)
    assert {name for name, _ in seen} == {"job"} and seen[-1][1]["state"] == "done"
    failed = events_of((await lead.get(f"{root}/jobs/{bad['id']}/events")).text)[-1][1]
    assert failed["state"] == "failed" and failed["message"] and failed["remedy"]
    talk = (await lead.get(f"{root}/conversations")).json()["items"][0]
    assert talk["state"] == "analysed" and talk["findings"] > 0
    said = (await lead.get(f"{root}/conversations/{talk['id']}/utterances")).json()["items"]
    assert [f"{one['speaker']}: {one['text']}" for one in said] == TALK.decode().splitlines()
    said = (await lead.get(f"{root}/conversations/{talk['id']}/utterances", params={"offset": 1, "limit": 1})).json()
    assert said["total"] == 4 and said["items"][0]["speaker"] == "Bob Hill" and said["items"][0]["index"] == 1
    assert (await lead.get(f"{root}/jobs/{good['id']}")).json()["state"] == "done"
    assert (await lead.get(f"{root}/jobs")).json()["total"] >= 2
    assert_problem(await lead.post(f"{root}/jobs/{good['id']}/retry"), 409, "not-now")
    assert_problem(await lead.post(f"{root}/conversations/{talk['id']}/retry"), 409, "not-now")
    assert_problem(await lead.post(f"{root}/conversations/c_none/retry"), 404, "not-found")
    await service.ws.settle()


async def test_what_follows_from_an_upload_can_be_read_part_by_part(service: Service, engagement: Engagement) -> None:
    lead = await service.member(engagement, AccessRole.LEAD)
    root = f"{API}/engagements/{engagement.id}"
    empty = (await lead.get(f"{root}/assessments/latest")).json()
    assert empty == {"assessment": None}
    await upload(lead, engagement, ("kick-off.txt", TALK))
    await service.ws.settle()
    latest = (await lead.get(f"{root}/assessments/latest")).json()["assessment"]
    assert latest["conversations"] == 1 and latest["stale"] is False
    assert [one["id"] for one in (await lead.get(f"{root}/assessments")).json()["items"]] == [latest["id"]]
    kpis = (await lead.get(f"{root}/kpis")).json()
    assert kpis["total"] == latest["sizes"]["kpis"] > 0
    agenda = (await lead.get(f"{root}/agenda", params={"limit": 2})).json()
    assert len(agenda["items"]) == 2 and agenda["total"] == latest["sizes"]["agenda"]
    people = (await lead.get(f"{root}/agenda/by-person")).json()
    assert sum(one["total"] for one in people["items"]) == agenda["total"]
    coverage = (await lead.get(f"{root}/coverage")).json()
    assert {one["name"] for one in coverage["voices"]["items"]} == {"Ann Porter", "Bob Hill"} and coverage["missing_roles"]
    tree = (await lead.get(f"{root}/goal-tree")).json()
    assert sum(part["total"] for part in tree.values()) > 0
    assert (await lead.get(f"{root}/verdicts")).status_code == 200 and (await lead.get(f"{root}/conflicts")).json()["total"] == 0
    assert (await lead.get(f"{root}/changes")).json()["since"]["before"] is None
    asked = await lead.post(f"{root}/assessments")
    assert asked.status_code == 202 and asked.json()["kind"] == "assess"
    await service.ws.settle()


async def test_nobody_reads_what_was_said_in_private_from_what_follows_from_it(service: Service, engagement: Engagement) -> None:
    maria = await service.person(engagement)
    await service.heard(engagement, "The scanner is broken.", id="i-private", person=maria, released=False)
    lead = await service.member(engagement, AccessRole.LEAD)
    root = f"{API}/engagements/{engagement.id}"
    await lead.post(f"{root}/assessments")
    await service.ws.settle()
    for path in ("goal-tree", "kpis", "verdicts", "conflicts", "agenda", "agenda/by-person", "coverage", "changes", "assessments/latest"):
        assert "scanner" not in (await lead.get(f"{root}/{path}")).text, path


async def test_an_archive_gives_a_job_for_each_transcript_inside_and_says_what_was_not_taken(
    service: Service, engagement: Engagement
) -> None:
    lead = await service.member(engagement, AccessRole.LEAD)
    root = f"{API}/engagements/{engagement.id}"
    archive = packed(("march/kick-off.txt", TALK), ("../up.txt", TALK), ("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(99)))
    response = await upload(lead, engagement, ("march.zip", archive), ("april.txt", TALK + b"Ann Porter: And that was April.\n"))
    assert response.status_code == 202
    (single,), (taken,) = response.json()["jobs"], response.json()["archives"]
    assert single["title"] == "april.txt" and taken["name"] == "march.zip"
    assert {one["name"]: bool(one["remedy"]) for one in taken["refused"]} == {"up.txt": True, "photo.png": True}
    assert (taken["refused_total"], taken["stakeholders_added"], len(taken["jobs"])) == (2, 0, 1)
    await service.ws.settle()
    job = (await lead.get(f"{root}/jobs/{taken['jobs'][0]}")).json()
    assert (job["title"], job["state"]) == ("kick-off.txt", "done")
    page = (await lead.get(f"{root}/jobs", params={"offset": 1, "limit": 1})).json()
    assert (len(page["items"]), page["total"], page["offset"], page["limit"]) == (1, 3, 1, 1)
    done, failed = [(await lead.get(f"{root}/jobs", params={"state": state})).json()["total"] for state in ("done", "failed")]
    assert (done, failed) == (3, 0)


async def test_an_archive_may_be_larger_than_a_file_and_is_told_by_its_content(
    service: Service, engagement: Engagement, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = packed(("kick-off.txt", TALK))
    monkeypatch.setattr(sent, "LARGEST_FILE", len(archive) - 1)
    owner = await service.owner()
    taken = (await upload(owner, engagement, ("transcripts.txt", archive))).json()["archives"]
    assert len(taken[0]["jobs"]) == 1
    assert_problem(await upload(owner, engagement, ("transcripts.zip", bytes(len(archive)))), 413, "file-too-large")
    await service.ws.settle()


async def test_only_who_may_change_an_engagement_sends_it_archives(service: Service, engagement: Engagement) -> None:
    reviewer = await service.member(engagement, AccessRole.REVIEWER)
    archive = packed(("people.yaml", b"- {name: Eve, role: sponsor}"), ("kick-off.txt", TALK))
    assert_problem(await upload(reviewer, engagement, ("a.zip", archive)), 403, "not-allowed")
    owner = await service.owner()
    assert (await owner.get(f"{API}/engagements/{engagement.id}/stakeholders")).json()["total"] == 0


async def test_a_form_without_files_is_refused(service: Service, engagement: Engagement) -> None:
    owner = await service.owner()
    address = f"{API}/engagements/{engagement.id}/transcripts"
    assert_problem(await owner.post(address, files={"other": ("a.txt", TALK)}), 422, "no-file")
    assert_problem(await owner.post(address, data={"files": "text"}, files={"x": b""}), 422, "no-file")
    assert_problem(await owner.post(address, json={"files": []}), 415, "form")
    assert_problem(await owner.post(address, content=b"x", headers={"Content-Type": "multipart/form-data"}), 400, "request")


async def test_too_many_files_are_refused_and_none_is_taken(service: Service, engagement: Engagement) -> None:
    owner = await service.owner()
    many = [(f"{number}.txt", TALK) for number in range(21)]
    assert_problem(await upload(owner, engagement, *many), 422, "too-many-files")
    assert (await owner.get(f"{API}/engagements/{engagement.id}/jobs")).json()["total"] == 0


async def test_a_file_that_is_too_large_is_refused_and_named(
    service: Service, engagement: Engagement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sent, "LARGEST_FILE", 100)
    owner = await service.owner()
    response = await upload(owner, engagement, ("small.txt", b"Ann: Yes."), ("../../large.txt", b"x" * 101))
    assert assert_problem(response, 413, "file-too-large")["detail"] == "large.txt"
    assert (await owner.get(f"{API}/engagements/{engagement.id}/jobs")).json()["total"] == 0


async def test_uploads_come_no_faster_than_is_fair(service: Service, engagement: Engagement) -> None:
    service.app = create_app(service.ws, pages=False, paces=Paces(uploads="1/minute"))
    lead = await service.member(engagement, AccessRole.LEAD)
    assert (await upload(lead, engagement, ("a.txt", TALK))).status_code == 202
    assert_problem(await upload(lead, engagement, ("b.txt", TALK)), 429, "too-fast")
    await service.ws.settle()


async def test_files_are_read_off_the_event_loop(service: Service, engagement: Engagement, monkeypatch: pytest.MonkeyPatch) -> None:
    from discovery_agent.discovery import analysing

    where: list[bool] = []
    read = analysing.read_transcript_bytes

    def noted(*arguments: object, **more: object) -> object:
        where.append(threading.current_thread() is threading.main_thread())
        return read(*arguments, **more)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(analysing, "read_transcript_bytes", noted)
    await upload(await service.owner(), engagement, ("a.txt", TALK))
    await service.ws.settle()
    assert where == [False]


async def test_a_job_is_watched_while_it_runs(service: Service, engagement: Engagement, monkeypatch: pytest.MonkeyPatch) -> None:
    class Held(InProcess):
        """A runner that waits for the test."""

        def __init__(self) -> None:
            super().__init__(service.ws)
            self.jobs: list[Job] = []

        async def submit(self, job: Job, *, delay: float = 0.0) -> None:
            self.jobs.append(job)

    held = Held()
    set_runner(service.ws, held)
    looked = asyncio.Event()

    async def look(_: float) -> None:
        looked.set()
        await asyncio.to_thread(lambda: None)

    monkeypatch.setattr(jobs, "LOOK_SECONDS", 0)
    monkeypatch.setattr(jobs.asyncio, "sleep", look)
    owner = await service.owner()
    job = (await upload(owner, engagement, ("a.txt", TALK))).json()["jobs"][0]
    watching = asyncio.create_task(owner.get(f"{API}/engagements/{engagement.id}/jobs/{job['id']}/events"))
    await looked.wait()
    set_runner(service.ws, None)
    await InProcess(service.ws).submit(held.jobs[0])
    states = [event["state"] for _, event in events_of((await watching).text)]
    assert states[0] in ("queued", "running") and states[-1] == "done"
    assert_problem(await owner.get(f"{API}/engagements/{engagement.id}/jobs/j_none/events"), 404, "not-found")
    await service.ws.settle()


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("kick-off.txt", "kick-off.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ann\\talk.docx", "talk.docx"),
        ("a\x00b\r\nc.txt", "a b c.txt"),
        ("\u202etxt.exe", "txt.exe"),
        (".bashrc", "bashrc"),
        ("...", "file"),
        ("", "file"),
        (None, "file"),
        ("x" * 300 + ".vtt", "x" * 146 + ".vtt"),
        ("<img src=x>.txt", "<img src=x>.txt"),
        ("日本語.txt", "日本語.txt"),
    ],
)
def test_file_names_keep_their_last_part_only(name: str | None, plain: str) -> None:
    assert plain_name(name) == plain and len(plain_name(name)) <= 150
