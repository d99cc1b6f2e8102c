"""How the pages put things: roles, states, how long ago."""

from __future__ import annotations

from datetime import datetime

from discovery_agent.discovery.report.wording import day, plural
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.engagement import ConversationState

ROLE_CHOICES = (
    (Role.SPONSOR.value, "Sponsor: decides and pays"),
    (Role.BUSINESS.value, "Business: answers for the work"),
    (Role.TECHNICAL.value, "Technical: knows systems and data"),
    (Role.COMPLIANCE.value, "Compliance: law, privacy, risk"),
    (Role.END_USER.value, "End user: does the work"),
    (Role.UNKNOWN.value, "Not known yet"),
)
STATE_WORDS = {
    ConversationState.WAITING: "waiting to be read",
    ConversationState.ANALYSED: "read",
    ConversationState.OPEN: "going on",
    ConversationState.RECAP: "recap to be confirmed",
    ConversationState.CLOSED: "finished",
}
RATINGS = ((1, "poorly"), (2, "in part"), (3, "well"), (4, "very well"))
"""How well a recap describes somebody's view: from 1 to 4."""


def ago(moment: datetime, now: datetime) -> str:
    """`just now`, `5 minutes ago`, `3 hours ago`; a date once it is longer ago than a day."""
    minutes = int((now - moment).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{plural(minutes, 'minute')} ago"
    if minutes < 24 * 60:
        return f"{plural(minutes // 60, 'hour')} ago"
    return day(moment)
