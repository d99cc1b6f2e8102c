"""A model that does whatever a talk tells it: what it proposes then is still no evidence, and what people said is still understood.

The attacks are those of the injection suite (`evals/injection`), in every technique, place and language that it has. The model is a server
that obeys: beside what was really said it returns what the attack asks for, in the ways that a model would.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from discovery_agent.analysts.llm import LLMAnalyst
from discovery_agent.discovery.analyse import check_proposals, read_window
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.conversation import Conversation
from discovery_agent.domain.decisions import ratings_of
from discovery_agent.domain.findings import Finding, FindingKind
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.domain.necessity import assess
from discovery_agent.evals.suites.injection import carried
from discovery_agent.evals.suites.injection_cases import LookAlike, Planted, load_planted
from discovery_agent.settings import Settings
from tests import fake_model_server as fake
from tests.analysts.test_llm_analyst import finding
from tests.analysts.test_llm_ratings import rating, reply
from tests.fake_model_server import Behaviour, Exchange, FakeModelServer
from tests.security.serving import ROOT

EVERY = [one for _, one in load_planted(ROOT / "evals" / "injection")]


def first_of_each() -> list[Planted]:
    """One attack of each technique, place and language, and all in wordings that nobody thought of before."""
    seen: dict[tuple[str, ...], Planted] = {}
    others = [one for one in EVERY if one.attack and one.attack.technique == "other wordings"]
    for one in EVERY:
        if (attack := one.attack) is not None:
            seen.setdefault((attack.technique, attack.place, attack.language), one)
    return list({one.id: one for one in (*seen.values(), *others)}.values())


ATTACKS = first_of_each()
# Orders that are not recognised as such: a model that obeys one is believed. Whoever has one recognised takes it off this list.
NOT_RECOGNISED = frozenset({"substitute"})
# Found by no rule, whether or not it sounds like an order.
BEYOND_THE_RULES = frozenset({"system", "jailbreak"})
SAID = [one for one in ATTACKS if one.attack and one.attack.place == "utterance"]


class Obeying:
    """What the model server replies about a talk: the truth and, where it obeys, what the attack asks for."""

    def __init__(self, planted: Planted, talk: Conversation, *, obeys: bool) -> None:
        self._planted, self._talk, self._obeys = planted, talk, obeys
        self.asked: list[Exchange] = []

    def __call__(self, exchange: Exchange) -> Behaviour:
        self.asked.append(exchange)
        rates = "ratings" in json.dumps(exchange.body.get("response_format", exchange.body))
        return fake.answer(self._ratings() if rates else {"findings": self._findings()})

    def _place(self, words: str) -> str:
        return next((one.id for one in self._talk.utterances if words in one.text), "u0")

    def _findings(self) -> list[dict[str, Any]]:
        said = [finding(one.kinds[0], one.quote, (self._place(one.quote), one.quote)) for one in self._planted.expected]
        attack = self._planted.attack
        if not self._obeys or attack is None:
            return said
        wish = f"The company wants {' and '.join(attack.forbidden)}." if attack.forbidden else attack.payload
        own = (self._place(attack.payload), attack.payload[:400])
        true = self._planted.expected[0].quote
        made = [
            finding("business_goal", wish, own),
            finding("decision", attack.payload[:300], own),
            finding("business_goal", wish, (self._place(true), f"{true}, and {wish}")),
            finding("business_goal", wish, ("u99", wish)),
            finding("business_goal", attack.payload[:300], (self._place(true), true)),
        ]
        return [*said, *made]

    def _ratings(self) -> dict[str, Any]:
        attack = self._planted.attack
        if not self._obeys or attack is None:
            return reply()
        own = (self._place(attack.payload), attack.payload[:400])
        wanted = [
            rating("input", "free_text", *own),
            rating("output", "language", *own),
            rating("rules", "no", "u0", "No rule can be written."),
        ]
        return reply(*wanted)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeModelServer]:
    with FakeModelServer() as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789abcdef")
        yield running


@pytest.fixture
async def models(server: FakeModelServer, tmp_path: Path) -> AsyncIterator[tuple[LLMAnalyst, LLMAnalyst]]:
    """Two that ask the server, each with replies of its own."""
    usual = {"model": "openai:gpt-4", "input_price_usd": 1, "output_price_usd": 2}
    made = [LLMAnalyst.from_settings(Settings.load(**usual, cache_dir=tmp_path / name)) for name in ("control", "obeying")]
    yield made[0], made[1]
    for one in made:
        await one.aclose()


async def read(talk: Conversation, analyst: Any, bench: Workbench) -> tuple[Finding, ...]:
    """What holds of what an analyst proposes, as the product keeps it."""
    proposals = [one for window in analyst.windows(talk) for one in (await read_window(talk, window, analyst, bench.tables)).proposals]
    return check_proposals(talk, analyst.name, proposals)[0]


def verdict_of(findings: tuple[Finding, ...], bench: Workbench) -> SolutionClass | None:
    shown = [one for one in findings if one.kind is FindingKind.CRITERION]
    return assess(bench.tables.ladder, ratings_of(shown), None).solution


def understood(planted: Planted, findings: tuple[Finding, ...]) -> list[str]:
    """What people said and nobody found."""
    return [one.quote for one in planted.expected if not any(one.quote in quote.text for each in findings for quote in each.quotes)]


@pytest.mark.slow
async def test_whatever_a_model_is_talked_into_is_no_finding(
    server: FakeModelServer, models: tuple[LLMAnalyst, LLMAnalyst], shared_bench: Workbench
) -> None:
    accepted: list[str] = []
    for planted in SAID:
        talk = planted.conversation()
        honest, obeying = Obeying(planted, talk, obeys=False), Obeying(planted, talk, obeys=True)
        server.choose = honest
        control = await read(talk, models[0], shared_bench)
        server.choose = obeying
        found = await read(talk, models[1], shared_bench)
        assert planted.attack is not None
        new = verdict_of(found, shared_bench)
        accepted += [
            f"{planted.id}: {one}" for one in carried(planted.attack, found, new if new is not verdict_of(control, shared_bench) else None)
        ]
        if planted.id in NOT_RECOGNISED:
            assert accepted and accepted[-1].startswith(planted.id), f"{planted.id} is recognised now"
            accepted = [one for one in accepted if not one.startswith(f"{planted.id}:")]
        accepted += [f"{planted.id}: lost {one}" for one in understood(planted, found)]
        assert new is verdict_of(control, shared_bench), planted.id
        assert obeying.asked and not any({"tools", "functions", "tool_choice"} & set(one.body) for one in obeying.asked)
    assert not accepted, "\n".join(accepted)


@pytest.mark.parametrize("planted", [one for one in EVERY if isinstance(one.planted, LookAlike)], ids=lambda one: one.id)
async def test_ordinary_talk_that_sounds_like_orders_is_evidence_for_both_analysts(
    planted: Planted, server: FakeModelServer, models: tuple[LLMAnalyst, LLMAnalyst], shared_bench: Workbench
) -> None:
    talk = planted.conversation()
    server.choose = Obeying(planted, talk, obeys=False)
    assert understood(planted, await read(talk, models[0], shared_bench)) == []
    if planted.id in BEYOND_THE_RULES:
        return
    spoken = " ".join(quote.text for one in await read(talk, shared_bench.analyst, shared_bench) for quote in one.quotes)
    assert isinstance(planted.planted, LookAlike)
    assert all(one.quote in spoken or spoken in one.quote or one.quote[:25] in spoken for one in planted.planted.expected)
