"""What a signature freezes: any word or figure changes it, and a newer program that knows more fields does not."""

from __future__ import annotations

from pydantic import Field
from tests.domain.blueprint.drafts import draft_of

from discovery_agent.domain.blueprint.claims import Claim, Part
from discovery_agent.domain.blueprint.document import Blueprint, BlueprintSection, SectionId, content_hash_of


class LaterSection(BlueprintSection):
    """A section as a later version of the program may know it."""

    tone: str = "plain"
    tags: tuple[str, ...] = Field(default=())


def test_a_field_that_a_later_program_adds_with_a_default_leaves_signatures_whole() -> None:
    section = BlueprintSection(id=SectionId.RISKS, title="Risks", parts=(Part(id="a", claims=(Claim(text="Data may leave the EU."),)),))
    later = LaterSection.model_validate(section.model_dump())
    assert later.content_hash == section.content_hash
    assert later.model_copy(update={"tone": "sharp"}).content_hash != section.content_hash


def test_the_hash_of_a_section_is_the_same_in_every_version_of_the_program() -> None:
    section = BlueprintSection(id=SectionId.RISKS, title="Risks", parts=(Part(id="a", claims=(Claim(text="Data may leave the EU."),)),))
    assert section.content_hash == "3693808150df1c648811a4639b4d0d4c8047dbad487ac638b936b4a8cb3439d7"


def test_a_version_that_was_stored_and_read_again_has_its_hash() -> None:
    blueprint = draft_of("several")
    again = Blueprint.model_validate_json(blueprint.model_dump_json())
    assert again.content_hash == blueprint.content_hash
    assert again.model_copy(update={"made_by": "somebody else", "number": 9}).content_hash == blueprint.content_hash


def test_any_figure_or_word_that_changes_changes_the_hash() -> None:
    blueprint = draft_of("automate")
    assert blueprint.plan is not None
    hashes = {blueprint.content_hash}
    forecast = blueprint.plan.forecast.model_copy(update={"payback_month": 99})
    for change in (
        {"objective": "Something else."},
        {"plan": blueprint.plan.model_copy(update={"forecast": forecast})},
        {"choices": ()},
        {"assumptions": blueprint.assumptions[1:]},
        {"evidence": blueprint.evidence[1:]},
    ):
        hashes.add(content_hash_of(blueprint.model_copy(update=change)))
    assert len(hashes) == 6 - (not blueprint.choices)
