"""The log of a server holds nothing that anybody said, no name and no secret: at DEBUG, in both forms, also where everything goes wrong."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx2
import pytest

from discovery_agent.discovery import access
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.engagement import AccessRole
from discovery_agent.settings import Settings
from discovery_agent.storage.database import Database
from discovery_agent.telemetry.logs import start_logs, stop_logs
from discovery_agent.web.app import create_app
from discovery_agent.web.pace import Paces
from tests import fake_model_server as fake
from tests.discovery.service import Clock, opened_workspace
from tests.fake_model_server import Exchange, FakeModelServer
from tests.web.service import API, OWN_PAGE, Service, events_of, served

NAME, TITLE = "Zuzanna Quillfeather", "Marzipan Relocation"
ANSWER = "We want to cut the dragonfly backlog from ninety-one days to seventeen days by June."
TRANSCRIPT = f"{NAME}: The okapi scanner breaks every week.\nTheodor Blumquist: That costs us a teapot each time.\n"
KEY = "sk-live-Zq7pLm3vRt9x"
PASSWORD = "hunter2-of-the-database"
UNFORESEEN = "gooseberry-in-a-local-variable"
CANARIES = (
    *NAME.split(),
    "Marzipan",
    "dragonfly",
    "ninety-one",
    "okapi",
    "Blumquist",
    "teapot",
    KEY,
    "Zq7pLm3vRt9x",
    PASSWORD,
    UNFORESEEN,
    "gooseberry",
    "invented-secret",
)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeModelServer]:
    with FakeModelServer() as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        yield running


@pytest.fixture(params=["json", "text"])
async def logged(
    request: pytest.FixtureRequest, tmp_path: Path, web_cache: Path, shared_bench: Workbench, paces: Paces, server: FakeModelServer
) -> AsyncIterator[tuple[Service, io.StringIO]]:
    """A service with a model, and all that it logs."""
    written = io.StringIO()
    start_logs(Settings.load(log_format=request.param, log_level="DEBUG"), written)
    for name in ("openai", "httpcore", "httpx", "sqlalchemy.engine", "aiosqlite", "asyncio", "langchain", "uvicorn", "uvicorn.access"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    clock = Clock()
    try:
        changes = {"model": "openai:gpt-4", "max_attempts": 1, "knowledge_tokens": 0, "input_price_usd": 1.0, "output_price_usd": 1.0}
        async with opened_workspace(tmp_path, clock, cache=web_cache, like=shared_bench, **changes) as ws:
            made = Service(ws, create_app(ws, pages=False, paces=paces), clock)
            yield made, written
            await made.aclose()
    finally:
        stop_logs()
        for name in ("openai", "httpcore", "httpx", "sqlalchemy.engine", "aiosqlite", "asyncio", "langchain", "uvicorn", "uvicorn.access"):
            logging.getLogger(name).setLevel(logging.NOTSET)


def plays(exchange: Exchange) -> fake.Behaviour:
    """Answers questions, finds nothing in answers, and fails loudly over transcripts, quoting what it was sent."""
    if "okapi" in exchange.text:
        return fake.status(400, message=f"The words of {NAME} cannot be taken: The okapi scanner. Key {KEY}")
    if exchange.body.get("response_format") or exchange.body.get("tools"):
        return fake.answer({"findings": [], "ratings": [], "data": []})
    return fake.answer(f"Thank you, {NAME}. How long is the dragonfly backlog today?")


async def test_a_whole_interview_an_upload_failures_and_a_bad_login_leave_no_word_in_the_log(
    logged: tuple[Service, io.StringIO], server: FakeModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, written = logged
    server.choose = plays
    engagement = await service.engagement(TITLE)
    person = await service.person(engagement, NAME)
    _, invite = await access.invite(service.ws, engagement.id, person.id)
    _, lead_key = await access.member_link(service.ws, engagement.id, AccessRole.LEAD, NAME)
    secrets = [invite, lead_key]
    async with served(service.app) as address:
        async with httpx2.AsyncClient(base_url=address) as browser:
            entered = await browser.post(f"/enter/{invite}")
            assert entered.status_code == 303
            session = re.search(r"discovery_session=([^;]+)", entered.headers["set-cookie"])
            assert session is not None
            secrets.append(session[1])
            browser.headers.update(OWN_PAGE | {"Origin": address})
            record = (await browser.post(f"{API}/engagements/{engagement.id}/interviews", json={})).json()
            talk = f"{API}/conversations/{record['id']}"
            await browser.post(f"{talk}/opening")
            said = events_of((await browser.post(f"{talk}/turns", json={"text": ANSWER, "client_key": "a1"})).text)
            assert "said" in dict(said)
            server.choose = lambda _: fake.status(400, message=f"The words of {NAME} cannot be taken: {ANSWER} Key {KEY}")
            said = events_of((await browser.post(f"{talk}/turns", json={"text": f"{ANSWER} Really.", "client_key": "a2"})).text)
            assert "said" in dict(said)
            server.choose = plays
            await browser.post(f"{talk}/stop")
            view = (await browser.get(talk)).json()
            assert ANSWER in str(view)
        async with httpx2.AsyncClient(base_url=address, headers={"Authorization": f"Bearer {lead_key}"}) as lead:
            files = [("files", (f"{NAME}.txt", TRANSCRIPT.encode()))]
            taken = await lead.post(f"{API}/engagements/{engagement.id}/transcripts", files=files)
            job = taken.json()["jobs"][0]
            seen = events_of((await lead.get(f"{API}/engagements/{engagement.id}/jobs/{job['id']}/events")).text)
            assert seen[-1][1]["state"] == "failed"

            async def breaks(*_: object, **__: object) -> None:
                local = UNFORESEEN
                raise RuntimeError(f"{local} {ANSWER}") from KeyError(NAME)

            monkeypatch.setattr("discovery_agent.web.api.engagements.use.list_engagements", breaks)
            lead.headers["Authorization"] = (await service.owner()).headers["Authorization"]
            secrets.append(lead.headers["Authorization"].removeprefix("Bearer "))
            broken = await lead.get(f"{API}/engagements", params={"name": NAME})
            assert broken.status_code == 500 and broken.headers["x-request-id"] == broken.json()["request_id"]
        async with httpx2.AsyncClient(base_url=address) as stranger:
            assert (await stranger.post("/enter/invented-secret")).status_code == 404
            assert (await stranger.get(f"{API}/engagements", headers={"Authorization": "Bearer invented-secret"})).status_code == 401
            assert (await stranger.get(f"/{NAME}?q={ANSWER}")).status_code == 404
            assert (await stranger.get(f"{API}/engagements/{NAME}/jobs")).status_code == 401
    with pytest.raises(Exception, match="PostgreSQL"):
        await Database.open(f"postgresql://ada:{PASSWORD}@127.0.0.1:1/discovery")
    service.ws.spawn(breaks(), name="turn of i_1")
    await service.ws.settle()

    log = written.getvalue()
    assert "RuntimeError" in log and "KeyError" in log and "in breaks" in log and broken.json()["request_id"] in log
    assert "/api/v1/conversations/{conversation_id}/turns" in log and "/enter/{secret}" in log and f"{job['id']} ended" in log
    assert "Work in the background failed" in log
    found = [one for one in (*CANARIES, *secrets) if one.lower() in log.lower()]
    assert not found, (found, log)


async def test_the_canaries_would_be_seen(logged: tuple[Service, io.StringIO]) -> None:
    """The test above can fail: what our own words let through does arrive."""
    _, written = logged
    logging.getLogger("discovery_agent.web").info("said %s", "dragonfly")
    assert "dragonfly" in written.getvalue()
