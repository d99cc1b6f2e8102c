"""How the pages of review put things: where a section stands, and what somebody did."""

from __future__ import annotations

from collections.abc import Sequence

from discovery_agent.domain.blueprint.document import Blueprint, SectionId
from discovery_agent.domain.review import SectionState, SignOff, Verb

STATES = {
    SectionState.WAITING: ("waits for approval", "warn"),
    SectionState.CHANGES_REQUESTED: ("changes requested", "clash"),
    SectionState.REJECTED: ("rejected", "clash"),
    SectionState.APPROVED: ("approved", "good"),
    SectionState.REAPPROVE: ("changed since it was approved", "warn"),
}
"""Words and tone of each state of a section."""
VERBS = {
    Verb.COMMENT: ("comments", ""),
    Verb.REQUEST_CHANGES: ("asks for changes", "clash"),
    Verb.APPROVE: ("approves", "good"),
    Verb.REJECT: ("rejects it", "clash"),
    Verb.WITHDRAW: ("takes their decision back", ""),
    Verb.SETTLE: ("settles a comment", ""),
}
"""What somebody does, in words and tone."""
DONE = {
    Verb.COMMENT: "The comment is there.",
    Verb.REQUEST_CHANGES: "Your request for changes is there.",
    Verb.APPROVE: "Approved.",
    Verb.REJECT: "Rejected.",
    Verb.WITHDRAW: "Taken back.",
    Verb.SETTLE: "Settled.",
}
"""What the page says once it is done."""
OWN = {
    Verb.APPROVE: "You approved this.",
    Verb.REQUEST_CHANGES: "You asked for changes.",
    Verb.REJECT: "You rejected this.",
}
"""What somebody decided themselves."""


def listed(names: Sequence[str]) -> str:
    """`Ana`, `Ana and Ben`, `Ana, Ben and Cleo`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def although_words(signed: SignOff) -> str:
    """What a version was signed despite: `the phase Discovery is not complete and nobody approves for compliance`."""
    return listed([f"{one.what[:1].lower()}{one.what[1:]}" for one in signed.although])


def where_done(sentence: str, blueprint: Blueprint) -> tuple[str, SectionId | None]:
    """Where something that is lacking for a signature is done: a path below the engagement's, and the section to open if it is one."""
    for one in blueprint.sections:
        if sentence.startswith(f"“{one.title}”"):
            return f"/review?section={one.id.value}", one.id
    for choice in blueprint.choices:
        if sentence.startswith(f"“{choice.asked}”"):
            return f"/review?section={SectionId.CHOICES.value}", SectionId.CHOICES
    if sentence.startswith("Nobody is named"):
        return "/review#reviewers", None
    if sentence.startswith("The key of"):
        return "/people#members", None
    defect = next((one for one in blueprint.defects if sentence.startswith(one.text)), None)
    if defect is not None and defect.section_id in (SectionId.PLAN.value, SectionId.ECONOMICS.value):
        return "/plan", None
    return "/blueprint", None
