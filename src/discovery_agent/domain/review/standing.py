"""Where a version stands: counted from the acts of people, and from nothing else.

For each reviewer and section, the last of approving, asking for changes, rejecting and withdrawing counts, on the content that they
looked at. A section is approved once every required reviewer approved exactly this content and nobody stands against it. Silence is
never approval: approving the section of choices approves none of them.

Taking back the key of somebody takes their approval away, and never their objection: that stands until the content changes, or a lead or
a required reviewer settles it with a reason. Whoever signs cannot be the only one who settled it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from discovery_agent.domain.blueprint.claims import Severity
from discovery_agent.domain.blueprint.document import Blueprint, BlueprintSection, Choice, SectionId
from discovery_agent.domain.engagement import Principal
from discovery_agent.domain.review.acts import (
    LEADING,
    ChoiceReview,
    Concern,
    ReviewEntry,
    Reviewer,
    ReviewStanding,
    SectionReview,
    SectionState,
    SignOff,
    Verb,
    choice_hash,
)
from discovery_agent.domain.review.phrases import listed
from discovery_agent.domain.review.signer import names_a_person


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def standing_of(
    blueprint: Blueprint,
    entries: Iterable[ReviewEntry],
    reviewers: Sequence[Reviewer],
    *,
    newest: int,
    sign_off: SignOff | None = None,
    signer: Principal | None = None,
    gone: Sequence[str] = (),
    look: Callable[[str], str] = _plain,
    concerns: Sequence[Concern] = (),
) -> ReviewStanding:
    """Where a version stands. With `signer`, also what keeps this person from signing it.

    `gone` are statements of findings that it cites and that were rejected since it was drafted. `look` gives what two names have in
    common that are one to the eye; `concerns` are those that are no matter of this version, such as gates that are shut.

    `reviewers` are all who hold or held a key; an act under a key that is not among them counts for nothing. Acts on later versions
    leave an earlier one as it was.
    """
    acts = _Acts(entries, {one.key_id: one for one in reviewers}, blueprint.number)
    sections = tuple(_section(one, acts) for one in blueprint.sections)
    choices = tuple(_choice(one, acts) for one in blueprint.choices)
    sound = sign_off is not None and is_signed(blueprint, sign_off)
    lacking: list[str] = []
    if not sound:
        lacking = [
            *_of_version(blueprint, newest, broken=sign_off is not None),
            *_of_sections(sections, reviewers),
            *_of_choices(blueprint.choices, choices),
            *(f"{one.text} {one.remedy}".strip() for one in blueprint.defects if one.severity is Severity.BLOCKS),
            *(
                f"A finding that this version cites was rejected since, or is gone: “{one.rstrip('.')}”. Draft a new version."
                for one in gone
            ),
            *(_of_signer(blueprint, sections, acts, signer, look) if signer else ()),
        ]
    return ReviewStanding(
        number=blueprint.number,
        content_hash=blueprint.content_hash,
        sections=sections,
        choices=choices,
        choices_open=tuple(one.choice_id for one in choices if not one.approved),
        objections_left=tuple(one.entry.id for one in acts.left(blueprint)),
        lacking=tuple(dict.fromkeys(lacking)),
        concerns=() if sound else tuple(concerns),
        signs_as=signer.name if signer and names_a_person(signer.name) else "",
        signed=sign_off if sound else None,
        broken=None if sound else sign_off,
        newest=newest,
    )


def is_signed(blueprint: Blueprint, sign_off: SignOff | None) -> bool:
    """Whether a version is signed: the draft mark goes only where a signature names exactly this content."""
    return (
        sign_off is not None
        and sign_off.engagement_id == blueprint.engagement_id
        and sign_off.number == blueprint.number
        and sign_off.content_hash == blueprint.content_hash
    )


def settled_comments(entries: Iterable[ReviewEntry]) -> frozenset[str]:
    """Ids of the comments that somebody settled."""
    return frozenset(one.about for one in entries if one.verb is Verb.SETTLE and one.about)


@dataclass(frozen=True)
class _Decision:
    """What one reviewer decided last."""

    entry: ReviewEntry
    by: Reviewer


class _Acts:
    """Acts up to a version, by what they are about."""

    def __init__(self, entries: Iterable[ReviewEntry], reviewers: Mapping[str, Reviewer], number: int) -> None:
        self.reviewers = reviewers
        seen = sorted((one for one in entries if one.number <= number), key=lambda one: one.id)
        self._settled = settled_comments(seen)
        self._settlers: dict[str, list[Reviewer]] = {}
        for one in seen:
            if one.verb is Verb.SETTLE and one.about and one.reviewer_id in reviewers:
                self._settlers.setdefault(one.about, []).append(reviewers[one.reviewer_id])
        self._last: dict[tuple[SectionId, str | None], dict[str, ReviewEntry]] = {}
        self._comments: dict[SectionId, list[str]] = {}
        for one in seen:
            if one.verb.decides:
                self._last.setdefault((one.section_id, one.choice_id), {})[one.reviewer_id] = one
            elif one.verb is Verb.COMMENT:
                self._comments.setdefault(one.section_id, []).append(one.id)

    def decisions(self, section_id: SectionId, choice_id: str | None = None) -> list[_Decision]:
        """The last decision of each reviewer whose key is known."""
        last = self._last.get((section_id, choice_id), {}).values()
        return [_Decision(one, self.reviewers[one.reviewer_id]) for one in last if one.reviewer_id in self.reviewers]

    def settlers(self, objection: ReviewEntry) -> list[Reviewer]:
        """Who settled what somebody objected whose key was taken back since; a settlement lasts as long as the key of its author."""
        return [one for one in self._settlers.get(objection.id, ()) if not one.revoked and one.key_id != objection.reviewer_id]

    def stands(self, decision: _Decision) -> bool:
        """Whether a decision counts: under a key that was taken back, only an objection that nobody settled."""
        if not decision.by.revoked:
            return True
        return decision.entry.verb.opposes and not self.settlers(decision.entry)

    def objections_left(self, section_id: SectionId, content: str, choice_id: str | None = None) -> list[_Decision]:
        """Objections to this content under keys that were taken back, settled or not."""
        return [
            one
            for one in self.decisions(section_id, choice_id)
            if one.by.revoked
            and one.entry.verb.opposes
            and content == (one.entry.section_hash if choice_id is None else one.entry.choice_hash)
        ]

    def left(self, blueprint: Blueprint) -> list[_Decision]:
        """The same of a whole version, with its choices."""
        return [
            *(one for section in blueprint.sections for one in self.objections_left(section.id, section.content_hash)),
            *(one for each in blueprint.choices for one in self.objections_left(SectionId.CHOICES, choice_hash(each), each.id)),
        ]

    def comments(self, section_id: SectionId) -> tuple[int, int]:
        """How many comments there are, and how many nobody settled."""
        made = self._comments.get(section_id, [])
        return len(made), sum(one not in self._settled for one in made)


def _section(section: BlueprintSection, acts: _Acts) -> SectionReview:
    content = section.content_hash
    required = [one for one in acts.reviewers.values() if one.must_approve(section.id)]
    decisions = acts.decisions(section.id)
    counting = [one for one in decisions if acts.stands(one)]
    here = [one for one in counting if one.entry.section_hash == content]
    approved = [one.by for one in here if one.entry.verb is Verb.APPROVE]
    against = [one for one in here if one.entry.verb.opposes]
    waits = [one for one in required if one not in approved]
    elsewhere = [one for one in counting if one.entry.section_hash != content and not one.by.revoked]
    made, unsettled = acts.comments(section.id)
    if any(one.entry.verb is Verb.REJECT for one in against):
        state = SectionState.REJECTED
    elif against:
        state = SectionState.CHANGES_REQUESTED
    elif required and not waits:
        state = SectionState.APPROVED
    elif any(one.entry.verb is Verb.APPROVE and (not required or one.by in required) for one in elsewhere):
        state = SectionState.REAPPROVE
    else:
        state = SectionState.WAITING
    return SectionReview(
        section_id=section.id,
        title=section.title,
        section_hash=content,
        state=state,
        approved_by=tuple(one.name for one in approved),
        waits_for=tuple(one.name for one in waits),
        comments=made,
        open_comments=unsettled,
        against=tuple(one.by.name for one in against),
        against_left=tuple(one.by.name for one in against if one.by.revoked),
        against_before=tuple(one.by.name for one in elsewhere if one.entry.verb.opposes),
        taken_back=tuple(
            one.by.name
            for one in decisions
            if one.by.revoked and one not in counting and one.entry.section_hash == content and one.entry.verb is not Verb.WITHDRAW
        ),
        approver_ids=tuple(one.key_id for one in approved if one in required),
    )


def _choice(choice: Choice, acts: _Acts) -> ChoiceReview:
    """A choice is approved by the owner, a lead, or whoever must approve the section of choices; others are heard, and may object."""
    content = choice_hash(choice)
    decisions = [one for one in acts.decisions(SectionId.CHOICES, choice.id) if acts.stands(one) and one.entry.choice_hash == content]
    approved = [
        one.by.name
        for one in decisions
        if one.entry.verb is Verb.APPROVE and (one.by.role in LEADING or one.by.must_approve(SectionId.CHOICES))
    ]
    against = [one.by for one in decisions if one.entry.verb.opposes]
    return ChoiceReview(
        choice_id=choice.id,
        approved=bool(approved) and not against,
        approved_by=tuple(approved),
        against=tuple(one.name for one in against),
        against_left=tuple(one.name for one in against if one.revoked),
    )


def _of_version(blueprint: Blueprint, newest: int, *, broken: bool) -> Iterable[str]:
    if broken:
        yield (
            f"Version {blueprint.number} was signed, and its content is not what was signed: something changed it outside this program. "
            "Restore a backup, or make a new version and have it reviewed."
        )
    if newest > blueprint.number:
        yield f"Version {newest} is newer than version {blueprint.number}: review and sign the newest."


def _of_sections(sections: Sequence[SectionReview], reviewers: Sequence[Reviewer]) -> Iterable[str]:
    known = [one for one in reviewers if not one.revoked and (one.everywhere or one.sections)]
    if not known:
        yield "Nobody is named who must approve: name at least one reviewer who is not the one who signs."
    expired = {one.name for one in known if one.expired}
    for one in sections:
        if one.state is SectionState.APPROVED:
            continue
        if one.against:
            asks = "reject" if one.state is SectionState.REJECTED else "ask for changes to"
            yield f"“{one.title}”: {listed(one.against)} {_verb(one.against, asks)} it."
        if one.against_left:
            yield f"“{one.title}”: {_left(one.against_left)}"
        if one.waits_for:
            again = " again, for it changed" if one.state is SectionState.REAPPROVE else ""
            yield f"“{one.title}”: {listed(one.waits_for)} {'has' if len(one.waits_for) == 1 else 'have'} to approve it{again}."
        elif not one.against and known:
            yield f"“{one.title}”: nobody is named who must approve it."
        if late := sorted(expired & set(one.waits_for)):
            yield f"The key of {listed(late)} has run out: give a new one and name it as required, or take the old one off the list."


def _of_choices(choices: Sequence[Choice], reviews: Sequence[ChoiceReview]) -> Iterable[str]:
    for choice, review in zip(choices, reviews, strict=True):
        if review.approved:
            continue
        what = f"“{choice.asked}” is {choice.kind.value}"
        if review.against:
            yield f"{what}: {listed(review.against)} {_verb(review.against, 'stand')} against this choice."
            if review.against_left:
                yield f"{what}: {_left(review.against_left)}"
        else:
            yield f"{what}: the lead or a required reviewer has to approve this choice by itself."


def _left(names: Sequence[str]) -> str:
    """What an objection asks for whose author can take it back no more."""
    return (
        f"the key of {listed(names)} was taken back, and the objection stands. The section has to change, or a lead or a required "
        "reviewer who is not the one who signs has to settle it with a reason."
    )


def _of_signer(
    blueprint: Blueprint, sections: Sequence[SectionReview], acts: _Acts, signer: Principal, look: Callable[[str], str]
) -> Iterable[str]:
    """Whoever signs cannot be the only one who approved, or who settled an objection: a second key under the same name is no second
    person."""

    def is_signer(one: Reviewer) -> bool:
        return one.key_id == signer.key_id or look(one.name) == look(signer.name)

    who = signer.name or "the one who signs"
    for one in sections:
        if one.state is SectionState.APPROVED and all(is_signer(acts.reviewers[key]) for key in one.approver_ids):
            yield f"“{one.title}”: only {who} approved it, and whoever signs cannot be the only approver."
    titles = {one.id: one.title for one in blueprint.sections}
    for left in acts.left(blueprint):
        settlers = acts.settlers(left.entry)
        if settlers and all(map(is_signer, settlers)):
            yield (
                f"“{titles[left.entry.section_id]}”: only {who} settled what {left.by.name} objected, and whoever signs cannot settle that "
                "alone."
            )


def _verb(names: Sequence[str], plural: str) -> str:
    first, _, rest = plural.partition(" ")
    return plural if len(names) > 1 else f"{first}s{' ' + rest if rest else ''}"
