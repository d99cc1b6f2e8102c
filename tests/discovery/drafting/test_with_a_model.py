"""A model words sections: what stands, what is refused and counted, and what happens when it fails."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from discovery_agent.domain.blueprint.document import Course, SectionId
from tests import fake_model_server as fake
from tests.discovery.drafting.drafted import Drafted, drafted, parts_of
from tests.discovery.service import Clock, opened_workspace
from tests.fake_model_server import Exchange, FakeModelServer

MODEL = "openai:gpt-4"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeModelServer]:
    with FakeModelServer() as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789abcdef")
        yield running


@pytest.fixture
async def modelled(tmp_path: Path, clock: Clock, server: FakeModelServer) -> AsyncIterator[Drafted]:
    """An engagement with a model that is asked once."""
    prices: dict[str, Any] = {"input_price_usd": 1.0, "output_price_usd": 2.0}
    async with opened_workspace(tmp_path, clock, model=MODEL, max_attempts=1, knowledge_tokens=0, **prices) as ws:
        yield await drafted(ws, "automate")


def prompt_of(exchange: Exchange) -> str:
    return "\n".join(message["content"] for message in exchange.body["messages"])


def label(exchange: Exchange, words: str) -> str:
    """The label under which a finding was given."""
    found = re.search(rf"^(F\d+) [^\n]*{re.escape(words)}", prompt_of(exchange), re.MULTILINE)
    return found[1] if found else "F999"


def says(*claims: tuple[str, str, str]) -> Callable[[Exchange], fake.Behaviour]:
    """A model that proposes (part, text, words of the finding that it cites) for every section that has the part."""

    def answer(exchange: Exchange) -> fake.Behaviour:
        told = [
            {"part": part, "text": text, "cites": [label(exchange, words)]}
            for part, text, words in claims
            if f"part {part} (" in prompt_of(exchange)
        ]
        return fake.answer({"claims": told})

    return answer


def claims(version: Any, part_id: str) -> list[tuple[str, str]]:
    return [(one.text, one.written_by) for part in parts_of(version, SectionId.SPONSOR_VISION) if part.id == part_id for one in part.claims]


async def test_a_model_words_the_vision_from_what_it_is_given(modelled: Drafted, server: FakeModelServer) -> None:
    server.choose = says(("need", "Clerks retype 3,000 invoices a month.", "is retyped"))
    job = await modelled.draft()
    version = await modelled.newest()
    assert ("Clerks retype 3,000 invoices a month.", MODEL) in claims(version, "need")
    assert version.made_by == MODEL and not version.notes and job.message == "Version 1."
    assert len(server.requests) == 2  # the vision and the risks; this course has no memo
    async with modelled.ws.database.reading() as unit:
        spent = await unit.spending.by_purpose(modelled.id)
    assert spent["blueprint"].calls == 2


async def test_words_that_break_a_rule_are_left_out_counted_and_shown(modelled: Drafted, server: FakeModelServer) -> None:
    server.choose = says(
        ("need", "The sponsor approved this blueprint.", "is retyped"),
        ("need", "Clerks retype 9,000 invoices a month.", "is retyped"),
        ("need", "Clerks retype invoices.", "words that nobody said"),
    )
    await modelled.draft()
    version = await modelled.newest()
    assert {author for _, author in claims(version, "need")} == {"rules"}
    assert len(version.notes) == 1 and "3 proposed sentences were refused" in version.notes[0]
    assert [one.text for one in version.defects if one.rule == "wording_note"] == [version.notes[0]]
    assert version.course is Course.AUTOMATE and version.section(SectionId.CHOICES)


async def test_a_call_that_fails_leaves_the_rules_wording_and_says_so(modelled: Drafted, server: FakeModelServer) -> None:
    server.say(fake.status(500))
    job = await modelled.draft()
    version = await modelled.newest()
    assert {author for part in ("need", "product", "benefit") for _, author in claims(version, part)} == {"rules"}
    assert len(version.notes) == 2 and all("the rules' wording stands" in one for one in version.notes)
    assert job.message and "the rules' wording stands" in job.message


async def test_drafting_again_pays_for_no_words_twice(modelled: Drafted, server: FakeModelServer) -> None:
    server.choose = says(("need", "Clerks retype 3,000 invoices a month.", "is retyped"))
    await modelled.draft()
    asked = len(server.requests)
    await modelled.draft()
    assert len(server.requests) == asked and (await modelled.newest()).number == 2
