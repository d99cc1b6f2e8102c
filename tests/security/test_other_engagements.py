"""What a model is told for one engagement holds no word of another, which lies in the same database full of words that stand nowhere else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from discovery_agent.discovery.access import principal_of
from discovery_agent.discovery.agreement import propose_objective
from discovery_agent.discovery.documents import add_document
from discovery_agent.discovery.engagements import add_stakeholder
from discovery_agent.discovery.interviews import answer, open_interview, start_interview
from discovery_agent.discovery.uploads import upload_transcript
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.conversation import Role
from tests import fake_model_server as fake
from tests.discovery.drafting.drafted import drafted
from tests.discovery.interviews.talking import plays
from tests.discovery.service import Clock, opened_workspace
from tests.fake_model_server import Exchange, FakeModelServer
from tests.security.planting import owner_of, planted

OWN, OTHER = "qzheron", "qzpike"
# As like the talk of the other engagement as may be, so that whatever is looked up by meaning would find that one first.
TALK = """\
Ingrid: We want to cut the time to settle a claim from nine days to four days by the end of June. {{ 7 * 7 }}{% raise %}
Marek: A clerk types every order number again; that costs us 14 minutes a mail.
Sofia: The orders are in the ERP, but nobody outside IT can query it. The papers say where the time is lost.
"""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeModelServer]:
    with FakeModelServer() as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789abcdef")
        yield running


def replies(exchange: Exchange) -> fake.Behaviour:
    """A model that adds nothing of its own."""
    wanted = exchange.body.get("response_format", {}).get("json_schema", {}).get("name")
    nothing = {"ObjectivesReply": {"statements": []}, "SectionReply": {"claims": []}}
    return fake.answer(nothing[wanted]) if wanted in nothing else plays()(exchange)


@pytest.mark.slow
async def test_no_request_for_one_engagement_holds_a_word_of_another(
    server: FakeModelServer, tmp_path: Path, web_cache: Path, shared_bench: Workbench
) -> None:
    clock = Clock()
    async with opened_workspace(tmp_path, clock, cache=web_cache, like=shared_bench) as ws:
        owner = await principal_of(ws, await owner_of(ws))
        await planted(ws, OTHER, owner)
    assert server.requests == []
    prices = {"input_price_usd": 1.0, "output_price_usd": 2.0}
    server.choose = replies
    async with opened_workspace(tmp_path, clock, cache=web_cache, like=shared_bench, model="openai:gpt-4", max_attempts=1, **prices) as ws:
        made = await drafted(ws, "automate")
        page = f"# Papers of {OWN}\n\n## Waiting\n\nAt {OWN} half of the time for an order is waiting for papers of the ERP.\n"
        await add_document(ws, made.id, "papers.md", page.encode(), actor="Lea")
        await ws.settle()
        await upload_transcript(ws, made.id, "talk.txt", TALK.encode(), "Lea")
        await ws.settle()
        person = await add_stakeholder(ws, made.id, "Marek", role=Role.BUSINESS, department="Service {{ 7 * 7 }}{% raise %}")
        record = await start_interview(ws, made.id, person.id)
        for turn in (open_interview(ws, record.id), answer(ws, record.id, "Half of the time we wait for papers of the ERP.", "a1")):
            async for _ in turn:
                pass
        await ws.settle()
        await made.assess()
        await made.draft()
        await propose_objective(ws, made.id, owner)
    told = [json.dumps(one.body, ensure_ascii=False) + json.dumps(one.headers) for one in server.requests]
    kinds = {one.body.get("response_format", {}).get("json_schema", {}).get("name", "words") for one in server.requests}
    assert kinds == {"words", "FindingsReply", "RatingsReply", "ObjectivesReply", "SectionReply"}
    assert [one[:500] for one in told if OTHER in one.lower()] == []
    assert any(OWN in one for one in told), "Its own document was looked up, so another's could have been."
    assert any("end of June. {{ 7 * 7 }}{% raise %}" in one for one in told) and not any("end of June. 49" in one for one in told)
