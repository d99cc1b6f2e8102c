"""The ratings that a model proposes: only what the tables know and what was said counts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from discovery_agent.analysts.llm import LLMAnalyst
from discovery_agent.discovery.analyse import analyse_conversation
from discovery_agent.domain.findings import FindingKind, Proof
from discovery_agent.knowledge.tables import load_tables
from discovery_agent.settings import data_folder
from tests import fake_model_server as fake
from tests.builders import conversation
from tests.fake_model_server import FakeModelServer

Make = Callable[..., LLMAnalyst]

TABLES = load_tables(data_folder("knowledge"))
MEETING = conversation(
    [
        ("Consultant", "How do the orders come in?"),
        ("Ada Berg", "It is the same eleven columns every time."),
        ("Bo Lind", "No, every customer writes in their own words."),
        ("Bo Lind", "We compared last year's file, and a third of it has no date."),
    ]
)


def rating(criterion: str, value: str, utterance: str, text: str) -> dict[str, Any]:
    return {"quotes": [{"utterance": utterance, "text": text}], "criterion": criterion, "value": value, "confidence": 0.9}


def claim(dimension: str, level: int, utterance: str, text: str, proof: str = "tested") -> dict[str, Any]:
    said = [{"utterance": utterance, "text": text}]
    return {"quotes": said, "dimension": dimension, "level": level, "proof": proof, "confidence": 0.8}


def reply(*ratings: dict[str, Any], data: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {"ratings": list(ratings), "data": list(data)}


async def test_two_speakers_who_differ_are_both_rated(server: FakeModelServer, analyst_of: Make) -> None:
    analyst = analyst_of()
    server.say(
        fake.answer(
            reply(
                rating("input", "fields", "u1", "the same eleven columns every time"),
                rating("input", "free_text", "u2", "every customer writes in their own words"),
                data=(claim("quality", 1, "u3", "a third of it has no date"),),
            )
        )
    )
    (window,) = analyst.windows(MEETING)
    shown = (await analyst.rate(MEETING, window, TABLES)).proposals
    assert [(one.kind, one.quotes[0].speaker) for one in shown] == [
        (FindingKind.CRITERION, "Ada Berg"),
        (FindingKind.CRITERION, "Bo Lind"),
        (FindingKind.CRITERION, "Bo Lind"),
    ]
    assert [one.criterion.value for one in shown if one.criterion] == ["fields", "free_text"]
    assert [(one.data.dimension, one.data.level, one.data.proof) for one in shown if one.data] == [("quality", 1, Proof.TESTED)]


async def test_what_the_tables_do_not_know_is_left_out(server: FakeModelServer, analyst_of: Make) -> None:
    analyst = analyst_of()
    words = "the same eleven columns every time"
    server.say(
        fake.answer(
            reply(
                rating("weather", "sunny", "u1", words),
                rating("input", "telepathy", "u1", words),
                rating(" input ", "fields", "u1", words),
                data=(claim("smell", 2, "u3", "a third of it has no date"),),
            )
        )
    )
    (window,) = analyst.windows(MEETING)
    shown = (await analyst.rate(MEETING, window, TABLES)).proposals
    assert [one.criterion.value for one in shown if one.criterion] == ["fields"]
    assert len(shown) == 1


async def test_a_rating_whose_quote_nobody_said_does_not_count(server: FakeModelServer, analyst_of: Make) -> None:
    analyst = analyst_of()
    never = rating("input", "fields", "u1", "it is never the same eleven columns")
    server.say(fake.answer({"findings": []}), fake.answer(reply(never)))
    analysis = await analyse_conversation(MEETING, analyst, asyncio.Semaphore(1), tables=TABLES)
    assert analysis.findings == ()
    assert [one.proposal.criterion.value for one in analysis.unverified if one.proposal.criterion] == ["fields"]


async def test_the_prompt_lists_every_criterion_and_fences_what_was_said(server: FakeModelServer, analyst_of: Make) -> None:
    analyst = analyst_of()
    server.say(fake.answer(reply()))
    (window,) = analyst.windows(MEETING)
    await analyst.rate(MEETING, window, TABLES)
    text = server.requests[-1].text
    assert all(f"- {criterion.id}: " in text for criterion in TABLES.ladder.criteria)
    assert all(f"  - {value.id}: " in text for criterion in TABLES.ladder.criteria for value in criterion.values)
    assert all(f"- {dimension.id}: " in text for dimension in TABLES.readiness.dimensions)
    assert text.index("<transcript-") < text.index("the same eleven columns")
