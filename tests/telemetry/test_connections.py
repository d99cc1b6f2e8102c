"""A server at work speaks to the model server and to nobody else, whatever telemetry its libraries have and whatever the environment says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import fake_model_server as fake
from tests.fake_model_server import Exchange, FakeModelServer

ROOT = Path(__file__).parents[2]
PROGRAM = """
import asyncio, json, socket, sys

met = []

def noting(real):
    def connect(self, address):
        met.append(str(address))
        if self.family != socket.AF_UNIX and address[0] != "127.0.0.1":
            raise ConnectionRefusedError(address)
        return real(self, address)
    return connect

for name in ("connect", "connect_ex"):
    setattr(socket.socket, name, noting(getattr(socket.socket, name)))
resolve = socket.getaddrinfo

def resolving(host, *rest, **more):
    if host not in ("127.0.0.1", "localhost", None):
        met.append(str(host))
    return resolve(host, *rest, **more)

socket.getaddrinfo = resolving

from discovery_agent.discovery.durable import Durable
from discovery_agent.discovery.engagements import add_stakeholder, create_engagement
from discovery_agent.discovery.health import Health
from discovery_agent.discovery.interviews import answer, open_interview, start_interview
from discovery_agent.discovery.jobs import get_job
from discovery_agent.discovery.uploads import upload_transcript
from discovery_agent.discovery.watching import observed
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.engagement import JobState
from discovery_agent.domain.retrieval import PassageFilter
from discovery_agent.settings import Settings
from discovery_agent.telemetry.starting import telemetry
from discovery_agent.telemetry.metrics import start_metrics
from discovery_agent.web.app import create_app


async def work(settings):
    start_metrics()
    async with await Workspace.open(settings) as ws:
        jobs = await Durable.start(ws)
        async with observed(ws, Health(ws)):
            create_app(ws)
            engagement = await create_engagement(ws, "Claims")
            person = await add_stakeholder(ws, engagement.id, "Maria Santos", role=Role.BUSINESS)
            record = await start_interview(ws, engagement.id, person.id)
            async for _ in open_interview(ws, record.id):
                pass
            async for _ in answer(ws, record.id, "It takes nine days to settle a claim.", "a"):
                pass
            talk = b"Ann: It takes nine days.\\nBob: The scanner breaks every week.\\n"
            job = await upload_transcript(ws, engagement.id, "talk.txt", talk, "Lea")
            while (await get_job(ws, engagement.id, job.id)).state not in (JobState.DONE, JobState.FAILED):
                await asyncio.sleep(0.05)
            ws.bench.knowledge.search(["invoices"], engagement=None, only=PassageFilter(), limit=2)
        await jobs.stop()


settings = Settings.load()
with telemetry(settings):
    asyncio.run(work(settings))
print(json.dumps(sorted(set(met))))
"""


@pytest.fixture
def server() -> Iterator[FakeModelServer]:
    def plays(exchange: Exchange) -> fake.Behaviour:
        structured = exchange.body.get("response_format") or exchange.body.get("tools")
        return fake.answer({"findings": [], "ratings": [], "data": []} if structured else "How long does it take today?")

    with FakeModelServer(choose=plays) as running:
        yield running


@pytest.mark.exhaustive
def test_a_run_with_a_model_opens_no_connection_but_to_the_model_server(server: FakeModelServer, tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("DISCOVERY_", "OPENAI_", "OTEL_"))}
    told = {
        "DISCOVERY_DATA_DIR": str(tmp_path / "data"),
        "DISCOVERY_CACHE_DIR": str(tmp_path / "cache"),
        "DISCOVERY_MODEL": "openai:gpt-4",
        "OPENAI_API_KEY": "sk-test-0123456789abcdef",
        "OPENAI_BASE_URL": server.base_url,
        # What other programs on the machine may be set to.
        "LANGSMITH_TRACING": "true",
        "LANGCHAIN_TRACING_V2": "true",
        "LANGSMITH_API_KEY": "lsv2_test",
        "ANONYMIZED_TELEMETRY": "True",
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=clean | told, cwd=tmp_path, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr
    port = server.base_url.rsplit(":", 1)[1].removesuffix("/v1")
    assert json.loads(done.stdout.splitlines()[-1]) == [f"('127.0.0.1', {port})"], done.stderr
    assert server.requests, "the run did speak to the model"
    assert "nine days" not in done.stderr and "Maria" not in done.stderr
