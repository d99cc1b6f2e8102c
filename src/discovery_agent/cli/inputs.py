"""What is said of the paths on a command line: which list of people was used, and whom it does not know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from discovery_agent.domain.conversation import Conversation, Role, Stakeholder, is_interviewer
from discovery_agent.domain.coverage import Attendance


def about_people(people: Path | None, listed: Sequence[Stakeholder], conversations: Iterable[Conversation | Attendance]) -> list[str]:
    """What the user should know of the roles: which list was used, who on it never spoke, whose role nobody knows."""
    speakers = {person.name: person for conversation in conversations for person in conversation.participants}
    notes: list[str] = []
    if people is not None:
        here = Path.cwd()
        shown = people.relative_to(here) if people.is_relative_to(here) else people
        notes.append(f"Roles from {shown} ({len(listed)} people).")
        silent = [one.name for one in listed if one.name not in speakers]
        if silent:
            notes.append(f"On that list, but not among the speakers: {_some(silent, 20)}. Check the spelling, or add `aliases`.")
    unknown = [name for name, person in speakers.items() if person.role is Role.UNKNOWN and not is_interviewer(name)]
    if unknown:
        notes.append(
            f"No role is known for {_some(unknown)}: a people.yaml beside the transcripts, or --stakeholders, tells it "
            "(`- {name: Ada Berg, role: sponsor}`)."
        )
    return notes


def _some(names: Sequence[str], shown: int = 4) -> str:
    more = len(names) - shown
    return ", ".join(names[:shown]) + (f" and {more} more" if more > 0 else "")
