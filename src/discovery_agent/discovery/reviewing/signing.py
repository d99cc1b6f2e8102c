"""Signing a version: the only place where a signature is made, and only by a person who leads."""

from __future__ import annotations

from discovery_agent.discovery.access import name_of
from discovery_agent.discovery.audit import note
from discovery_agent.discovery.interviewing.cleaning import printable
from discovery_agent.discovery.reviewing.looking import standing_in
from discovery_agent.discovery.reviewing.reviewers import require_key
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.blueprint.document import version_id
from discovery_agent.domain.engagement import Principal
from discovery_agent.domain.review import LEADING, SignOff
from discovery_agent.errors import InvalidRequest, StaleVersion


async def sign(ws: Workspace, engagement_id: str, number: int, content_hash: str, principal: Principal, words: str = "") -> SignOff:
    """Freeze a version: from then on it carries no draft mark. Later edits make new versions, which nobody has signed.

    `content_hash` is that of the version as the signer saw it. Signing again with the same key changes nothing.

    Raises:
        NotFound: the engagement is not theirs, or there is no such version.
        AccessDenied: they are neither owner nor lead, or their key does not work any more.
        InvalidRequest: something is lacking; `remedy` lists all of it.
        StaleVersion: somebody else signed it before.
    """
    async with ws.database.unit() as unit:
        await unit.engagements.hold(engagement_id)
        who = await require_key(ws, unit, engagement_id, principal, LEADING, "Only the owner or a lead signs.")
        blueprint = await unit.blueprints.get(engagement_id, version_id(number))
        stands = await standing_in(ws, unit, blueprint, signer=principal)
        if stands.signed is not None:
            if stands.signed.signer_id == who.key_id and stands.signed.content_hash == content_hash:
                return stands.signed
            raise StaleVersion(f"Version {number} was signed by {stands.signed.signed_by}.", where="number", remedy="Look at it again.")
        lacking = list(stands.lacking)
        if content_hash != blueprint.content_hash:
            lacking.insert(0, "What was shown is not the content of this version: load it again, and look at it once more.")
        if lacking:
            raise InvalidRequest(f"Version {number} cannot be signed yet.", where="lacking", remedy=" ".join(lacking))
        signed = SignOff(
            engagement_id=engagement_id,
            id=blueprint.id,
            at=ws.now(),
            number=number,
            content_hash=blueprint.content_hash,
            signed_by=who.name,
            signer_id=who.key_id,
            words=printable(words).strip()[:2000],
        )
        await unit.sign_offs.add(signed)
        await note(ws, unit, engagement_id, name_of(principal), "blueprint.signed", blueprint.id, blueprint.content_hash)
    return signed
