"""Two servers on one PostgreSQL: whoever asks which of them sees one service."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2
import pytest

from tests.discovery.jobs.working import KICKOFF, until
from tests.scale.conftest import Start
from tests.scale.machines import Machine
from tests.web.service import API, assert_problem, events_of

pytestmark = pytest.mark.slow
OWN_PAGE = {"X-Requested-With": "discovery-agent"}


class Server:
    """A server in a process of its own."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.address = machine.says(r"Discovery Agent is at (\S+)")

    def owner_link(self) -> str:
        return self.machine.says(r"(http://\S+/enter/\S+)")

    def client(self, key: str | None = None, cookies: httpx2.Cookies | None = None) -> httpx2.AsyncClient:
        headers = {"Authorization": f"Bearer {key}"} if key else OWN_PAGE
        return httpx2.AsyncClient(base_url=self.address, headers=headers, cookies=cookies, timeout=60)


@pytest.fixture
def settings_of_servers(shared: dict[str, object]) -> None:
    """Without a model: what is asked and found is then the same every time."""
    for name in ("model", "input_price_usd", "output_price_usd"):
        del shared[name]


@pytest.fixture
def first(settings_of_servers: None, start: Start) -> Server:
    return Server(start("first", "serve", "--port", "0"))


async def entered(server: Server, secret: str) -> httpx2.Cookies:
    """The cookie of whoever follows a link, and presses the button there."""
    async with server.client() as browser:
        answer = await browser.post(f"/enter/{secret}")
        assert answer.status_code == 303, answer.text
        return browser.cookies


async def spoken(client: httpx2.AsyncClient, talk: str, text: str, key: str, question: int | None = None) -> httpx2.Response:
    body = {"text": text, "client_key": key} | ({} if question is None else {"question": question})
    return await client.post(f"{API}/conversations/{talk}/turns", json=body)


async def said(client: httpx2.AsyncClient, talk: str) -> list[dict[str, Any]]:
    return (await client.get(f"{API}/conversations/{talk}")).json()["utterances"]


async def test_two_servers_are_one_service_and_losing_one_of_them_loses_nobody(first: Server, start: Start) -> None:
    session = await entered(first, first.owner_link().rpartition("/")[2])
    second = Server(start("second", "serve", "--port", "0"))
    async with first.client(cookies=session) as owner, second.client(cookies=session) as elsewhere:
        # What is made at one is there at the other, also the session itself; of two changes to the same version, the later is refused.
        engagement = (await owner.post(f"{API}/engagements", json={"title": "Claims handling"})).json()
        root = f"{API}/engagements/{engagement['id']}"
        person = (await elsewhere.post(f"{root}/stakeholders", json={"name": "Maria Santos", "role": "business"})).json()
        assert (await owner.patch(root, json={"version": 1, "question_budget": 12})).status_code == 200
        assert_problem(await elsewhere.patch(root, json={"version": 1, "question_budget": 9}), 409, "changed-meanwhile")
        invite = (await owner.post(f"{root}/invites", json={"stakeholder_id": person["id"]})).json()["secret"]

        # A file that one takes is read by whoever is free, and shown by both; so are documents.
        job = (await elsewhere.post(f"{root}/transcripts", files={"files": ("kickoff.txt", KICKOFF, "text/plain")})).json()
        assert job, job

        async def read() -> bool:
            jobs = (await owner.get(f"{root}/jobs")).json()["items"]
            return len(jobs) > 1 and all(one["state"] == "done" for one in jobs)

        await until(read)
        assert (await owner.get(f"{root}/findings")).json()["total"] == (await elsewhere.get(f"{root}/findings")).json()["total"] > 0
        document = b"# Refunds\n\nRefunds above 500 euros are signed by the head of claims.\n"
        added = await owner.post(f"{root}/documents", files={"files": ("refunds.md", document, "text/markdown")})
        assert added.is_success, added.text
        found = (await elsewhere.get(f"{root}/knowledge", params={"q": "who signs refunds"})).text
        assert "signed by the head of claims" in found

    # An invitation made at one opens at the other; an interview begun at one goes on there.
    cookies = await entered(second, invite)
    async with second.client(cookies=cookies) as here, first.client(cookies=cookies) as there:
        talk = (await here.post(f"{root}/interviews", json={})).json()["id"]
        await here.post(f"{API}/conversations/{talk}/opening")
        question = (await said(there, talk))[-1]["index"]
        assert (await spoken(there, talk, "Claims take nine days, and customers leave us over it.", "a1", question)).status_code == 200
        before = await said(here, talk)
        assert before == await said(there, talk) and len(before) == question + 3

        # Two answers to one question, through both at once: one counts. The same answer through both at once is one answer.
        question = before[-1]["index"]
        both = await asyncio.gather(
            spoken(here, talk, "We want four days by June.", "b1", question), spoken(there, talk, "Three days would do.", "b2", question)
        )
        after = await said(here, talk)
        assert [one["client_key"] for one in after if one["index"] == question + 1] in (["b1"], ["b2"])
        assert len(after) == question + 3 and sorted(one.status_code for one in both) in ([200, 409], [200, 200])
        question = after[-1]["index"]
        same = await asyncio.gather(*(spoken(one, talk, "The board decides in May.", "c1", question) for one in (here, there)))
        assert [one.status_code for one in same] == [200, 200]
        assert len({str(events_of(one.text)[-1]) for one in same}) == 1
        last = await said(there, talk)
        assert [one["client_key"] for one in last].count("c1") == 1 and len(last) == question + 3

        # One is gone without a word; whoever talked through it goes on through the other, and through a third that takes its place.
        first.machine.kill()
        question = last[-1]["index"]
        assert (await spoken(here, talk, "Scans get lost in the post room.", "d1", question)).status_code == 200
        third = Server(start("third", "serve", "--port", "0"))
        async with third.client(cookies=cookies) as again:
            assert await said(again, talk) == await said(here, talk)
            assert (await again.post(f"{API}/conversations/{talk}/stop")).json()["state"] == "recap"
        for server in (second, third):
            server.machine.terminate()
            assert server.machine.ended()[0] == 0
