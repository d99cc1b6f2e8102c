"""A process that is killed at any moment in which it writes: the next start finds the state of before or of after, and can go on from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from discovery_agent.discovery import archive_uploads
from discovery_agent.discovery.interviews import view_interview
from discovery_agent.discovery.jobs import submit
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import AccessRole, JobState
from discovery_agent.web.app import create_app
from discovery_agent.web.pace import Paces
from tests.archives import packed
from tests.blueprints import blueprint
from tests.discovery.jobs.working import KICKOFF
from tests.discovery.service import opened_workspace
from tests.faults.boundaries import copies
from tests.web.conftest import paces as paces
from tests.web.conftest import service as service
from tests.web.conftest import shared_bench as shared_bench
from tests.web.service import API, Service, events_of

Again = Callable[[Path], AbstractAsyncContextManager[Service]]
WISH = "Claims take nine days, and customers leave us over it. We want four days by June."


@pytest.fixture
def again(service: Service, web_cache: Path, shared_bench: Workbench, paces: Paces) -> Again:
    """Starts a service anew over a copy of the database."""

    @asynccontextmanager
    async def start(copy: Path) -> AsyncIterator[Service]:
        async with opened_workspace(copy.parents[1], service.clock, cache=web_cache, like=shared_bench) as ws:
            made = Service(ws, create_app(ws, pages=False, paces=paces), service.clock)
            yield made
            await made.aclose()

    return start


def file_of(service: Service) -> Path:
    return service.ws.settings.data_dir / "discovery.db"


async def test_after_a_kill_anywhere_in_a_turn_the_same_answer_gives_the_same_interview(
    service: Service, again: Again, tmp_path: Path
) -> None:
    engagement = await service.engagement()
    client, secret = await service.invited(await service.person(engagement))
    talk = (await client.post(f"{API}/engagements/{engagement.id}/interviews", json={})).json()["id"]
    await client.post(f"{API}/conversations/{talk}/opening")
    answer = {"text": WISH, "client_key": "a1", "question": 0}
    with copies(file_of(service), tmp_path) as moments:
        assert events_of((await client.post(f"{API}/conversations/{talk}/turns", json=answer)).text)[-1][0] == "understood"
        await service.ws.settle()
    expected = await told(service.ws, talk)
    assert [len(said) for said, _ in [expected]] == [3] and expected[1]
    assert len(moments) >= 4, "before, the answer, the reply, what was understood"
    for copy in moments:
        async with again(copy) as restarted:
            came_back = restarted.client(secret)
            said, _ = await told(restarted.ws, talk)
            assert said == expected[0][: len(said)], "never a reply without its answer, or half of one"
            sent = await came_back.post(f"{API}/conversations/{talk}/turns", json=answer)
            assert sent.status_code == 200 and events_of(sent.text)[0][0] == "accepted"
            await restarted.ws.settle()
            assert await told(restarted.ws, talk) == expected


async def told(ws: Workspace, talk: str) -> tuple[list[str], Counter[str]]:
    """What was said, and what was understood of it."""
    view = await view_interview(ws, talk)
    return [one.text for one in view.utterances], Counter(one.finding.statement for one in view.understood)


async def test_a_kill_leaves_a_review_step_undone_or_done_and_an_export_writes_nothing(
    service: Service, again: Again, tmp_path: Path
) -> None:
    engagement = await service.engagement()
    async with service.ws.database.unit() as unit:
        version = await unit.blueprints.add(blueprint(engagement.id))
    ana = await service.member(engagement, AccessRole.REVIEWER, label="Ana")
    root = f"{API}/engagements/{engagement.id}"
    assert (await ana.get(root)).status_code == 200
    act = {"verb": "approve", "section_hash": version.sections[1].content_hash, "client_key": "c1"}
    with copies(file_of(service), tmp_path / "act") as moments:
        done = await ana.post(f"{root}/blueprints/1/review/risks", json=act)
        assert done.status_code == 201
    assert len(moments) == 2
    for copy in moments:
        async with again(copy) as restarted:
            came_back = restarted.client(ana.headers["authorization"].removeprefix("Bearer "))
            assert (await came_back.post(f"{root}/blueprints/1/review/risks", json=act)).status_code == 201
            assert (await came_back.get(f"{root}/review-trail/risks")).json()["total"] == 1
            noted = (await (await restarted.owner()).get(f"{root}/audit")).json()["items"]
            assert [one["action"] for one in noted].count("review.approve") == 1
    with copies(file_of(service), tmp_path / "export") as moments:
        assert (await ana.get(f"{root}/blueprints/1/export", params={"format": "docx"})).status_code == 200
    assert len(moments) == 1


async def test_after_a_kill_anywhere_in_the_upload_of_an_archive_it_can_be_sent_again(
    service: Service, again: Again, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_uploads, "_FILES_AT_ONCE", 1)
    engagement, owner = await service.engagement(), await service.owner()
    people = b"stakeholders:\n  - name: Ada\n    role: business\n"
    names = [f"t{number}.txt" for number in range(3)]
    archive = packed(("people.yaml", people), *((name, KICKOFF + f"Ada: There are {name}.".encode()) for name in names))
    root = f"{API}/engagements/{engagement.id}"
    files = {"files": ("talks.zip", archive, "application/zip")}
    with copies(file_of(service), tmp_path) as moments:
        taken = (await owner.post(f"{root}/transcripts", files=files)).json()["archives"][0]
        assert len(taken["jobs"]) == 3 and taken["stakeholders_added"] == 1, taken
    await service.ws.settle()
    expected = await found(service.ws, engagement.id)
    assert len(expected) >= 3
    assert len(moments) >= 6, "before, the person, three portions, the note of it"
    for copy in moments[:8]:
        async with again(copy) as restarted:
            await assert_each_file_is_kept_until_it_was_read(restarted.ws, engagement.id)
            async with restarted.ws.database.reading() as unit:
                left = await unit.jobs.unfinished()
            for job in left:  # as the next server does
                await submit(restarted.ws, job)
            sent = await (await restarted.owner()).post(f"{root}/transcripts", files=files)
            assert sent.status_code == 202, sent.text
            await restarted.ws.settle()
            assert await found(restarted.ws, engagement.id) == expected


async def found(ws: Workspace, engagement_id: str) -> Counter[tuple[str, str]]:
    """Each thing that was understood, by the conversation in which it was said."""
    async with ws.database.reading() as unit:
        return Counter((one.conversation_id, one.finding.statement) for one in (await unit.findings.list(engagement_id, limit=None))[0])


async def assert_each_file_is_kept_until_it_was_read(ws: Workspace, engagement_id: str) -> None:
    async with ws.database.reading() as unit:
        kept = set(await unit.uploads.list(engagement_id))
        for job in await unit.jobs.list(engagement_id, None):
            assert (job.id in kept) == (
                job.kind == "analyse_transcript" and job.conversation_id is None and job.state is not JobState.FAILED
            )
