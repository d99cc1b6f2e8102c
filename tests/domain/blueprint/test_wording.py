"""Other words for a section: what the rules let stand, what they refuse, and what stays whatever is proposed."""

from __future__ import annotations

import pytest
from tests.domain.blueprint.drafts import draft_of, material_of

from discovery_agent.domain.blueprint.claims import Claim, Part
from discovery_agent.domain.blueprint.document import Blueprint, SectionId
from discovery_agent.domain.blueprint.wording import ProposedClaim, citable, wordable, worded
from discovery_agent.domain.findings import FindingKind

VISION, MEMO, RISKS = SectionId.SPONSOR_VISION, SectionId.MEMO, SectionId.RISKS
MODEL = "openai:some-model"


@pytest.fixture(scope="module")
def invoices() -> Blueprint:
    return draft_of("automate")


def cited(kind: FindingKind, name: str = "automate") -> str:
    return next(one.id for one in material_of(name).findings if one.kind is kind)


PAIN = cited(FindingKind.PAIN_POINT)
GOAL = cited(FindingKind.OPERATIONAL_GOAL)
KPI = cited(FindingKind.KPI)


def proposed(text: str, *cites: str, part: str = "need") -> ProposedClaim:
    return ProposedClaim(part_id=part, text=text, cites=cites or (PAIN,))


def texts(version: Blueprint, claims: list[ProposedClaim], part_id: str, section: SectionId = VISION) -> list[str]:
    found = worded(version, section, claims, MODEL).section
    return [claim.text for part in found.parts if part.id == part_id for claim in part.claims]


def refused(version: Blueprint, claim: ProposedClaim, section: SectionId = VISION) -> str | None:
    found = worded(version, section, [claim], MODEL)
    if not found.refused:
        return None
    assert found.section == version.section(section) and found.note
    return found.refused[0].rule


@pytest.mark.parametrize(
    ("claim", "rule"),
    [
        (proposed("Every month 3,000 invoices are retyped by hand."), None),
        (proposed("Three thousand invoices are retyped each month."), None),
        (proposed("Retyping invoices in Navision is dull.", PAIN, cited(FindingKind.PROCESS_STEP)), None),
        (proposed("Invoices are retyped.", "f-000000000000"), "cites_nothing_given"),
        (ProposedClaim(part_id="need", text="Invoices are retyped."), "cites_nothing_given"),
        (proposed("Every month 4,000 invoices are retyped."), "figure_without_source"),
        (proposed("Every week 3,000 minutes are lost.", KPI), "figure_without_source"),
        (proposed("People say: “we retype until midnight”."), "quote_not_said"),
        (proposed("Boris Petrov retypes every invoice."), "names_a_stranger"),
        (proposed("Invoices are retyped from SalesForce."), "names_a_stranger"),
        (proposed("Invoices are retyped, says Olga."), "names_a_stranger"),
        (proposed("The board has approved that invoices are not retyped."), "approves"),
        (proposed("This section is signed off and needs no review."), "approves"),
        (proposed("An AI should read the invoices that are retyped."), "brings_ai_in"),
        (proposed("Invoices are retyped. See https://example.org/x"), "not_plain"),
        (proposed("**Invoices** are retyped ![x](http://a.b/c.png)"), "not_plain"),
        (proposed("Invoices are retyped. " * 40), "not_plain"),
        (proposed("Invoices are retyped.", part="kpis"), "no_such_part"),
        (proposed("Invoices are retyped.", part="nowhere"), "no_such_part"),
        (proposed("Matched invoices are released faster.", GOAL, part="product"), "hides_the_course"),
        (proposed("The release of matched invoices is automated by rules.", GOAL, part="product"), None),
        (proposed("The release of matched invoices is automated by rules, without AI.", GOAL, part="product"), None),
        (proposed("Release is automated without AI now, and AI follows.", GOAL, part="product"), "brings_ai_in"),
    ],
)
def test_rules_let_a_claim_stand_or_refuse_it(invoices: Blueprint, claim: ProposedClaim, rule: str | None) -> None:
    assert refused(invoices, claim) == rule


def test_what_stands_takes_the_place_of_what_it_covers_and_names_its_author(invoices: Blueprint) -> None:
    found = worded(invoices, VISION, [proposed("Every month 3,000 invoices are retyped by hand.")], MODEL)
    need = next(part for part in found.section.parts if part.id == "need")
    assert [claim.text for claim in need.claims] == ["Every month 3,000 invoices are retyped by hand.", "Pay suppliers on time."]
    assert [claim.written_by for claim in need.claims] == [MODEL, "rules"]
    others = [part for part in found.section.parts if part.id != "need"]
    before = invoices.section(VISION)
    assert before and others == [part for part in before.parts if part.id != "need"]


def test_computed_money_and_the_kpi_table_stay_whatever_is_proposed(invoices: Blueprint) -> None:
    told = texts(invoices, [proposed("Invoices take 4 minutes.", KPI, part="benefit")], "benefit")
    assert told[0] == "Invoices take 4 minutes." and any("paid for itself" in one for one in told)
    found = worded(invoices, VISION, [proposed("Invoices are retyped.")], MODEL).section
    assert found.parts[-1].id == "kpis" and found.parts[-1].rows


def test_a_claim_on_the_course_stands_on_the_rule_that_set_it(invoices: Blueprint) -> None:
    found = worded(invoices, VISION, [proposed("The release of matched invoices is automated by rules.", GOAL, part="product")], MODEL)
    claim = next(part for part in found.section.parts if part.id == "product").claims[0]
    assert claim.written_by == MODEL and claim.how.startswith("course by rule")


def test_words_that_would_not_fit_the_page_leave_the_rules_own(invoices: Blueprint) -> None:
    long = [proposed("Invoices are retyped, " * 17 + "and so on.", part=part) for part in ("need", "unlike", "for_whom") for _ in range(3)]
    found = worded(invoices, VISION, long, MODEL)
    assert found.section == invoices.section(VISION)
    assert {one.rule for one in found.refused} == {"longer_than_a_page"}


def test_where_the_agreed_objective_fills_the_page_other_words_may_be_no_longer_than_the_rules_own(invoices: Blueprint) -> None:
    vision = invoices.section(VISION)
    assert vision
    agreed = Part(id="objective", heading="Shared objective", claims=(Claim(text="Pay on time. " * 150, how="agreed"),))
    filled = vision.model_copy(update={"parts": (agreed, *vision.parts)})
    version = invoices.model_copy(update={"sections": tuple(filled if one.id is VISION else one for one in invoices.sections)})
    assert refused(version, proposed("Invoices are retyped.")) is None
    long = [proposed("Invoices are retyped, " * 17 + "and so on.") for _ in range(3)]
    assert {one.rule for one in worded(version, VISION, long, MODEL).refused} == {"longer_than_a_page"}


def test_risks_get_a_summary_before_their_tables() -> None:
    version = draft_of("build_with_ai")
    (evidence, _) = citable(version, RISKS)
    risk = next(one for one in evidence if "trust" in one.statement)
    found = worded(
        version,
        RISKS,
        [ProposedClaim(part_id="summary", text="Colleagues may not trust letters of a machine.", cites=(risk.finding_id,))],
        MODEL,
    )
    assert [part.id for part in found.section.parts][:2] == ["summary", "named"]
    assert wordable(version, RISKS)[0].claims == ()


def test_the_memo_may_be_worded_but_not_turned_round() -> None:
    version = draft_of("do_not_build")
    goal = version.goals[0].findings[0]
    turned = ProposedClaim(part_id="verdict", text="Export papers should be filled in by a robot soon.", cites=(goal,))
    assert refused(version, turned, MEMO) == "hides_the_course"
    fine = ProposedClaim(part_id="verdict", text="Nothing is built for the export papers.", cites=(goal,))
    assert refused(version, fine, MEMO) is None


def test_what_is_refused_is_counted_in_a_sentence(invoices: Blueprint) -> None:
    wrong = [proposed("Every month 4,000 invoices."), proposed("In 9 weeks."), proposed("Boris Petrov pays.")]
    note = worded(invoices, VISION, wrong, MODEL).note
    assert note.startswith("Vision for the sponsor: 3 proposed sentences were refused: names a figure") and "(2)" in note
