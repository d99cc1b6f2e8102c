"""Reviews of blueprints: who must approve, what people do to sections, where a version stands, signing."""

from discovery_agent.discovery.reviewing.acting import act
from discovery_agent.discovery.reviewing.looking import (
    ChangedSection,
    SectionView,
    changed_section,
    newest_signed,
    review_trail,
    section_view,
    standing,
)
from discovery_agent.discovery.reviewing.reviewers import review_rules, reviewers_of, set_rules
from discovery_agent.discovery.reviewing.signing import LONGEST_REASON, sign

__all__ = [
    "LONGEST_REASON",
    "ChangedSection",
    "SectionView",
    "act",
    "changed_section",
    "newest_signed",
    "review_rules",
    "review_trail",
    "reviewers_of",
    "section_view",
    "set_rules",
    "sign",
    "standing",
]
