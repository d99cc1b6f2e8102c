"""What reviewers do, who they are, and what is made of it, as values."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from discovery_agent.domain.blueprint.document import Choice, SectionId, content_hash_of
from discovery_agent.domain.conversation import Value
from discovery_agent.domain.engagement import AccessRole
from discovery_agent.domain.kept import Kept

EVERY_REVIEWER = (AccessRole.OWNER, AccessRole.LEAD, AccessRole.REVIEWER)
"""Roles that may act on a section."""
LEADING = (AccessRole.OWNER, AccessRole.LEAD)
"""Roles that may sign, say who must approve, and decide on a choice without being named for it."""


class Verb(StrEnum):
    """What a reviewer does."""

    COMMENT = "comment"
    REQUEST_CHANGES = "request_changes"
    APPROVE = "approve"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    """Takes back their last approval, request or rejection of the section."""
    SETTLE = "settle"
    """Marks a comment as settled: by the one who made it, or the lead. Or answers, with a reason, what somebody objected whose key was
    taken back since: by the lead or a required reviewer."""

    @property
    def decides(self) -> bool:
        """Whether it bears on where a section stands."""
        return self not in (Verb.COMMENT, Verb.SETTLE)

    @property
    def opposes(self) -> bool:
        """Whether a section cannot be approved while it stands."""
        return self in (Verb.REQUEST_CHANGES, Verb.REJECT)

    @property
    def needs_words(self) -> bool:
        """Whether it says nothing without a reason."""
        return self in (Verb.COMMENT, Verb.REQUEST_CHANGES, Verb.REJECT)


class ReviewEntry(Kept):
    """One act of a reviewer on one section, or on one choice of it. Only ever added; ids count up in the order of the acts."""

    number: int = Field(ge=1, description="Version that they looked at.")
    section_id: SectionId
    section_hash: str = Field(description="Content of the section that they looked at.")
    choice_id: str | None = Field(default=None, description="For an act on one choice of section `choices`.")
    choice_hash: str = Field(default="", description="Content of that choice, so that its approval lasts while the choice is unchanged.")
    reviewer_id: str = Field(description="Id of the access key that they hold.")
    reviewer: str = Field(description="Their name, as the key says it.")
    role: AccessRole | None = Field(default=None, description="The role of their key when they acted.")
    verb: Verb
    words: str = Field(default="", max_length=4000)
    part_id: str | None = Field(default=None, max_length=80, description="The part that a comment is on.")
    about: str | None = Field(
        default=None, max_length=80, description="Id of the comment that it answers or settles, or of the objection that it settles."
    )
    client_key: str | None = Field(default=None, max_length=80, description="Made by the sender, so that sending twice counts once.")

    @property
    def group(self) -> str:
        """Its section."""
        return self.section_id.value


class ReviewRules(Kept):
    """Who must approve. `id` is `rules`."""

    required: tuple[str, ...] = Field(default=(), description="Ids of access keys whose holders must approve every section.")
    by_section: dict[SectionId, tuple[str, ...]] = Field(
        default_factory=dict[SectionId, tuple[str, ...]], description="Section -> further ids that must approve it."
    )


class Reviewer(Value):
    """Somebody who may act on sections, and whether their approval is required."""

    key_id: str
    name: str
    role: AccessRole
    everywhere: bool = Field(default=False, description="Whether they must approve every section.")
    sections: tuple[SectionId, ...] = Field(default=(), description="Further sections that they must approve.")
    revoked: bool = Field(
        default=False,
        description="Their key was taken back: they are required no more, and no approval of theirs counts. What they objected stands.",
    )
    expired: bool = Field(default=False, description="Their key has run out: what they approved counts, but they can approve no more.")

    def must_approve(self, section_id: SectionId) -> bool:
        """Whether a section waits for them."""
        return not self.revoked and (self.everywhere or section_id in self.sections)


class SectionState(StrEnum):
    """Where a section of a version stands."""

    WAITING = "waiting"
    CHANGES_REQUESTED = "changes_requested"
    REJECTED = "rejected"
    APPROVED = "approved"
    REAPPROVE = "reapprove"
    """It was approved, and has changed since."""


class SectionReview(Value):
    """Where a section stands, and who has to act."""

    section_id: SectionId
    title: str = ""
    section_hash: str = Field(default="", description="Content that this is about: an act names it.")
    state: SectionState
    approved_by: tuple[str, ...] = Field(default=(), description="Names of those who approved this content.")
    waits_for: tuple[str, ...] = Field(default=(), description="Names of required reviewers who have not approved this content.")
    comments: int = Field(default=0, ge=0)
    open_comments: int = Field(default=0, ge=0, description="Those that nobody settled.")
    against: tuple[str, ...] = Field(default=(), description="Names of those who reject it or ask for changes.")
    against_left: tuple[str, ...] = Field(
        default=(), description="Those of them whose key was taken back since: it stands until the section changes or somebody settles it."
    )
    against_before: tuple[str, ...] = Field(
        default=(), description="Names of those who stood against earlier content and have not decided on this one."
    )
    taken_back: tuple[str, ...] = Field(
        default=(),
        description="Names of those who decided on this content, whose key was taken back since, and of whom nothing counts any more.",
    )
    approver_ids: tuple[str, ...] = Field(default=(), description="Keys of the required reviewers who approved this content.")


class ChoiceReview(Value):
    """Where one choice stands."""

    choice_id: str
    approved: bool
    approved_by: tuple[str, ...] = Field(default=(), description="Names of those whose approval of this choice counts.")
    against: tuple[str, ...] = ()
    against_left: tuple[str, ...] = Field(default=(), description="Those of them whose key was taken back since.")


class Concern(Value):
    """Something that speaks against a signature, and that the owner or a lead may sign despite, with a written reason."""

    id: str = Field(
        description="A phase whose gate is shut, such as `feasibility`, or a role that nobody approves for, such as `compliance`."
    )
    what: str = Field(description="In a few words, such as `The phase Feasibility is not complete`.")
    lacks: tuple[str, ...] = Field(default=(), description="What is missing, a sentence each.")


class Although(Concern):
    """A concern that somebody signed despite."""

    reason: str = Field(max_length=1000)


class SignOff(Kept):
    """A signature that freezes a version. `id` is that of the version."""

    number: int = Field(ge=1)
    content_hash: str
    signed_by: str = Field(description="The name of a person.")
    role: AccessRole | None = Field(default=None, description="The role of their key; None for signatures from before roles were kept.")
    signer_id: str = Field(default="", description="Id of the access key that they held.")
    words: str = Field(default="", max_length=2000)
    although: tuple[Although, ...] = Field(default=(), description="What spoke against it then, each with the signer's reason.")

    @property
    def signer(self) -> str:
        """Who signed, with their role: `Lea Lind (lead)`."""
        return f"{self.signed_by} ({self.role.value})" if self.role else self.signed_by


class ReviewStanding(Value):
    """A version as its reviewers see it."""

    number: int
    content_hash: str
    sections: tuple[SectionReview, ...]
    choices_open: tuple[str, ...] = Field(default=(), description="Ids of choices that nobody required has approved yet.")
    choices: tuple[ChoiceReview, ...] = ()
    objections_left: tuple[str, ...] = Field(
        default=(),
        description="Ids of the objections to what this version holds whose author's key was taken back since: a lead or a required "
        "reviewer can settle them with a reason, also after somebody else did.",
    )
    lacking: tuple[str, ...] = Field(default=(), description="What must happen before it can be signed, a sentence each.")
    concerns: tuple[Concern, ...] = Field(
        default=(), description="What speaks against a signature: whoever signs gives a written reason for each, or waits until it is gone."
    )
    signs_as: str = Field(
        default="", description="The name under which the one who asks would sign; empty if their key names no person, so that they say it."
    )
    signed: SignOff | None = Field(default=None, description="The signature, as long as the content is what was signed.")
    broken: SignOff | None = Field(
        default=None, description="A signature whose content is no longer what was signed: it counts for nothing."
    )
    newest: int = Field(default=0, description="Number of the newest version.")

    @property
    def may_be_signed(self) -> bool:
        """Whether nothing is lacking and nobody has signed yet; for each of the `concerns` it still takes a reason."""
        return not self.lacking and self.signed is None

    @property
    def draft(self) -> bool:
        """Whether the version carries the draft mark: there is no signature of exactly this content."""
        return self.signed is None

    def section(self, section_id: SectionId) -> SectionReview | None:
        """Where a section stands; None if this version has none of that kind."""
        return next((one for one in self.sections if one.section_id is section_id), None)


def choice_hash(choice: Choice) -> str:
    """The same for the same choice, whatever the version around it."""
    return content_hash_of(choice)
