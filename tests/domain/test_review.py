"""Where a version stands, counted from what people did to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.blueprints import MADE, blocking, blueprint, choice, section, with_section

from discovery_agent.domain.blueprint.document import Blueprint, SectionId
from discovery_agent.domain.engagement import AccessRole, Principal
from discovery_agent.domain.review import (
    ReviewEntry,
    Reviewer,
    ReviewStanding,
    SectionReview,
    SectionState,
    SignOff,
    Verb,
    choice_hash,
    standing_of,
)

ANA = Reviewer(key_id="k-ana", name="Ana", role=AccessRole.REVIEWER, everywhere=True)
BEN = Reviewer(key_id="k-ben", name="Ben", role=AccessRole.REVIEWER)
LEA = Reviewer(key_id="k-lea", name="Lea", role=AccessRole.LEAD)
RISKS = SectionId.RISKS


class Acts:
    """Acts in the order in which they are made."""

    def __init__(self) -> None:
        self.entries: list[ReviewEntry] = []

    def add(self, who: Reviewer, version: Blueprint, verb: Verb, section_id: SectionId = RISKS, **more: Any) -> ReviewEntry:
        shown = version.section(section_id)
        assert shown
        wish = next((one for one in version.choices if one.id == more.get("choice_id")), None)
        entry = ReviewEntry(
            engagement_id=version.engagement_id,
            id=f"a{len(self.entries) + 1:09d}",
            at=MADE,
            number=version.number,
            section_id=section_id,
            section_hash=shown.content_hash,
            choice_hash=choice_hash(wish) if wish else "",
            reviewer_id=who.key_id,
            reviewer=who.name,
            role=who.role,
            verb=verb,
            words="Because.",
            **more,
        )
        self.entries.append(entry)
        return entry


@pytest.fixture
def acts() -> Acts:
    return Acts()


def stands(version: Blueprint, acts: Acts, reviewers: Sequence[Reviewer] = (ANA, BEN, LEA), **more: Any) -> ReviewStanding:
    settings: dict[str, Any] = {"newest": version.number} | more
    return standing_of(version, acts.entries, reviewers, **settings)


def risks(standing: ReviewStanding) -> SectionReview:
    found = standing.section(RISKS)
    assert found
    return found


def lead_of(who: Reviewer) -> Principal:
    return Principal(key_id=who.key_id, role=AccessRole.LEAD, engagement_id="e_1", name=who.name)


def approve_all(acts: Acts, version: Blueprint, *who: Reviewer) -> None:
    for reviewer in who:
        for one in version.sections:
            acts.add(reviewer, version, Verb.APPROVE, one.id)


def test_a_section_waits_for_every_required_reviewer_and_for_nobody_else(acts: Acts) -> None:
    both = (ANA, BEN.model_copy(update={"sections": (RISKS,)}), LEA)
    version = blueprint()
    assert risks(stands(version, acts, both)).waits_for == ("Ana", "Ben")
    acts.add(ANA, version, Verb.APPROVE)
    half = risks(stands(version, acts, both))
    assert half.state is SectionState.WAITING and half.approved_by == ("Ana",) and half.waits_for == ("Ben",)
    acts.add(BEN, version, Verb.APPROVE)
    assert risks(stands(version, acts, both)).state is SectionState.APPROVED
    vision = stands(version, acts, both).section(SectionId.SPONSOR_VISION)
    assert vision and vision.waits_for == ("Ana",)


def test_the_last_decision_of_a_reviewer_counts_and_a_comment_is_none(acts: Acts) -> None:
    version = blueprint()
    for verb, state in (
        (Verb.APPROVE, SectionState.APPROVED),
        (Verb.COMMENT, SectionState.APPROVED),
        (Verb.REQUEST_CHANGES, SectionState.CHANGES_REQUESTED),
        (Verb.APPROVE, SectionState.APPROVED),
        (Verb.WITHDRAW, SectionState.WAITING),
        (Verb.REJECT, SectionState.REJECTED),
        (Verb.WITHDRAW, SectionState.WAITING),
    ):
        acts.add(ANA, version, verb)
        assert risks(stands(version, acts)).state is state, verb


def test_somebody_who_is_not_required_can_stand_against_a_section_and_cannot_approve_it(acts: Acts) -> None:
    version = blueprint()
    acts.add(BEN, version, Verb.APPROVE)
    assert risks(stands(version, acts)).state is SectionState.WAITING
    acts.add(ANA, version, Verb.APPROVE)
    acts.add(BEN, version, Verb.REQUEST_CHANGES)
    now = risks(stands(version, acts))
    assert now.state is SectionState.CHANGES_REQUESTED and now.against == ("Ben",) and now.approved_by == ("Ana",)


def test_an_approval_goes_on_while_the_section_is_unchanged_and_has_to_be_given_again_once_it_is_not(acts: Acts) -> None:
    first = blueprint()
    approve_all(acts, first, ANA)
    second = with_section(first, section(RISKS, "The works council has agreed."))
    now = stands(second, acts)
    assert risks(now).state is SectionState.REAPPROVE and risks(now).waits_for == ("Ana",)
    vision = now.section(SectionId.SPONSOR_VISION)
    assert vision and vision.state is SectionState.APPROVED
    acts.add(ANA, second, Verb.APPROVE)
    assert risks(stands(second, acts)).state is SectionState.APPROVED


def test_acts_on_a_later_version_leave_an_earlier_one_as_it_was(acts: Acts) -> None:
    first = blueprint()
    approve_all(acts, first, ANA)
    second = with_section(first, section(RISKS, "The works council has agreed."))
    acts.add(ANA, second, Verb.REJECT)
    assert risks(stands(first, acts)).state is SectionState.APPROVED
    assert risks(stands(second, acts)).state is SectionState.REJECTED


def test_going_back_to_earlier_words_does_not_bring_back_an_approval_that_was_followed_by_an_objection(acts: Acts) -> None:
    first = blueprint()
    approve_all(acts, first, ANA)
    second = with_section(first, section(RISKS, "There is no risk."))
    acts.add(ANA, second, Verb.REQUEST_CHANGES)
    third = with_section(second, first.sections[1])
    now = risks(stands(third, acts))
    assert now.state is SectionState.WAITING and now.against == () and now.against_before == ("Ana",)


def test_a_reviewer_whose_key_was_taken_back_is_required_no_more_and_what_they_did_stays_on_record_only(acts: Acts) -> None:
    version = blueprint()
    gone = ANA.model_copy(update={"revoked": True})
    ben = BEN.model_copy(update={"everywhere": True})
    approve_all(acts, version, ANA)
    now = risks(stands(version, acts, (gone, ben)))
    assert now.state is SectionState.WAITING and now.waits_for == ("Ben",)
    assert now.approved_by == () and now.taken_back == ("Ana",)
    approve_all(acts, version, ben)
    assert risks(stands(version, acts, (gone, ben))).state is SectionState.APPROVED


@pytest.mark.parametrize(("said", "state"), [(Verb.REJECT, SectionState.REJECTED), (Verb.REQUEST_CHANGES, SectionState.CHANGES_REQUESTED)])
def test_an_objection_stands_after_the_key_of_its_author_was_taken_back_until_the_section_changes(
    acts: Acts, said: Verb, state: SectionState
) -> None:
    version = blueprint()
    approve_all(acts, version, ANA)
    acts.add(BEN, version, said)
    people = (ANA, BEN.model_copy(update={"revoked": True}), LEA)
    now = stands(version, acts, people, signer=lead_of(LEA))
    assert risks(now).state is state and risks(now).against == risks(now).against_left == ("Ben",) and risks(now).taken_back == ()
    assert not now.may_be_signed and any("the key of Ben was taken back, and the objection stands" in one for one in now.lacking)
    second = with_section(version, section(RISKS, "The works council has agreed."))
    acts.add(ANA, second, Verb.APPROVE)
    assert stands(second, acts, people, signer=lead_of(LEA)).may_be_signed
    third = with_section(second, version.sections[1])  # the words that were rejected come back
    acts.add(ANA, third, Verb.APPROVE)
    assert not stands(third, acts, people, signer=lead_of(LEA)).may_be_signed


def test_what_somebody_objected_who_left_is_settled_by_somebody_else_than_the_one_who_signs(acts: Acts) -> None:
    version = blueprint()
    approve_all(acts, version, ANA)
    objection = acts.add(BEN, version, Verb.REJECT)
    people = (ANA, BEN.model_copy(update={"revoked": True}), LEA)
    acts.add(LEA, version, Verb.SETTLE, about=objection.id)
    alone = stands(version, acts, people, signer=lead_of(LEA))
    assert risks(alone).state is SectionState.APPROVED and risks(alone).taken_back == ("Ben",)
    assert [one for one in alone.lacking if "cannot settle that alone" in one] == list(alone.lacking)
    assert "only Lea settled what Ben objected" in alone.lacking[0]
    other = Reviewer(key_id="k-max", name="Max", role=AccessRole.LEAD)
    assert stands(version, acts, (*people, other), signer=lead_of(other)).may_be_signed
    acts.add(ANA, version, Verb.SETTLE, about=objection.id)
    assert stands(version, acts, people, signer=lead_of(LEA)).may_be_signed
    left = (ANA.model_copy(update={"revoked": True}), *people[1:])
    assert any("cannot settle that alone" in one for one in stands(version, acts, left, signer=lead_of(LEA)).lacking)


def test_an_objection_to_a_choice_stands_as_well(acts: Acts) -> None:
    version = blueprint(choices=(choice(),))
    approve_all(acts, version, ANA)
    acts.add(LEA, version, Verb.APPROVE, SectionId.CHOICES, choice_id="choice-1")
    objection = acts.add(BEN, version, Verb.REJECT, SectionId.CHOICES, choice_id="choice-1")
    people = (ANA, BEN.model_copy(update={"revoked": True}), LEA)
    now = stands(version, acts, people)
    assert now.choices_open == ("choice-1",) and any("the key of Ben was taken back" in one for one in now.lacking)
    acts.add(LEA, version, Verb.SETTLE, SectionId.CHOICES, about=objection.id)
    assert "cannot settle that alone" in " ".join(stands(version, acts, people, signer=lead_of(LEA)).lacking)
    acts.add(ANA, version, Verb.SETTLE, SectionId.CHOICES, about=objection.id)
    assert stands(version, acts, people, signer=lead_of(LEA)).may_be_signed


def test_nobody_settles_an_objection_of_somebody_who_can_take_it_back(acts: Acts) -> None:
    version = blueprint()
    approve_all(acts, version, ANA)
    objection = acts.add(BEN, version, Verb.REJECT)
    acts.add(ANA, version, Verb.SETTLE, about=objection.id)
    assert risks(stands(version, acts)).state is SectionState.REJECTED


def test_without_required_reviewers_nothing_is_approved_and_nobody_can_sign(acts: Acts) -> None:
    version = blueprint()
    approve_all(acts, version, BEN, LEA)
    now = stands(version, acts, (BEN, LEA))
    assert risks(now).state is SectionState.WAITING and not now.may_be_signed
    assert any("Nobody is named" in one for one in now.lacking)


def test_an_act_under_a_key_that_nobody_knows_counts_for_nothing(acts: Acts) -> None:
    version = blueprint()
    approve_all(acts, version, ANA.model_copy(update={"key_id": "k-forged"}))
    assert risks(stands(version, acts)).state is SectionState.WAITING


def test_approving_the_section_of_choices_approves_none_of_them(acts: Acts) -> None:
    version = blueprint(choices=(choice(1), choice(2)))
    approve_all(acts, version, ANA)
    assert stands(version, acts).choices_open == ("choice-1", "choice-2")
    acts.add(ANA, version, Verb.APPROVE, SectionId.CHOICES, choice_id="choice-1")
    acts.add(LEA, version, Verb.APPROVE, SectionId.CHOICES, choice_id="choice-2")
    assert stands(version, acts).choices_open == () and stands(version, acts).may_be_signed


def test_a_choice_is_not_approved_by_a_reviewer_whose_approval_is_not_required_and_one_who_objects_keeps_it_open(acts: Acts) -> None:
    version = blueprint(choices=(choice(),))
    acts.add(BEN, version, Verb.APPROVE, SectionId.CHOICES, choice_id="choice-1")
    assert stands(version, acts).choices_open == ("choice-1",)
    acts.add(ANA, version, Verb.APPROVE, SectionId.CHOICES, choice_id="choice-1")
    assert stands(version, acts).choices_open == ()
    acts.add(BEN, version, Verb.REJECT, SectionId.CHOICES, choice_id="choice-1")
    now = stands(version, acts)
    assert now.choices_open == ("choice-1",) and now.choices[0].against == ("Ben",)


def test_an_approved_choice_stays_so_while_it_is_unchanged_whatever_happens_to_others(acts: Acts) -> None:
    first = blueprint(choices=(choice(1), choice(2)))
    for one in first.choices:
        acts.add(ANA, first, Verb.APPROVE, SectionId.CHOICES, choice_id=one.id)
    changed = (choice(1), choice(2, instead="It is dropped."))
    second = with_section(first, section(SectionId.CHOICES, "changed"), choices=changed)
    assert stands(second, acts).choices_open == ("choice-2",)


def test_everything_that_keeps_a_version_from_being_signed_is_listed_at_once(acts: Acts) -> None:
    version = blueprint(choices=(choice(),), defects=(blocking(),))
    acts.add(ANA, version, Verb.APPROVE)
    acts.add(BEN, version, Verb.REJECT, SectionId.SPONSOR_VISION)
    lacking = " ".join(stands(version, acts, newest=2).lacking)
    for part in ("Version 2 is newer", "Ben rejects it", "Ana has to approve it", "an assistant on the phone", "traces to no KPI"):
        assert part in lacking
    assert "Risks and compliance" not in lacking


def test_a_finding_that_was_rejected_since_keeps_a_version_from_being_signed(acts: Acts) -> None:
    version = blueprint()
    approve_all(acts, version, ANA)
    assert stands(version, acts).may_be_signed
    assert stands(version, acts, gone=["It takes nine days."]).lacking == (
        "A finding that this version cites was rejected since, or is gone: “It takes nine days”. Draft a new version.",
    )


def test_whoever_signs_cannot_be_the_only_one_who_approved_not_even_with_a_second_key(acts: Acts) -> None:
    version = blueprint()
    lead = LEA.model_copy(update={"everywhere": True})
    second_key = Reviewer(key_id="k-lea-2", name=" lea ", role=AccessRole.REVIEWER, everywhere=True)
    approve_all(acts, version, lead, second_key)
    signer = Principal(key_id="k-lea", role=AccessRole.LEAD, engagement_id="e_1", name="Lea")
    alone = stands(version, acts, (lead, second_key), signer=signer)
    assert len(alone.lacking) == len(version.sections) and all("cannot be the only approver" in one for one in alone.lacking)
    approve_all(acts, version, ANA)
    assert stands(version, acts, (lead, second_key, ANA), signer=signer).may_be_signed


def test_the_draft_mark_is_gone_only_while_a_signature_names_exactly_this_content(acts: Acts) -> None:
    version = blueprint()
    approve_all(acts, version, ANA)
    signature = SignOff(
        engagement_id="e_1", id=version.id, at=MADE, number=1, content_hash=version.content_hash, signed_by="Lea", signer_id="k-lea"
    )
    signed = stands(version, acts, sign_off=signature)
    assert signed.signed == signature and not signed.draft and signed.lacking == ()
    tampered = version.model_copy(update={"title": "Claims handling, cheaper"})
    broken = stands(tampered, acts, sign_off=signature)
    assert broken.draft and broken.signed is None and broken.broken == signature and not broken.may_be_signed
    assert "not what was signed" in broken.lacking[0]
    edited = with_section(version, section(RISKS, "None."))
    assert stands(edited, acts).draft
    elsewhere = signature.model_copy(update={"engagement_id": "e_2"})
    assert stands(version, acts, sign_off=elsewhere).draft


def test_comments_count_as_open_until_they_are_settled(acts: Acts) -> None:
    version = blueprint()
    comment = acts.add(ANA, version, Verb.COMMENT)
    acts.add(BEN, version, Verb.COMMENT, about=comment.id)
    acts.add(ANA, version, Verb.SETTLE, about=comment.id)
    now = risks(stands(version, acts))
    assert (now.comments, now.open_comments) == (2, 1) and now.state is SectionState.WAITING


def test_a_key_that_has_run_out_keeps_its_approvals_and_is_named_where_it_is_waited_for(acts: Acts) -> None:
    version = blueprint()
    late = ANA.model_copy(update={"expired": True})
    acts.add(ANA, version, Verb.APPROVE)
    now = stands(version, acts, (late, BEN))
    assert risks(now).state is SectionState.APPROVED
    assert any("key of Ana has run out" in one for one in now.lacking)


@given(st.lists(st.tuples(st.sampled_from([ANA, BEN, LEA]), st.sampled_from(list(Verb))), max_size=12))
def test_a_section_is_approved_exactly_if_the_last_word_of_the_required_one_is_approval_and_nobody_last_said_no(
    done: list[tuple[Reviewer, Verb]],
) -> None:
    acts, version = Acts(), blueprint()
    last: dict[str, Verb] = {}
    for who, verb in done:
        acts.add(who, version, verb, about="a000000001" if verb is Verb.SETTLE else None)
        if verb.decides:
            last[who.key_id] = verb
    wanted = last.get("k-ana") is Verb.APPROVE and not any(verb.opposes for verb in last.values())
    now = risks(stands(version, acts))
    assert (now.state is SectionState.APPROVED) is wanted
    # The order in which the database gives them does not matter.
    shuffled = [one.model_copy(update={"at": MADE - timedelta(seconds=number)}) for number, one in enumerate(acts.entries)]
    assert standing_of(version, reversed(shuffled), (ANA, BEN, LEA), newest=1) == stands(version, acts)
