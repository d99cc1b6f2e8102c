"""Every request has a number, a line and a count; the server says whether it lives and whether it can work."""

from __future__ import annotations

import asyncio
import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr
from starlette.types import Receive, Scope, Send

from discovery_agent.discovery.health import Health
from discovery_agent.discovery.watching import look
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.conversation import Role
from discovery_agent.errors import IndexUnavailable, ModelAccessDenied
from discovery_agent.settings import Settings
from discovery_agent.telemetry.logs import start_logs, stop_logs
from discovery_agent.telemetry.metrics import metrics, start_metrics, stop_metrics
from discovery_agent.web.app import create_app
from discovery_agent.web.observing import HEADER, NOWHERE, Observed
from discovery_agent.web.pace import Paces
from tests.discovery.service import Clock, opened_workspace
from tests.web.service import API, BASE, Service, assert_problem

TOKEN = "a-token-of-the-operator"


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    written = io.StringIO()
    start_logs(Settings.load(log_format="json", log_level="INFO"), written)
    yield written
    stop_logs()


@pytest.fixture
def counted() -> Iterator[None]:
    start_metrics()
    yield
    stop_metrics()


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def requests(**labels: str) -> float:
    found = metrics()
    assert found is not None
    return found.registry.get_sample_value("discovery_http_requests_total", labels) or 0.0


async def test_a_request_is_one_line_with_its_number_its_route_and_no_address(service: Service, logged: io.StringIO) -> None:
    owner = await service.owner()
    engagement = await service.engagement()
    person = await service.person(engagement, "Maria Santos", Role.BUSINESS)
    response = await owner.get(
        f"{API}/engagements/{engagement.id}/stakeholders", params={"name": "Maria"}, headers={HEADER: "from-a-proxy-1"}
    )
    assert response.headers[HEADER] == "from-a-proxy-1"
    (line,) = lines(logged)
    assert (line["request"], line["engagement"], line["status"]) == ("from-a-proxy-1", engagement.id, 200)
    assert (line["method"], line["route"]) == ("GET", "/api/v1/engagements/{engagement_id}/stakeholders")
    assert line["seconds"] >= 0 and person.name not in logged.getvalue() and "Maria" not in logged.getvalue()


@pytest.mark.parametrize("given", [None, "short", "x" * 65, "with spaces in it", "nine\u00a0days"])
async def test_a_number_that_is_not_well_formed_is_replaced(service: Service, given: str | None) -> None:
    headers = {HEADER: given.encode("latin-1")} if given else None
    response = await service.client().get("/healthz", headers=headers)  # type: ignore[arg-type]
    assert response.headers[HEADER].startswith("r-") and len(response.headers[HEADER]) == 18


async def test_problems_carry_the_number_and_those_of_the_server_say_whom_to_tell(
    service: Service, logged: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = await service.owner()
    missing = await owner.get(f"{API}/engagements/e_none")
    body = assert_problem(missing, 404, "not-found")
    assert body["request_id"] == missing.headers[HEADER] and "give this number" not in missing.text

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("Maria said nine days")

    monkeypatch.setattr("discovery_agent.web.api.engagements.use.list_engagements", broken)
    response = await owner.get(f"{API}/engagements")
    body = assert_problem(response, 500, "unforeseen")
    assert f"give this number to whoever runs the server: {body['request_id']}" in body["remedy"]
    errors = [line for line in lines(logged) if line["level"] == "error"]
    assert [line["request"] for line in errors] == [body["request_id"]], "logged once, under the number that the user has"
    assert errors[0]["stack"][0]["kind"] == "RuntimeError" and "nine" not in logged.getvalue()


async def test_an_answer_that_breaks_off_is_cut_and_not_passed_off_as_whole(logged: io.StringIO) -> None:
    async def app(_: Scope, __: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})
        raise RuntimeError("the rest")

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(Observed(app)), base_url=BASE) as client:
        with pytest.raises(RuntimeError):
            await client.get("/")
    assert [line["level"] for line in lines(logged)] == ["error", "info"]


async def test_requests_are_counted_by_route_and_never_by_address(service: Service, counted: None) -> None:
    owner = await service.owner()
    for one in ("e_first", "e_second"):
        await owner.get(f"{API}/engagements/{one}")
    await service.client().get("/enter/some-secret")
    for one in range(3):
        await service.client().get(f"/nothing/{one}")
    await service.client().post("/mcp", json={})
    assert requests(method="POST", route="/mcp", status="401") == 1
    assert requests(method="GET", route="/api/v1/engagements/{engagement_id}", status="404") == 2
    assert requests(method="GET", route="/enter/{secret}", status="404") == 1
    assert requests(method="GET", route=NOWHERE, status="404") == 3
    found = metrics()
    assert found is not None and b"some-secret" not in found.text() and b"e_first" not in found.text()


async def test_metrics_are_there_only_with_a_token_and_for_whoever_has_it(
    service: Service, tmp_path: Path, web_cache: Path, shared_bench: Workbench, paces: Paces
) -> None:
    assert (await service.client().get("/metrics")).status_code == 404
    async with opened_workspace(tmp_path / "b", Clock(), cache=web_cache, like=shared_bench, metrics_token=SecretStr(TOKEN)) as ws:
        other = Service(ws, create_app(ws, pages=False, paces=paces), Clock())
        assert_problem(await other.client().get("/metrics"), 401, "no-access")
        assert_problem(await other.client("wrong").get("/metrics"), 401, "no-access")
        assert_problem(await (await other.owner()).get("/metrics"), 401, "no-access")
        read = await other.client(TOKEN).get("/metrics")
        assert read.status_code == 200 and "discovery_http_requests_total" in read.text and TOKEN not in read.text
        assert read.headers["cache-control"] == "no-store"
        found = metrics()
        assert found is not None
        await look(ws, found)
        assert 'discovery_jobs{queue="transcripts",state="queued"} 0.0' in found.text().decode()
        assert 'discovery_database_connections{pool="reading",state="idle"}' in found.text().decode()
        await other.aclose()
    stop_metrics()


async def test_the_server_lives_whatever_becomes_of_the_database(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    async def dead(_: object) -> None:
        raise AssertionError("life must not depend on the database")

    monkeypatch.setattr("discovery_agent.storage.database.Database.state", dead)
    alive = await service.client().get("/healthz")
    assert alive.status_code == 200 and alive.content == b'{"status":"ok"}'


async def test_it_is_ready_when_everything_works_and_tells_strangers_names_of_checks_only(service: Service) -> None:
    await asyncio.to_thread(service.ws.bench.knowledge.refresh)  # building the index may take longer than it is waited for
    ready = await service.client().get("/readyz")
    assert ready.status_code == 200, ready.text
    assert ready.json()["status"] == "ready" and set(ready.json()["checks"].values()) == {"ok"}
    assert str(service.ws.settings.data_dir) not in ready.text and service.ws.database.shown not in ready.text


async def test_whatever_is_broken_is_named_to_strangers_and_explained_in_the_log(
    service: Service, logged: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws = service.ws
    broken = Health(ws, queues=lambda: False, least_free=10**18)
    ready, told = await broken.told()
    assert not ready and told["checks"]["disk"] == told["checks"]["jobs"] == "no" and told["checks"]["database"] == "ok"
    assert str(ws.settings.data_dir) not in json.dumps(told)
    assert any("Not ready, because of disk" in line["event"] and "MB are free" in line["event"] for line in lines(logged))
    written = len(lines(logged))
    await broken.told()
    assert len(lines(logged)) == written, "a check that goes on failing is logged once"
    ws.database.state = older  # type: ignore[method-assign]
    ready, told = await Health(ws).told()
    assert not ready and told["checks"]["database"] == "no"


async def older() -> Any:
    from discovery_agent.storage.looking import DatabaseState

    return DatabaseState(version="0001", newest="0002", server="SQLite 3", pgvector=None)


async def test_a_model_that_turns_the_key_away_takes_no_server_out_and_is_told(
    service: Service, logged: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Denied:
        turned_away = ModelAccessDenied("The model server does not accept the key.", remedy="Set OPENAI_API_KEY.")

    ws = service.ws
    await asyncio.to_thread(ws.bench.knowledge.refresh)
    ws.settings = ws.settings.model_copy(update={"model": "openai:gpt-4"})
    monkeypatch.setattr(type(ws.bench), "model", Denied())
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert (await Health(ws).told())[1]["checks"]["model"] == "degraded"
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789abcdef")
    health = Health(ws)
    for _ in range(3):
        ready, told = await health.told()
        assert ready and told["status"] == "ready" and told["checks"]["model"] == "degraded"
    monkeypatch.setattr(Denied, "turned_away", None)
    assert (await health.told())[1]["checks"]["model"] == "ok"
    events = [line["event"] for line in lines(logged) if "model" in line["event"]]
    assert [event.partition(":")[0] for event in events[1:]] == ["It works with less, because of model", "Ready again, as to model"]


async def test_a_search_that_fails_takes_no_server_out(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(*_: object, **__: object) -> None:
        raise IndexUnavailable("The index cannot be written.")

    monkeypatch.setattr(service.ws.bench.knowledge, "search", damaged)
    ready, told = await Health(service.ws).told()
    assert ready and told["checks"]["index"] == "degraded"


async def test_an_index_that_is_being_built_is_no_fault_and_is_waited_for(
    service: Service, logged: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = threading.Event()
    monkeypatch.setattr(service.ws.bench.knowledge, "search", lambda *_, **__: built.wait())
    health = Health(service.ws)
    await health.told()  # tables and the rest are read
    monkeypatch.setattr("discovery_agent.discovery.health._PATIENCE_SECONDS", 0.2)
    try:
        ready, told = await health.told()
        assert not ready and told["checks"] | {"index": "no"} == dict.fromkeys(told["checks"], "ok") | {"index": "no"}
    finally:
        built.set()
    while not (await health.told())[0]:
        await asyncio.sleep(0)
    assert [(line["level"], line["event"]) for line in lines(logged)] == [
        ("info", "Not ready yet: the index is being built"),
        ("info", "Ready, as to index"),
    ]


async def test_a_server_that_is_about_to_end_says_so_first_and_still_answers(service: Service, paces: Paces) -> None:
    health = Health(service.ws)
    await asyncio.to_thread(service.ws.bench.knowledge.refresh)
    ending = Service(service.ws, create_app(service.ws, pages=False, paces=paces, health=health), service.clock)
    assert (await ending.client().get("/readyz")).status_code == 200
    health.close()
    no = await ending.client().get("/readyz")
    assert no.status_code == 503 and no.json()["status"] == "closing"
    assert (await ending.client().get("/healthz")).status_code == 200
    await ending.aclose()
