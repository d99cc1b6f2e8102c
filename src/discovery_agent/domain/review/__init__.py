"""Reviews: who says what of a section, where it stands, and when a version may be signed.

Nothing here approves: a review is an act of a person with a key, and these rules only count such acts.
"""

from discovery_agent.domain.review.acts import (
    EVERY_REVIEWER,
    LEADING,
    ChoiceReview,
    ReviewEntry,
    Reviewer,
    ReviewRules,
    ReviewStanding,
    SectionReview,
    SectionState,
    SignOff,
    Verb,
    choice_hash,
)
from discovery_agent.domain.review.standing import is_signed, settled_comments, standing_of

__all__ = [
    "EVERY_REVIEWER",
    "LEADING",
    "ChoiceReview",
    "ReviewEntry",
    "ReviewRules",
    "ReviewStanding",
    "Reviewer",
    "SectionReview",
    "SectionState",
    "SignOff",
    "Verb",
    "choice_hash",
    "is_signed",
    "settled_comments",
    "standing_of",
]
