"""What reviewers do to a section: the only place where an act of review is made, and only for a person with a key."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from discovery_agent.discovery.access import name_of
from discovery_agent.discovery.audit import note
from discovery_agent.discovery.interviewing.cleaning import printable
from discovery_agent.discovery.reviewing.reviewers import known_reviewers, require_key
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.blueprint.document import Blueprint, BlueprintSection, Choice, SectionId, version_id
from discovery_agent.domain.engagement import Principal
from discovery_agent.domain.review import EVERY_REVIEWER, LEADING, ReviewEntry, Reviewer, Verb, choice_hash, is_signed
from discovery_agent.errors import AccessDenied, InvalidRequest, NotFound, StaleVersion
from discovery_agent.storage.unit import Unit

LONGEST_WORDS = 4_000


async def act(
    ws: Workspace,
    engagement_id: str,
    number: int,
    section_id: SectionId,
    section_hash: str,
    verb: Verb,
    words: str,
    principal: Principal,
    choice_id: str | None = None,
    part_id: str | None = None,
    *,
    about: str | None = None,
    client_key: str | None = None,
) -> ReviewEntry:
    """Comment on a section, ask for changes, approve, reject, take that back, or settle a comment or the objection of somebody who left.

    `number` and `section_hash` say what the reviewer looked at. If the section has changed since, in a newer version, the act is refused
    and `changed_section` shows both. `choice_id` makes it an act on one choice of the section of choices; `part_id` says which part a
    comment is on; `about` is the comment that is answered or settled, or an objection whose author's key was taken back. The same act on a
    section with the same `client_key` counts once.

    Raises:
        NotFound: the engagement is not theirs, or the version, section, choice, part or comment is not there.
        AccessDenied: their role may not act, their key does not work any more, or the comment or objection is not theirs to settle.
        InvalidRequest: words are needed and missing, the version is signed, there is nothing to take back, or whoever objects can do so
            themselves.
        StaleVersion: the section is not what they looked at any more.
    """
    said = _words(words, verb)
    async with ws.database.unit() as unit:
        await unit.engagements.hold(engagement_id)
        who = await require_key(ws, unit, engagement_id, principal, EVERY_REVIEWER, "Only reviewers, leads and the owner review.")
        blueprint = await unit.blueprints.get(engagement_id, version_id(number))
        section = _section(blueprint, section_id)
        entries, _ = await unit.reviews.list(engagement_id, group=section_id.value, limit=None)
        again = next((one for one in entries if client_key and one.client_key == client_key and one.reviewer_id == who.key_id), None)
        if again is not None:
            # Settling is about another act, whatever the section is by now.
            shown = again.section_hash if verb is Verb.SETTLE else section_hash
            return _same(again, (verb, number, shown, choice_id, part_id, about, said))
        if verb is not Verb.SETTLE:
            await _require_unchanged(unit, blueprint, section, section_hash)
        signature = await unit.sign_offs.find(engagement_id, blueprint.id) if verb.decides else None
        if signature is not None and await asyncio.to_thread(is_signed, blueprint, signature):
            raise InvalidRequest(
                f"Version {number} is signed, so nothing about it changes.", where="number", remedy="Make a new version, and review that."
            )
        choice = _choice(blueprint, section_id, choice_id)
        _require_part(section, part_id, verb)
        revoked = (
            {one.key_id for one in await known_reviewers(ws, unit, engagement_id) if one.revoked} if verb is Verb.SETTLE else set[str]()
        )
        _require_comment(entries, about, verb, who, revoked, said)
        if verb is Verb.WITHDRAW:
            _require_standing(entries, who, choice_id)
        entry = ReviewEntry(
            engagement_id=engagement_id,
            id=_next_id(await unit.reviews.latest(engagement_id)),
            at=ws.now(),
            number=number,
            section_id=section_id,
            section_hash=section.content_hash,
            choice_id=choice_id,
            choice_hash=choice_hash(choice) if choice else "",
            reviewer_id=who.key_id,
            reviewer=who.name,
            role=who.role,
            verb=verb,
            words=said,
            part_id=part_id,
            about=about,
            client_key=client_key,
        )
        await unit.reviews.add(entry)
        detail = f"version {number}, {section.title}" + (f", choice: {choice.asked}" if choice else "")
        await note(ws, unit, engagement_id, name_of(principal), f"review.{verb.value}", section_id.value, detail)
    return entry


def _words(words: str, verb: Verb) -> str:
    said = printable(words).strip()
    if verb.needs_words and not any(sign.isalnum() for sign in said):
        what = {Verb.COMMENT: "A comment", Verb.REJECT: "A rejection"}.get(verb, "A request for changes")
        raise InvalidRequest(f"{what} says why.", where="words", remedy="Write a sentence.")
    if len(said) > LONGEST_WORDS:
        raise InvalidRequest(f"At most {LONGEST_WORDS:,} characters are taken.", where="words", remedy="Make it shorter.")
    return said


def _section(blueprint: Blueprint, section_id: SectionId) -> BlueprintSection:
    section = blueprint.section(section_id)
    if section is None:
        raise NotFound("This version has no such section.", where=section_id.value)
    return section


async def _require_unchanged(unit: Unit, blueprint: Blueprint, section: BlueprintSection, section_hash: str) -> None:
    """The content that was looked at must be that of the version that was named, and still be in the newest."""
    newest = await unit.blueprints.latest(blueprint.engagement_id)
    now = newest.section(section.id) if newest else None
    if section_hash == section.content_hash and now is not None and now.content_hash == section_hash:
        return
    where = f"version {newest.number}" if newest and newest.number != blueprint.number else f"version {blueprint.number}"
    raise StaleVersion(
        f"“{section.title}” is not what was shown any more: look at it in {where}.",
        where=section.id.value,
        remedy="Compare both, and decide anew.",
    )


def _choice(blueprint: Blueprint, section_id: SectionId, choice_id: str | None) -> Choice | None:
    if choice_id is None:
        return None
    if section_id is not SectionId.CHOICES:
        raise InvalidRequest("Only the section of choices has choices.", where="choice_id")
    choice = next((one for one in blueprint.choices if one.id == choice_id), None)
    if choice is None:
        raise NotFound("This version has no such choice.", where=choice_id)
    return choice


def _require_part(section: BlueprintSection, part_id: str | None, verb: Verb) -> None:
    if part_id is None:
        return
    if verb is not Verb.COMMENT:
        raise InvalidRequest("Only a comment is on a part; everything else is on the whole section.", where="part_id")
    if all(one.id != part_id for one in section.parts):
        raise NotFound("This section has no such part.", where=part_id)


def _require_comment(
    entries: list[ReviewEntry], about: str | None, verb: Verb, who: Reviewer, revoked: Collection[str], words: str
) -> None:
    if about is None:
        if verb is Verb.SETTLE:
            raise InvalidRequest("It is not said which comment is settled.", where="about")
        return
    if verb not in (Verb.COMMENT, Verb.SETTLE):
        raise InvalidRequest("Only a comment is answered or settled.", where="about")
    named = next((one for one in entries if one.id == about), None)
    if named is not None and named.verb.opposes and verb is Verb.SETTLE:
        _require_left(named, who, revoked, words)
        return
    comment = named if named is not None and named.verb is Verb.COMMENT else None
    if comment is None:
        raise NotFound("This section has no such comment.", where=about)
    if verb is Verb.SETTLE and comment.reviewer_id != who.key_id and who.role not in LEADING:
        raise AccessDenied("A comment is settled by the one who made it, or by the lead.")


def _require_left(objection: ReviewEntry, who: Reviewer, revoked: Collection[str], words: str) -> None:
    """An objection is settled for somebody else only once they cannot take it back themselves, by one who answers for it."""
    if who.role not in LEADING and not who.must_approve(objection.section_id):
        raise AccessDenied("What somebody objected is settled by the lead, or by a required reviewer.")
    if objection.reviewer_id not in revoked:
        raise InvalidRequest(
            f"{objection.reviewer} can take that back themselves.", where="about", remedy="Ask them, or change the section."
        )
    if not any(sign.isalnum() for sign in words):
        raise InvalidRequest("An objection is settled with a reason.", where="words", remedy="Write how it was answered.")


def _require_standing(entries: list[ReviewEntry], who: Reviewer, choice_id: str | None) -> None:
    mine = [one for one in entries if one.reviewer_id == who.key_id and one.choice_id == choice_id and one.verb.decides]
    if not mine or max(mine, key=lambda one: one.id).verb is Verb.WITHDRAW:
        raise InvalidRequest("There is nothing of yours to take back here.", where="verb")


def _same(entry: ReviewEntry, wanted: tuple[Verb, int, str, str | None, str | None, str | None, str]) -> ReviewEntry:
    """An act that was sent twice: it must be the same, on the same content."""
    done = (entry.verb, entry.number, entry.section_hash, entry.choice_id, entry.part_id, entry.about, entry.words)
    if done != wanted:
        raise InvalidRequest("Another act came with this key before.", where="client_key", remedy="Take a new key for each act.")
    return entry


def _next_id(latest: ReviewEntry | None) -> str:
    """Ids count up, so that the last act is the last one also where two happen in one instant."""
    return f"a{int(latest.id[1:]) + 1 if latest else 1:09d}"
