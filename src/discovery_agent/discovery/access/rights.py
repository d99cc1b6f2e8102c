"""Who may do what: in an engagement, and with the words of a conversation."""

from __future__ import annotations

from discovery_agent.domain.conversation import ConversationKind
from discovery_agent.domain.engagement import AccessRole, ConversationRecord, Principal
from discovery_agent.errors import AccessDenied, NotFound

_WRITERS = (AccessRole.OWNER, AccessRole.LEAD)


def may(principal: Principal, engagement_id: str, *, write: bool = False) -> None:
    """Return if somebody may open an engagement, or with `write` change it.

    Raises:
        NotFound: it is not theirs; nothing tells whether it is there.
        AccessDenied: it is theirs, but their role may not do this.
    """
    if principal.role is AccessRole.OWNER:
        return
    if principal.engagement_id != engagement_id:
        raise NotFound("There is no such engagement.", where=engagement_id)
    if principal.role is AccessRole.STAKEHOLDER:
        raise AccessDenied("An invite opens its own interview only.")
    if write and principal.role not in _WRITERS:
        raise AccessDenied(
            "A reviewer reads, comments and approves, and changes nothing else.", remedy="Whoever leads the discovery can do it."
        )


def may_open(principal: Principal, record: ConversationRecord, *, private: bool = True, speak: bool = False, write: bool = False) -> None:
    """Return if somebody may read the words of a conversation; with `speak` answer in it, with `write` change what came of it.

    `private` is the engagement's setting. Nobody but its stakeholder speaks in an interview.

    Raises:
        NotFound: it is not theirs; nothing tells whether it is there.
        AccessDenied: its words are not theirs to read, or their role may not do this.
    """
    missing = NotFound("There is no such conversation.", where=record.id)
    if principal.role is AccessRole.STAKEHOLDER:
        own = record.kind is ConversationKind.INTERVIEW and record.stakeholder_id == principal.stakeholder_id
        if record.engagement_id != principal.engagement_id or not own:
            raise missing
        return
    if principal.role is not AccessRole.OWNER and record.engagement_id != principal.engagement_id:
        raise missing
    if speak:
        raise AccessDenied("Only the stakeholder whom an interview is with can answer in it.")
    may(principal, record.engagement_id, write=write)
    if not visible(principal, record, private=private):
        raise AccessDenied(
            "The stakeholder has not released this interview yet.", where=record.id, remedy="It opens once they release it at its end."
        )


def visible(principal: Principal, record: ConversationRecord, *, private: bool = True) -> bool:
    """Whether the words and findings of a conversation are shown to somebody who may open its engagement.

    `private` is the engagement's setting: then an interview stays between its stakeholder and the program until it is released.
    """
    if principal.role is AccessRole.STAKEHOLDER:
        return record.stakeholder_id is not None and record.stakeholder_id == principal.stakeholder_id
    return not private or not is_private(record)


def is_private(record: ConversationRecord) -> bool:
    """Whether a conversation is between its stakeholder and the program so far; an uploaded transcript never is."""
    return record.kind is ConversationKind.INTERVIEW and record.stakeholder_id is not None and record.released_at is None


def name_of(principal: Principal) -> str:
    """Somebody as the audit trail names them."""
    return f"{principal.name or 'Somebody'} ({principal.role.value})"
