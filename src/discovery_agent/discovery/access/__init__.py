"""Who may come in, and what they may open."""

from discovery_agent.discovery.access.invites import (
    INVITE_DAYS,
    LONGEST_DAYS,
    MEMBER_DAYS,
    OWNER_LINK_DAYS,
    hash_of,
    invite,
    keys_of,
    link_renewed_at,
    member_link,
    owner_link,
    renewal_notice,
    revoke,
)
from discovery_agent.discovery.access.rights import is_private, may, may_open, name_of, visible
from discovery_agent.discovery.access.sessions import LOCAL, SESSION_DAYS, is_valid, leave, principal_of, redeem
from discovery_agent.discovery.access.signing_in import WayIn, sign_in, ways_in

__all__ = [
    "INVITE_DAYS",
    "LOCAL",
    "LONGEST_DAYS",
    "MEMBER_DAYS",
    "OWNER_LINK_DAYS",
    "SESSION_DAYS",
    "WayIn",
    "hash_of",
    "invite",
    "is_private",
    "is_valid",
    "keys_of",
    "leave",
    "link_renewed_at",
    "may",
    "may_open",
    "member_link",
    "name_of",
    "owner_link",
    "principal_of",
    "redeem",
    "renewal_notice",
    "revoke",
    "sign_in",
    "visible",
    "ways_in",
]
