"""Who may act on a blueprint, whose approval is required, and who holds the key that an act is made with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from discovery_agent.discovery.access import may, name_of
from discovery_agent.discovery.audit import note
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.blueprint.document import SectionId
from discovery_agent.domain.engagement import AccessKey, AccessRole, Principal
from discovery_agent.domain.review import EVERY_REVIEWER, LEADING, Reviewer, ReviewRules
from discovery_agent.errors import AccessDenied, InvalidRequest, StaleVersion
from discovery_agent.storage.unit import Unit

RULES = "rules"


async def reviewers_of(ws: Workspace, engagement_id: str) -> tuple[Reviewer, ...]:
    """Everybody who was let in as lead or reviewer, by name: who must approve what, and whose key was taken back or has run out.

    Raises:
        NotFound: there is no such engagement.
    """
    async with ws.database.reading() as unit:
        await unit.engagements.get(engagement_id)
        known = await known_reviewers(ws, unit, engagement_id)
    return tuple(sorted((one for one in known if one.role is not AccessRole.OWNER), key=lambda one: (one.name.casefold(), one.key_id)))


async def review_rules(ws: Workspace, engagement_id: str) -> ReviewRules | None:
    """Who must approve, as it was set; None before anybody was named. `version` is what a change names.

    Raises:
        NotFound: there is no such engagement.
    """
    async with ws.database.reading() as unit:
        await unit.engagements.get(engagement_id)
        return await unit.review_rules.find(engagement_id, RULES)


async def set_rules(
    ws: Workspace,
    engagement_id: str,
    *,
    required: Sequence[str],
    by_section: Mapping[SectionId, Sequence[str]] | None = None,
    version: int | None,
    principal: Principal,
) -> ReviewRules:
    """Say whose approval is required: of every section, and further ones of single sections. `version` is None the first time.

    Raises:
        NotFound: the engagement is not theirs.
        AccessDenied: they are neither owner nor lead.
        InvalidRequest: somebody named is no lead or reviewer here, or their key does not work any more.
        StaleVersion: somebody set the rules meanwhile.
    """
    by_section = by_section or {}
    async with ws.database.unit() as unit:
        await unit.engagements.hold(engagement_id)
        await require_key(ws, unit, engagement_id, principal, LEADING, "Only the owner or a lead says who must approve.")
        people = {one.key_id: one for one in await known_reviewers(ws, unit, engagement_id)}
        for key_id in (*required, *(one for some in by_section.values() for one in some)):
            _require_able(people.get(key_id))
        before = await unit.review_rules.find(engagement_id, RULES)
        if (before.version if before else None) != version:
            raise StaleVersion("Somebody said meanwhile who must approve.", where="version", remedy="Load it again, and decide anew.")
        rules = ReviewRules(
            engagement_id=engagement_id,
            id=RULES,
            at=ws.now(),
            version=version or 1,
            required=tuple(dict.fromkeys(required)),
            by_section={section: tuple(dict.fromkeys(some)) for section, some in by_section.items() if some},
        )
        stored = await (unit.review_rules.update(rules) if before else unit.review_rules.add(rules))
        await note(ws, unit, engagement_id, name_of(principal), "review.rules_set", RULES, _told(rules, people))
    return stored


async def known_reviewers(ws: Workspace, unit: Unit, engagement_id: str) -> list[Reviewer]:
    """Everybody whose acts may count, the owner's keys included, as the rules name them."""
    rules = await unit.review_rules.find(engagement_id, RULES)
    keys = [*await unit.access.list(engagement_id), *await unit.access.list(None)]
    return [_reviewer(one, rules, ws.now()) for one in keys if one.role in EVERY_REVIEWER]


async def require_key(
    ws: Workspace, unit: Unit, engagement_id: str, principal: Principal, roles: Sequence[AccessRole], refusal: str
) -> Reviewer:
    """The reviewer that a principal is, if their key is stored here, works now and has one of these roles.

    Whoever acts is looked up again in the transaction of the act: a key that was taken back a moment ago, or that never was given out,
    does nothing.

    Raises:
        NotFound: the engagement is not theirs.
        AccessDenied: their role may not do this, or their key does not work.
    """
    may(principal, engagement_id)
    owner = principal.role is AccessRole.OWNER
    held = next((one for one in await unit.access.list(None if owner else engagement_id) if one.id == principal.key_id), None)
    if held is None or held.role is not principal.role or held.revoked_at is not None or _run_out(held, ws.now()):
        raise AccessDenied("This key does not work here any more.", remedy="Ask for a new link.")
    if held.role not in roles:
        raise AccessDenied(refusal)
    return _reviewer(held, await unit.review_rules.find(engagement_id, RULES), ws.now())


def _reviewer(key: AccessKey, rules: ReviewRules | None, now: datetime) -> Reviewer:
    return Reviewer(
        key_id=key.id,
        name=key.label or key.role.value,
        role=key.role,
        everywhere=rules is not None and key.id in rules.required,
        sections=tuple(section for section, ids in rules.by_section.items() if key.id in ids) if rules else (),
        revoked=key.revoked_at is not None,
        expired=_run_out(key, now),
    )


def _run_out(key: AccessKey, now: datetime) -> bool:
    """Whether nobody can act with a key any more. What a one-time link opened lasts as long as its session does."""
    return not key.one_time and key.expires_at is not None and key.expires_at <= now


def _require_able(person: Reviewer | None) -> None:
    if person is None or person.role is AccessRole.OWNER:
        raise InvalidRequest("Only leads and reviewers of this engagement can be required.", where="required", remedy="Let them in first.")
    if person.revoked or person.expired:
        state = "was taken back" if person.revoked else "has run out"
        raise InvalidRequest(f"The key of {person.name} {state}.", where="required", remedy="Give them a new one, and name that.")


def _told(rules: ReviewRules, people: Mapping[str, Reviewer]) -> str:
    every = ", ".join(people[one].name for one in rules.required) or "nobody"
    more = "; ".join(f"{section.value}: {', '.join(people[one].name for one in ids)}" for section, ids in rules.by_section.items())
    return f"every section: {every}" + (f"; {more}" if more else "")
