"""The vision suite: sentences that say more than they cite, and goals that nobody mentions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pytest

from discovery_agent.analysts.protocol import SectionBrief
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.blueprint.document import SectionId
from discovery_agent.domain.blueprint.wording import ProposedClaim
from discovery_agent.errors import ConfigurationError
from discovery_agent.evals.harness.outcomes import Attempt
from discovery_agent.evals.harness.reading import read_yaml
from discovery_agent.evals.harness.suite import CaseRef, Split
from discovery_agent.evals.suites.vision import Shown, VisionCase, VisionSuite, drafted_from
from tests.cli.running import ROOT
from tests.evals.suites.words import FakeModel, with_model

SUITE = VisionSuite(ROOT / "evals")


@cache
def case() -> CaseRef:
    return next(one for one in SUITE.cases(Split.DEV) if one.id == "hospital-pharmacy")


def need(brief: SectionBrief, *texts: str) -> Sequence[ProposedClaim]:
    """Claims for the need, each citing the first pain of the brief."""
    if brief.section is not SectionId.SPONSOR_VISION:
        return ()
    part = next(one for one in brief.parts if one.id == "need")
    return [ProposedClaim(part_id="need", text=text, cites=part.claims[0].findings) for text in texts]


async def says(bench: Workbench, *texts: str) -> Attempt:
    return await SUITE.run(case(), with_model(bench, FakeModel(claims=lambda brief: need(brief, *texts))), 0)


async def test_the_rules_draft_says_nothing_that_it_does_not_cite(bench: Workbench) -> None:
    attempt = await SUITE.run(case(), bench, 0)
    assert attempt.scores["supported"] == attempt.scores["accepted"] == 1 and attempt.scores["invented_figures"] == 0
    assert 0 < attempt.scores["goals"] <= 1 and attempt.counts["sentences"] > 3


async def test_a_figure_that_nothing_cited_holds_is_unsupported_and_shown(bench: Workbench) -> None:
    attempt = await says(bench, "Stock counts are late. This costs 9,431 euros a day.")
    (note,) = [one for one in attempt.notes if one.kind == "unsupported"]
    assert note.spans[0].text.startswith("This costs 9,431")
    assert attempt.counts["refused.figure_without_source"] == 1
    assert attempt.scores["invented_figures"] == pytest.approx(1 / attempt.counts["sentences"])


async def test_of_a_claim_with_one_sound_sentence_half_is_supported_and_nothing_accepted(bench: Workbench) -> None:
    sound = await says(bench, "Stock counts are late.")
    mixed = await says(bench, "Stock counts are late. Doctor Zhivago complained.")
    assert mixed.scores["supported"] < sound.scores["supported"] == 1
    assert mixed.counts["refused.names_a_stranger"] == 1 and mixed.scores["accepted"] < 1


async def test_a_claim_that_cites_nothing_is_unsupported(bench: Workbench) -> None:
    model = FakeModel(
        claims=lambda brief: (
            [ProposedClaim(part_id="need", text="Stock counts are late.")] if brief.section is SectionId.SPONSOR_VISION else []
        )
    )
    attempt = await SUITE.run(case(), with_model(bench, model), 0)
    assert attempt.counts["refused.cites_nothing_given"] == 1 and attempt.scores["goals"] == 0


@pytest.mark.parametrize("split", Split)
async def test_every_brief_can_be_drafted_and_names_a_goal_to_mention(split: Split, bench: Workbench) -> None:
    for one in list(SUITE.cases(split))[:2]:
        drafted, tree = drafted_from(read_yaml(one.source, VisionCase), ROOT / "evals", bench)
        assert drafted.section(SectionId.SPONSOR_VISION) and (tree.business_goals or tree.unlinked_operational_goals)


async def test_a_brief_whose_quote_nobody_said_is_refused(bench: Workbench) -> None:
    wanted = read_yaml(case().source, VisionCase)
    changed = wanted.model_copy(update={"shows": (Shown(criterion="input", value="fields", quote="We have it all in fields."),)})
    with pytest.raises(ConfigurationError, match="Not in the transcript"):
        drafted_from(changed, ROOT / "evals", bench)
