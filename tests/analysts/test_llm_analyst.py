"""The analyst that asks a model, against a real server on a socket."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest

from discovery_agent.analysts.llm import LLMAnalyst
from discovery_agent.analysts.llm.reply import ProposedKind
from discovery_agent.analysts.protocol import Analyst, Window
from discovery_agent.discovery.analyse import analyse_conversation
from discovery_agent.domain.conversation import Role, Stakeholder
from discovery_agent.domain.findings import Direction, FindingKind, Stance
from discovery_agent.errors import ConfigurationError, ModelReplyTruncated
from discovery_agent.settings import Settings, data_folder
from tests import fake_model_server as fake
from tests.builders import conversation
from tests.fake_model_server import Exchange, FakeModelServer

Make = Callable[..., LLMAnalyst]

MEETING = conversation(
    [
        ("Consultant", "What does a claim cost you today?"),
        ("Ada Berg", "About nine days, and we want it down to four by June."),
        ("Bo Lind", "We do not want a chatbot."),
    ],
    participants=[Stakeholder(name="Ada Berg", role=Role.BUSINESS, department="Claims"), Stakeholder(name="Bo Lind", role=Role.TECHNICAL)],
)


def finding(kind: str, statement: str, *quotes: tuple[str, str], kpi: object = None, stance: str | None = None) -> dict[str, Any]:
    said = [{"utterance": utterance, "text": text} for utterance, text in quotes]
    return {"quotes": said, "kind": kind, "statement": statement, "confidence": 0.8, "stance": stance, "kpi": kpi}


def amount(text: str, number: float | None, unit: str = "days", *, approximate: bool = False) -> dict[str, Any]:
    return {"text": text, "number": number, "upper": None, "unit": unit, "approximate": approximate}


KPI = {
    "metric": "time to pay a claim",
    "unit": "days",
    "direction": "decrease",
    "baseline": amount("About nine days", 9, approximate=True),
    "target": amount("four", 4),
    "change": None,
    "deadline": "by June",
    "measured_by": None,
    "owner": " ",
}
EMPTY: dict[str, Any] = {"findings": []}


def asked(exchange: Exchange) -> list[str]:
    """Ids of the utterances that a request gives to read."""
    part = exchange.text.split("To read:")[1]
    return re.findall(r"^(u\d+) ", part, re.MULTILINE)


async def test_a_reply_becomes_proposals_with_the_speakers_of_the_conversation(server: FakeModelServer, analyst_of: Make) -> None:
    analyst: Analyst = analyst_of()
    words = "About nine days, and we want it down to four by June"
    server.say(
        fake.answer(
            {
                "findings": [
                    finding("kpi", "Claims are paid in four days instead of nine.", ("[u1]", words), kpi=KPI),
                    finding("position", "Bo does not want a chatbot.", ("u2", "We do not want a chatbot"), stance="against"),
                ]
            }
        )
    )
    (window,) = analyst.windows(MEETING)
    extraction = await analyst.extract(MEETING, window)
    kpi, position = extraction.proposals
    assert kpi.kind is FindingKind.KPI
    assert kpi.kpi is not None
    assert kpi.kpi.baseline is not None
    assert (kpi.kpi.baseline.value, kpi.kpi.baseline.text, kpi.kpi.baseline.approximate) == (9, "About nine days", True)
    assert (kpi.kpi.direction, kpi.kpi.deadline, kpi.kpi.owner) == (Direction.DECREASE, "by June", None)
    assert (kpi.quotes[0].utterance_id, kpi.quotes[0].speaker) == ("u1", "Ada Berg")
    assert (position.stance, position.quotes[0].speaker) == (Stance.AGAINST, "Bo Lind")
    assert (extraction.usage.calls, extraction.usage.input_tokens) == (1, 100)
    analysis = await analyse_conversation(MEETING, analyst, asyncio.Semaphore(1))
    assert len(analysis.findings) == 2
    assert analysis.usage.cached_calls == 1


async def test_what_the_model_makes_up_is_no_finding(server: FakeModelServer, analyst_of: Make) -> None:
    server.say(
        fake.answer(
            {
                "findings": [
                    finding("business_goal", "They want a chatbot.", ("u2", "We do want a chatbot")),
                    finding("business_goal", "Nobody said this.", ("u99", "We want growth")),
                    finding("business_goal", "No proof at all."),
                ]
            }
        )
    )
    analysis = await analyse_conversation(MEETING, analyst_of(), asyncio.Semaphore(1))
    assert analysis.findings == ()
    assert len(analysis.unverified) == 2


async def test_an_amount_without_a_number_is_kept_as_a_note(server: FakeModelServer, analyst_of: Make) -> None:
    vague = KPI | {"baseline": amount("far too long", None)}
    server.say(fake.answer({"findings": [finding("kpi", "Claims take long.", ("u1", "About nine days"), kpi=vague)]}))
    analyst = analyst_of()
    (proposal,) = (await analyst.extract(MEETING, Window(first=0, last=2))).proposals
    assert proposal.kpi is not None
    assert proposal.kpi.baseline is None
    assert "far too long" in (proposal.note or "")


async def test_a_truncated_reply_is_asked_for_in_halves(server: FakeModelServer, analyst_of: Make) -> None:
    server.choose = lambda exchange: fake.answer('{"findings": [', finish="length") if len(asked(exchange)) > 1 else fake.answer(EMPTY)
    analyst = analyst_of()
    extraction = await analyst.extract(MEETING, Window(first=0, last=2))
    assert [asked(request) for request in server.requests] == [["u0", "u1", "u2"], ["u0", "u1"], ["u0"], ["u1"], ["u2"]]
    assert extraction.usage.calls == 5


async def test_a_single_utterance_whose_reply_is_truncated_fails(server: FakeModelServer, analyst_of: Make) -> None:
    server.say(fake.answer("{", finish="length"))
    with pytest.raises(ModelReplyTruncated):
        await analyst_of().extract(MEETING, Window(first=1, last=1))


async def test_a_failed_window_loses_none_of_the_others(server: FakeModelServer, analyst_of: Make) -> None:
    talk = conversation([("Ada", f"Sentence number {number} about our claims and how long they take.") for number in range(60)])
    server.choose = lambda exchange: fake.status(403) if "u0" in asked(exchange) else fake.answer(EMPTY)
    analyst = analyst_of(window_tokens=300)
    analysis = await analyse_conversation(talk, analyst, asyncio.Semaphore(4))
    assert len(analysis.failed_windows) == 1
    assert analysis.failed_windows[0].remedy
    assert analysis.usage.calls == len(analyst.windows(talk)) - 1


async def test_a_finding_quoted_from_the_context_is_left_to_its_own_window(server: FakeModelServer, analyst_of: Make) -> None:
    server.say(fake.answer({"findings": [finding("constraint", "Nine days.", ("u1", "About nine days"))]}))
    extraction = await analyst_of().extract(MEETING, Window(first=2, last=2))
    assert extraction.proposals == ()
    assert "u1 Ada Berg: About nine days" in server.requests[0].text


async def test_a_second_run_pays_only_for_what_changed(server: FakeModelServer, analyst_of: Make) -> None:
    server.say(fake.answer(EMPTY))
    other = conversation([("Ada", "Another talk.")], title="Other")
    first = analyst_of()
    await first.extract(MEETING, Window(first=0, last=2))
    before = analyst_of().estimate([MEETING, other])
    assert (before.calls, before.cached_calls) == (1, 1)
    second = analyst_of()
    for talk in (MEETING, other):
        await analyse_conversation(talk, second, asyncio.Semaphore(1))
    assert (second.usage.calls, second.usage.cached_calls) == (1, 1)
    assert "the cache holds all 2 answers" in second.estimate([MEETING, other]).describe()
    assert "the cache holds the answer" in second.estimate([other]).describe()
    assert "nothing to read" in second.estimate([]).describe()


async def test_no_tool_is_offered_to_the_model(server: FakeModelServer, analyst_of: Make) -> None:
    server.say(fake.answer(EMPTY))
    await analyst_of().extract(MEETING, Window(first=0, last=2))
    assert not {"tools", "functions"} & set(server.requests[0].body)


def test_an_estimate_needs_no_key_and_no_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    settings = Settings.load(model="openai:gpt-4", cache_dir=tmp_path)
    estimate = LLMAnalyst.from_settings(settings).estimate([MEETING])
    assert estimate.calls == 1
    assert estimate.input_tokens > 500
    assert not estimate.tokens_estimated
    assert estimate.cost_usd
    assert "1 call" in estimate.describe()
    assert "USD" in estimate.describe()


async def test_the_estimate_of_input_is_what_is_sent(server: FakeModelServer, analyst_of: Make) -> None:
    server.say(fake.answer(EMPTY, usage=None))
    analyst = analyst_of()
    expected = analyst.estimate([MEETING]).input_tokens
    await analyst.extract(MEETING, Window(first=0, last=2))
    assert analyst.usage.input_tokens == expected


def test_a_prompt_for_another_reply_is_a_mistake(tmp_path: Path) -> None:
    text = (data_folder("prompts") / "extract_findings.md").read_text(encoding="utf-8")
    (tmp_path / "extract_findings.md").write_text(text.replace("output: FindingsReply", "output: Poem"), encoding="utf-8")
    (tmp_path / "rate_criteria.md").write_text((data_folder("prompts") / "rate_criteria.md").read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="Poem"):
        LLMAnalyst.from_settings(Settings.load(model="openai:gpt-4", prompts_dir=tmp_path))


def test_the_model_may_propose_every_kind_but_criteria() -> None:
    assert set(get_args(ProposedKind)) == {kind.value for kind in FindingKind} - {"criterion"}


def test_the_prompt_names_every_kind() -> None:
    text = (data_folder("prompts") / "extract_findings.md").read_text(encoding="utf-8")
    assert all(kind in text for kind in get_args(ProposedKind))


async def test_with_personal_data_hidden_quotes_still_hold_and_no_name_is_sent(server: FakeModelServer, analyst_of: Make) -> None:
    said = conversation(
        [("Ada Berg", "Bo Lind told me that a claim takes nine days."), ("Bo Lind", "Ada can be reached at ada@northwind.example.")],
        participants=[Stakeholder(name="Ada Berg"), Stakeholder(name="Bo Lind")],
    )
    words = "[PERSON_2] told me that a claim takes nine days"
    server.say(fake.answer({"findings": [finding("pain_point", "[PERSON_2] says that claims take nine days.", ("u0", words))]}))
    analysis = await analyse_conversation(said, analyst_of(redact=True), asyncio.Semaphore(1))
    assert [one.statement for one in analysis.findings] == ["Bo Lind says that claims take nine days."]
    assert analysis.findings[0].quotes[0].text == "Bo Lind told me that a claim takes nine days"
    assert not re.search("Ada|Berg|Bo Lind|northwind", server.requests[0].text)
