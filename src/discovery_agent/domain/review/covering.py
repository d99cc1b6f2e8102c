"""Whose approval a version needs besides that of whoever is willing: the roles that answer for its sections."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from discovery_agent.domain.blueprint.document import BlueprintSection, SectionId
from discovery_agent.domain.conversation import Role, Stakeholder
from discovery_agent.domain.review.acts import Concern, Reviewer
from discovery_agent.domain.review.phrases import listed

_ALL = SectionId
ANSWERS: tuple[tuple[tuple[Role, ...], tuple[SectionId, ...]], ...] = (
    ((Role.SPONSOR, Role.BUSINESS), (_ALL.MEMO, _ALL.SPONSOR_VISION, _ALL.ECONOMICS, _ALL.CHOICES)),
    ((Role.TECHNICAL,), (_ALL.BUILDER_VISION, _ALL.MVP, _ALL.BACKLOG, _ALL.PLAN)),
    ((Role.COMPLIANCE,), (_ALL.PEOPLE_IN_THE_LOOP, _ALL.RISKS)),
)
"""Roles -> sections that they answer for. Of several roles the first that a stakeholder has; one that nobody has answers for nothing."""
ROLES_THAT_ANSWER = tuple(dict.fromkeys(role for roles, _ in ANSWERS for role in roles))
_WORDS = {Role.SPONSOR: "the sponsor", Role.BUSINESS: "the business", Role.TECHNICAL: "technical people", Role.COMPLIANCE: "compliance"}
_MOST_NAMES = 4


def left_out(
    sections: Sequence[BlueprintSection], people: Sequence[Stakeholder], reviewers: Sequence[Reviewer], look: Callable[[str], str]
) -> tuple[Concern, ...]:
    """Roles that answer for sections which nobody of them has to approve, although the engagement has such stakeholders.

    A reviewer stands for the stakeholder of the same name; `look` gives what two names have in common that are one to the eye.
    """
    found: list[Concern] = []
    for roles, own in ANSWERS:
        role = next((one for one in roles if any(person.role is one for person in people)), None)
        if role is None:
            continue
        names = tuple(dict.fromkeys(person.name for person in people if person.role is role))
        seen = frozenset(map(look, names))
        answering = [one for one in reviewers if look(one.name) in seen]
        alone = [one.title for one in sections if one.id in own and not any(each.must_approve(one.id) for each in answering)]
        if alone:
            told = listed(tuple(f"“{one}”" for one in alone))
            found.append(
                Concern(
                    id=role.value,
                    what=f"Nobody approves for {_WORDS[role]}",
                    lacks=(f"{told}: {listed(names[:_MOST_NAMES], 'or')} ({role.value}) would have to be required as reviewer.",),
                )
            )
    return tuple(found)
