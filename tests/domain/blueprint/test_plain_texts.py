"""Texts of a blueprint as people read them: one full stop, the speaker with words of their own, defects that name their place."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from tests.domain.blueprint.cases import CASES
from tests.domain.blueprint.drafts import draft_of, material_of
from tests.domain.said import finding

from discovery_agent.domain.blueprint.claims import Claim, Part
from discovery_agent.domain.blueprint.compose import compose
from discovery_agent.domain.blueprint.defects import defects_of
from discovery_agent.domain.blueprint.document import KpiTarget, SectionId
from discovery_agent.domain.findings import FindingKind


@pytest.mark.parametrize("case", sorted(CASES))
def test_no_text_ends_twice_and_every_defect_ends_once(case: str) -> None:
    version = draft_of(case)
    texts = [
        text
        for section in version.sections
        for part in section.parts
        for held in (*part.claims, *part.rows)
        for text in (held.how, *((held.text,) if isinstance(held, Claim) else held.cells))
    ]
    texts += [text for one in version.choices for text in (one.instead, one.why)]
    assert not [one for one in texts if ".." in one or ".”." in one or ".;" in one]
    assert all(one.text.endswith((".", "…", "!", "?", "”")) for one in version.defects)


def test_the_memo_says_how_it_is_not_built_without_naming_classes() -> None:
    memo = draft_of("do_not_build").section(SectionId.MEMO)
    told = [claim.text for part in memo.parts for claim in part.claims] if memo else []
    assert any(one.startswith("Not building it as ") for one in told)
    assert any(re.search(r": as [a-zA-Z ]+ it would have to bring more than about", one) for one in told)
    assert not [one for one in told if "the class “" in one]


def test_what_is_too_long_to_say_how_ends_at_a_word_with_an_ellipsis() -> None:
    many = {f"field {at}": f"settled on {at} Nov 2026 by Lea Brandt with much deliberation" for at in range(1, 20)}
    how = KpiTarget(id="k", metric="waits", settled=many).how
    assert len(how) <= 500 and how.endswith(" …")
    assert "; ".join(f"{name} {told}" for name, told in many.items()).startswith(f"{how.removesuffix(' …')}; ")


def test_words_in_which_somebody_speaks_of_themselves_have_who_said_them() -> None:
    base = material_of("automate")
    talk = base.findings[0].quotes[0].conversation_id
    step = finding(FindingKind.PROCESS_STEP, "My people look the invoices up and type the answer back", "Marek Novak", 2, conversation=talk)
    others = [one for one in base.findings if one.kind is not FindingKind.PROCESS_STEP]
    version = compose(replace(base, findings=[*others, step], planning=base.planning.model_copy(update={"runs": 100})))
    vision = version.section(SectionId.SPONSOR_VISION)
    lines = [claim.text for part in vision.parts if part.id == "unlike" for claim in part.claims] if vision else []
    assert lines == ["Today: My people look the invoices up and type the answer back (Marek Novak)."]


def test_a_defect_of_a_line_names_its_section_and_its_part() -> None:
    version = draft_of("automate")
    vision = version.sections[0]
    part = Part(id="need", heading="Need", claims=(Claim(text="Forty sites wait for it"),))
    changed = version.model_copy(update={"sections": (vision.model_copy(update={"parts": (part,)}), *version.sections[1:])})
    (defect,) = [one for one in defects_of(changed) if one.rule == "claim_without_support"]
    assert defect.text == f"In “{vision.title}”, “Need”: nothing supports: Forty sites wait for it."
