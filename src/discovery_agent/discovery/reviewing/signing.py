"""Signing a version: the only place where a signature is made, and only by a person who leads."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from discovery_agent.discovery.access import name_of
from discovery_agent.discovery.audit import note
from discovery_agent.discovery.interviewing.cleaning import printable
from discovery_agent.discovery.naming import clean_name, name_to_the_eye
from discovery_agent.discovery.reviewing.looking import standing_in
from discovery_agent.discovery.reviewing.reviewers import require_key
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.blueprint.document import Blueprint, version_id
from discovery_agent.domain.engagement import Principal
from discovery_agent.domain.gates import BEFORE_SIGNING
from discovery_agent.domain.review import LEADING, ROLES_THAT_ANSWER, Although, Concern, Reviewer, SignOff, gives_a_reason, names_a_person
from discovery_agent.errors import InvalidRequest, StaleVersion

LONGEST_REASON = 1_000
_LONGEST_NAME = 120


async def sign(
    ws: Workspace,
    engagement_id: str,
    number: int,
    content_hash: str,
    principal: Principal,
    words: str = "",
    *,
    name: str = "",
    although: Mapping[str, str] | None = None,
) -> SignOff:
    """Freeze a version: from then on it carries no draft mark. Later edits make new versions, which nobody has signed.

    `content_hash` is that of the version as the signer saw it. Signing again with the same key changes nothing. `name` is the signer's,
    where their key names a role and no person. `although` is the reason for each of the version's concerns, by its id: an earlier gate that
    is shut, or a role that answers for sections and that nobody approves for. It stays with the signature.

    Raises:
        NotFound: the engagement is not theirs, or there is no such version.
        AccessDenied: they are neither owner nor lead, or their key does not work any more.
        InvalidRequest: something is lacking, or a concern has no reason; `remedy` lists all of it. Or nobody's name is known.
        StaleVersion: somebody else signed it before.
    """
    said = _said(although or {})
    async with ws.database.unit() as unit:
        await unit.engagements.hold(engagement_id)
        who = await require_key(ws, unit, engagement_id, principal, LEADING, "Only the owner or a lead signs.")
        blueprint = await unit.blueprints.get(engagement_id, version_id(number))
        signer = principal.model_copy(update={"name": _as_person(who, name) or principal.name})
        stands = await standing_in(ws, unit, blueprint, signer=signer)
        if stands.signed is not None:
            if stands.signed.signer_id == who.key_id and stands.signed.content_hash == content_hash:
                return stands.signed
            raise StaleVersion(f"Version {number} was signed by {stands.signed.signer}.", where="number", remedy="Look at it again.")
        content = await asyncio.to_thread(_hash, blueprint)
        lacking = list(stands.lacking)
        if content_hash != content:
            lacking.insert(0, "What was shown is not the content of this version: load it again, and look at it once more.")
        if lacking:
            raise InvalidRequest(f"Version {number} cannot be signed yet.", where="lacking", remedy=" ".join(lacking))
        reasons = _reasons(number, stands.concerns, said)
        if not stands.signs_as:
            raise InvalidRequest(
                "A signature needs the name of a person, and this key names none.", where="name", remedy="Say your own name with it."
            )
        signed = SignOff(
            engagement_id=engagement_id,
            id=blueprint.id,
            at=ws.now(),
            number=number,
            content_hash=content,
            signed_by=stands.signs_as,
            role=who.role,
            signer_id=who.key_id,
            words=printable(words).strip()[:2000],
            although=reasons,
        )
        await unit.sign_offs.add(signed)
        await note(ws, unit, engagement_id, name_of(signer), "blueprint.signed", blueprint.id, content)
        for one in reasons:
            await note(ws, unit, engagement_id, name_of(signer), "blueprint.signed_although", blueprint.id, f"{one.what}. {one.reason}")
    return signed


def _as_person(who: Reviewer, given: str) -> str:
    """The name that somebody signs under: that of their key if it names a person, or else the one that they say."""
    name = clean_name(given)[:_LONGEST_NAME]
    if names_a_person(who.name):
        if name and name_to_the_eye(name) != name_to_the_eye(who.name):
            raise InvalidRequest(
                f"This key belongs to {who.name}, so the signature is in that name.", where="name", remedy="Leave the name out."
            )
        return who.name
    if name and not names_a_person(name):
        raise InvalidRequest(f"“{name}” is no name of a person.", where="name", remedy="Say your own name.")
    return name


def _said(given: Mapping[str, str]) -> dict[str, str]:
    """Reasons as they can be stored, by what they are for."""
    known = {*(one.value for one in BEFORE_SIGNING), *(one.value for one in ROLES_THAT_ANSWER)}
    if unknown := sorted(set(given) - known):
        raise InvalidRequest(
            f"“{clean_name(unknown[0])[:80]}” is nothing that a version is signed despite.",
            where="although",
            remedy=f"Give reasons for {', '.join(sorted(known))}.",
        )
    said = {id_: printable(words).strip() for id_, words in given.items()}
    if any(len(one) > LONGEST_REASON for one in said.values()):
        raise InvalidRequest(f"A reason has at most {LONGEST_REASON:,} characters.", where="although", remedy="Make it shorter.")
    return said


def _reasons(number: int, concerns: Sequence[Concern], said: Mapping[str, str]) -> tuple[Although, ...]:
    """The concerns, each with its reason."""
    if without := [one for one in concerns if not gives_a_reason(said.get(one.id, ""))]:
        raise InvalidRequest(
            f"Version {number} cannot be signed without a reason for what speaks against it.",
            where="although",
            remedy=" ".join(f"{one.what}: {' '.join(one.lacks)}" for one in without)
            + " See to it first, or say in a sentence why it is signed all the same.",
        )
    return tuple(Although(id=one.id, what=one.what, lacks=one.lacks, reason=said[one.id]) for one in concerns)


def _hash(blueprint: Blueprint) -> str:
    return blueprint.content_hash
