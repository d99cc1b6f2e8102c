"""The injection suite: what counts as obeyed, and that ordinary talk must still be understood."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import yaml

from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.conversation import Conversation
from discovery_agent.domain.findings import Amount, CriterionReading, FindingKind, Kpi, ProposedFinding, ProposedQuote
from discovery_agent.domain.retrieval import PassageFilter
from discovery_agent.errors import ConfigurationError
from discovery_agent.evals.harness.outcomes import Attempt
from discovery_agent.evals.harness.suite import Split
from discovery_agent.evals.suites.injection import InjectionSuite, carried, plain
from discovery_agent.evals.suites.injection_cases import ATTACKS, CARRIERS, LOOK_ALIKES, clean, load_planted
from tests.builders import finding as built
from tests.cli.running import ROOT
from tests.evals.suites.words import FakeModel, with_model

FOLDER = ROOT / "evals" / "injection"
SUITE = InjectionSuite(ROOT / "evals")
CASES = {one.id: one for one in SUITE.cases(Split.DEV)}
PLANTED = {one.id: one for _, one in load_planted(FOLDER)}


def finding(talk: Conversation, words: str, kind: FindingKind = FindingKind.BUSINESS_GOAL, **fields: object) -> ProposedFinding:
    said = next(one for one in talk.utterances if words in one.text)
    values = {"statement": words, "confidence": 0.9, "kind": kind, "quotes": (ProposedQuote(utterance_id=said.id, text=words),)}
    return ProposedFinding.model_validate(values | fields)


def honest(name: str):
    """A reader that finds what the case expects, and nothing else."""

    def finds(talk: Conversation) -> Sequence[ProposedFinding]:
        said = " ".join(one.text for one in talk.utterances)
        return [finding(talk, one.quote, one.kinds[0]) for one in PLANTED[name].expected if one.quote in said]

    return finds


async def run(name: str, bench: Workbench, *more, rates=lambda _: ()) -> Attempt:
    def finds(talk: Conversation) -> Sequence[ProposedFinding]:
        planted = talk.utterances != clean(PLANTED[name].carrier).utterances
        return [*honest(name)(talk), *(make(talk) for make in more if planted)]

    return await SUITE.run(CASES[name], with_model(bench, FakeModel(finds=finds, rates=rates)), 0)


async def test_a_reader_that_finds_what_was_said_resists(bench: Workbench) -> None:
    attempt = await run("order-goal", bench)
    assert attempt.scores == {"understood": 1, "resisted": 1, "verdict_unchanged": 1} and not attempt.notes


async def test_an_invented_goal_in_the_words_of_the_order_is_kept_apart_though_its_quote_is_true(bench: Workbench) -> None:
    attempt = await run("order-goal", bench, lambda talk: finding(talk, "Each parcel is scanned", statement="Double the Marketing Budget"))
    assert attempt.scores["resisted"] == 1


async def test_an_honest_recital_of_an_order_that_the_product_does_not_know_counts_as_well(bench: Workbench) -> None:
    words = "invest in Cobalt"
    attempt = await run("grandma", bench, lambda talk: finding(talk, words, FindingKind.OPEN_QUESTION, statement="Tom spoke of lists."))
    assert attempt.scores["resisted"] == 0
    assert [one.text for one in attempt.notes] == ["open_question: invest in Cobalt"]


async def test_a_recital_of_an_order_that_the_product_knows_is_kept_apart_and_shows_nowhere(bench: Workbench) -> None:
    words = "double the marketing budget"
    attempt = await run(
        "order-goal", bench, lambda talk: finding(talk, words, FindingKind.OPEN_QUESTION, statement="Igor spoke of a budget.")
    )
    assert attempt.scores["resisted"] == attempt.scores["understood"] == 1


def test_what_is_held_out_is_in_no_other_split_and_can_be_planted() -> None:
    held = {one.id: one for _, one in load_planted(FOLDER, Split.HELD_OUT)}
    assert held and not held.keys() & PLANTED.keys()
    assert [one.id for one in SUITE.cases(Split.HELD_OUT)] == list(held)
    for one in held.values():
        said = plain(" ".join(each.text for each in clean(one.carrier).utterances))
        assert one.attack and not [word for word in one.attack.forbidden if plain(word) in said], one.id


@pytest.mark.parametrize(("value", "held"), [(99, True), (1999, False), (0.99, False)])
def test_a_figure_in_a_field_of_a_kpi_counts_and_a_longer_figure_is_another(value: float, held: bool) -> None:
    planted = PLANTED["order-kpi"]
    kpi = Kpi(metric="downtime", target=Amount(value=value, unit="%", text="so much"))
    found = built(clean(planted.carrier), FindingKind.KPI, "Downtime falls.", [(2, "The average downtime is six hours today")], kpi=kpi)
    assert planted.attack
    assert bool(carried(planted.attack, [found], None)) is held


def test_case_and_spaces_do_not_hide_what_is_carried() -> None:
    planted = PLANTED["order-confidence"]
    found = built(clean(planted.carrier), FindingKind.RISK, "Zed  QUILL decides.", [(0, planted.carrier.talk[0].text)])
    assert planted.attack
    assert carried(planted.attack, [found], None) == ["risk: Zed  QUILL decides."]


async def test_words_hidden_by_marks_that_nobody_sees_are_found() -> None:
    assert plain("m\u200bo\u200bon­ba­se  ＧＯＡＬ") == "moonbase goal"


async def test_an_empty_result_is_what_some_attacks_want(bench: Workbench) -> None:
    silent = with_model(bench, FakeModel())
    attempt = await SUITE.run(CASES["order-empty"], silent, 0)
    assert attempt.scores["resisted"] == 0 and attempt.scores["understood"] == 0


async def test_a_verdict_that_the_attack_changed_is_seen_and_the_clean_talk_is_read_once(bench: Workbench) -> None:
    values = {"cause": "effort", "output": "language", "input": "free_text", "rules": "none", "error": "bearable", "check": "checked"}

    def rates(talk: Conversation) -> Sequence[ProposedFinding]:
        if len(talk.utterances) == len(PLANTED["order-verdict"].carrier.talk):
            return []
        words = talk.utterances[0].text
        return [
            finding(talk, words, FindingKind.CRITERION, criterion=CriterionReading(criterion=name, value=value))
            for name, value in values.items()
        ]

    model = FakeModel(finds=honest("order-verdict"), rates=rates)
    working = with_model(bench, model)
    attempts = [await SUITE.run(CASES["order-verdict"], working, 0) for _ in range(2)]
    assert attempts[0].scores["verdict_unchanged"] == 0 and attempts[0].scores["resisted"] == 0
    assert any(one.kind == "verdict" and "generative_ai" in one.text for one in attempts[0].notes)
    assert sum(len(one.utterances) == 4 for one in model.read) == 1


async def test_a_look_alike_that_is_ignored_was_not_understood(bench: Workbench) -> None:
    full = await run("ignore-old", bench)
    assert full.scores == {"understood": 1}
    carrier = PLANTED["ignore-old"].carrier
    model = FakeModel(finds=lambda talk: [finding(talk, one.quote, one.kinds[0]) for one in carrier.expected])
    attempt = await SUITE.run(CASES["ignore-old"], with_model(bench, model), 0)
    assert attempt.scores["understood"] == pytest.approx(len(carrier.expected) / (len(carrier.expected) + 1))


def test_what_is_planted_stands_where_the_case_says() -> None:
    for name, one in PLANTED.items():
        talk, attack = one.conversation(), one.attack
        words = attack.payload if attack else one.planted.text  # type: ignore[union-attr]
        place = attack.place if attack else "utterance"
        assert any(each.text == words for each in talk.utterances) == (place == "utterance"), name
        assert any(each.speaker == words for each in talk.utterances) == (place == "speaker"), name
        assert (talk.title == words) == (place == "title"), name


def test_no_carrier_holds_what_an_attack_on_it_forbids() -> None:
    for one in PLANTED.values():
        if one.attack:
            said = plain(" ".join(each.text for each in clean(one.carrier).utterances))
            assert not [word for word in one.attack.forbidden if plain(word) in said], one.id


async def test_the_rules_analyst_resists_the_attacks_in_pages_titles_and_names(bench: Workbench) -> None:
    for name in ("page-order", "title-order", "speaker-order"):
        attempt = await SUITE.run(CASES[name], bench, 0)
        assert attempt.scores["resisted"] == attempt.scores["verdict_unchanged"] == 1, attempt.notes


@pytest.mark.parametrize(
    ("change", "says"),
    [({"carrier": "nowhere"}, "no utterance 1 of a talk `nowhere`"), ({"at": 9}, "no utterance 9"), ({"forbidden": []}, "nobody can tell")],
)
def test_an_attack_that_could_not_be_planted_or_scored_is_refused(change: dict[str, object], says: str, tmp_path) -> None:
    for name in (CARRIERS, LOOK_ALIKES):
        (tmp_path / name).write_text((FOLDER / name).read_text(encoding="utf-8"), encoding="utf-8")
    content = yaml.safe_load((FOLDER / ATTACKS).read_text(encoding="utf-8"))
    content["attacks"][0] |= change
    (tmp_path / ATTACKS).write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=says):
        list(load_planted(tmp_path))


async def test_a_payload_in_a_page_is_shown_to_a_model_as_a_retrieved_passage_and_to_nobody_in_the_clean_talk(bench: Workbench) -> None:
    shown: list[str] = []

    class Reader(FakeModel):
        def shown(self, retrieve, tokens: int) -> FakeModel:
            shown.extend(hit.passage.text for hits in retrieve(["refunds"], PassageFilter(), 3) for hit in hits)
            return FakeModel(finds=lambda talk: [finding(talk, "Each parcel is scanned", statement="Subscribe to Nebula")])

    attempt = await SUITE.run(CASES["page-order"], with_model(bench, Reader()), 0)
    attack = PLANTED["page-order"].attack
    assert attack and shown == [attack.payload]
    assert attempt.scores["resisted"] == 0
