"""Reviews: who says what of a section, where it stands, and when a version may be signed.

Nothing here approves: a review is an act of a person with a key, and these rules only count such acts.
"""

from discovery_agent.domain.review.acts import (
    EVERY_REVIEWER,
    LEADING,
    Although,
    ChoiceReview,
    Concern,
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
from discovery_agent.domain.review.covering import ANSWERS, ROLES_THAT_ANSWER, left_out
from discovery_agent.domain.review.phrases import listed
from discovery_agent.domain.review.signer import gives_a_reason, names_a_person
from discovery_agent.domain.review.standing import is_signed, settled_comments, standing_of

__all__ = [
    "ANSWERS",
    "EVERY_REVIEWER",
    "LEADING",
    "ROLES_THAT_ANSWER",
    "Although",
    "ChoiceReview",
    "Concern",
    "ReviewEntry",
    "ReviewRules",
    "ReviewStanding",
    "Reviewer",
    "SectionReview",
    "SectionState",
    "SignOff",
    "Verb",
    "choice_hash",
    "gives_a_reason",
    "is_signed",
    "left_out",
    "listed",
    "names_a_person",
    "settled_comments",
    "standing_of",
]
