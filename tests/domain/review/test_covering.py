"""Whose approval a version needs: the roles that answer for its sections, as far as the engagement has such people."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.blueprints import section

from discovery_agent.domain.blueprint.document import SectionId
from discovery_agent.domain.conversation import Role, Stakeholder
from discovery_agent.domain.engagement import AccessRole
from discovery_agent.domain.review import ANSWERS, Reviewer, left_out

SECTIONS = tuple(section(one, "Words.") for one in SectionId)
INGRID, SOFIA, AINO = (
    Stakeholder(name="Ingrid Halden", role=Role.SPONSOR),
    Stakeholder(name="Sofia Lind", role=Role.TECHNICAL),
    Stakeholder(name="Aino Salmi", role=Role.COMPLIANCE),
)
TEAM = (INGRID, SOFIA, AINO)


def look(name: str) -> str:
    return name.strip().casefold()


def required(person: Stakeholder, *sections: SectionId, revoked: bool = False) -> Reviewer:
    """A reviewer under the name of a stakeholder, of every section unless some are named."""
    return Reviewer(
        key_id=f"k-{person.name}",
        name=person.name.upper(),
        role=AccessRole.REVIEWER,
        everywhere=not sections,
        sections=sections,
        revoked=revoked,
    )


def ids(*reviewers: Reviewer, people: tuple[Stakeholder, ...] = TEAM, sections: tuple[SectionId, ...] = tuple(SectionId)) -> list[str]:
    wanted = tuple(one for one in SECTIONS if one.id in sections)
    return [one.id for one in left_out(wanted, people, reviewers, look)]


def test_a_lead_who_names_only_the_willing_leaves_out_those_who_answer_for_money_plan_and_risks() -> None:
    stranger = Stakeholder(name="Ben Willing")
    assert ids(required(stranger)) == ["sponsor", "technical", "compliance"]
    (concern,) = left_out(SECTIONS, TEAM, [required(INGRID), required(SOFIA)], look)
    assert concern.what == "Nobody approves for compliance"
    assert "“Risks and compliance”" in concern.lacks[0] and "Aino Salmi (compliance)" in concern.lacks[0]
    assert ids(required(INGRID), required(SOFIA), required(AINO)) == []


def test_each_role_has_to_approve_all_of_its_own_sections_and_no_others() -> None:
    whole = [required(INGRID), required(SOFIA)]
    assert ids(*whole, required(AINO, SectionId.RISKS, SectionId.PEOPLE_IN_THE_LOOP)) == []
    assert ids(*whole, required(AINO, SectionId.RISKS)) == ["compliance"]
    assert ids(*whole, required(AINO, SectionId.RISKS), sections=(SectionId.RISKS, SectionId.PLAN)) == []


def test_one_who_has_left_the_review_answers_for_nothing_any_more() -> None:
    assert ids(required(INGRID), required(SOFIA), required(AINO, revoked=True)) == ["compliance"]


def test_where_there_is_no_sponsor_the_business_answers_and_where_there_is_nobody_nothing_is_asked_for() -> None:
    marek = Stakeholder(name="Marek Dvorak", role=Role.BUSINESS)
    assert ids(people=(marek,)) == ["business"]
    assert ids(people=(marek, INGRID)) == ["sponsor"]
    assert ids(people=()) == [] and ids(people=(Stakeholder(name="Lena", role=Role.END_USER),)) == []


PEOPLE = st.lists(
    st.builds(Stakeholder, name=st.sampled_from(("Ana", "Ben", "Cleo", "Dan", "Eva")), role=st.sampled_from(Role)),
    unique_by=lambda one: one.name,
    max_size=5,
)
REVIEWERS = st.lists(
    st.builds(
        Reviewer,
        key_id=st.uuids().map(str),
        name=st.sampled_from(("ana", "Ben", "CLEO", "Dan", "Eva", "Zoe")),
        role=st.just(AccessRole.REVIEWER),
        everywhere=st.booleans(),
        sections=st.lists(st.sampled_from(SectionId), unique=True, max_size=6).map(tuple),
        revoked=st.booleans(),
    ),
    max_size=6,
)


@given(people=PEOPLE, reviewers=REVIEWERS, more=REVIEWERS)
def test_another_reviewer_never_leaves_anybody_out(people: list[Stakeholder], reviewers: list[Reviewer], more: list[Reviewer]) -> None:
    fewer = {one.id for one in left_out(SECTIONS, people, reviewers, look)}
    assert {one.id for one in left_out(SECTIONS, people, [*reviewers, *more], look)} <= fewer


@given(people=PEOPLE, reviewers=REVIEWERS)
def test_requiring_every_stakeholder_leaves_nobody_out(people: list[Stakeholder], reviewers: list[Reviewer]) -> None:
    assert left_out(SECTIONS, people, [*reviewers, *map(required, people)], look) == ()


@given(people=PEOPLE, reviewers=REVIEWERS)
def test_whoever_is_left_out_is_there_and_one_of_their_sections_waits_for_nobody_of_that_role(
    people: list[Stakeholder], reviewers: list[Reviewer]
) -> None:
    found = {one.id for one in left_out(SECTIONS, people, reviewers, look)}
    roles = {one.role for one in people}
    for group, sections in ANSWERS:
        present = [one for one in group if one in roles]
        for at, role in enumerate(group):
            names = {look(one.name) for one in people if one.role is role}
            alone = any(not any(look(one.name) in names and one.must_approve(each) for one in reviewers) for each in sections)
            assert (role.value in found) == (bool(present) and group.index(present[0]) == at and alone)
