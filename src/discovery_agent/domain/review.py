"""Reviews: who says what of a section, where it stands, and when a version may be signed.

Nothing here approves: a review is an act of a person with a key, and these rules only count such acts.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from discovery_agent.domain.blueprint.document import SectionId
from discovery_agent.domain.conversation import Value
from discovery_agent.domain.kept import Kept


class Verb(StrEnum):
    """What a reviewer does."""

    COMMENT = "comment"
    REQUEST_CHANGES = "request_changes"
    APPROVE = "approve"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    """Takes back their last approval, request or rejection of the section."""


class ReviewEntry(Kept):
    """One act of a reviewer on one section, or on one choice of it. Only ever added."""

    number: int = Field(ge=1, description="Version that they looked at.")
    section_id: SectionId
    section_hash: str = Field(description="Content of the section that they looked at.")
    choice_id: str | None = Field(default=None, description="For an act on one choice of section `choices`.")
    reviewer_id: str = Field(description="Id of the access key that they hold.")
    reviewer: str = Field(description="Their name, as the key says it.")
    verb: Verb
    words: str = Field(default="", max_length=4000)
    part_id: str | None = Field(default=None, max_length=80, description="The part that a comment is on.")

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
    state: SectionState
    approved_by: tuple[str, ...] = Field(default=(), description="Names of those who approved this content.")
    waits_for: tuple[str, ...] = Field(default=(), description="Names of required reviewers who have not approved this content.")
    comments: int = Field(default=0, ge=0)
    against: tuple[str, ...] = Field(default=(), description="Names of those who reject it or ask for changes.")


class SignOff(Kept):
    """A signature that freezes a version. `id` is that of the version."""

    number: int = Field(ge=1)
    content_hash: str
    signed_by: str
    words: str = Field(default="", max_length=2000)


class ReviewStanding(Value):
    """A version as its reviewers see it."""

    number: int
    content_hash: str
    sections: tuple[SectionReview, ...]
    choices_open: tuple[str, ...] = Field(default=(), description="Ids of choices that nobody required has approved yet.")
    lacking: tuple[str, ...] = Field(default=(), description="What must happen before it can be signed, a sentence each.")
    signed: SignOff | None = None

    @property
    def may_be_signed(self) -> bool:
        """Whether nothing is lacking and nobody has signed yet."""
        return not self.lacking and self.signed is None
