"""How the report puts things in words: labels, amounts, times, and text that plays no tricks on the eye."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime

from discovery_agent.domain.amount_words import number_words
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.days import short_day
from discovery_agent.domain.findings import Amount, Direction, FindingKind, FindingStatus, Grounding, Stance

KIND_LABELS: dict[FindingKind, tuple[str, str]] = {
    FindingKind.BUSINESS_GOAL: ("Business goal", "Business goals"),
    FindingKind.OPERATIONAL_GOAL: ("Operational goal", "Operational goals"),
    FindingKind.KPI: ("KPI", "KPIs"),
    FindingKind.PAIN_POINT: ("Pain point", "Pain points"),
    FindingKind.RISK: ("Risk", "Risks"),
    FindingKind.CONSTRAINT: ("Constraint", "Constraints"),
    FindingKind.POSITION: ("Position", "Positions"),
    FindingKind.DECISION: ("Decision", "Decisions"),
    FindingKind.PROCESS_STEP: ("Process step", "Process steps"),
    FindingKind.DATA_SOURCE: ("Data source", "Data sources"),
    FindingKind.CRITERION: ("AI criterion", "AI criteria"),
    FindingKind.ASSUMPTION: ("Assumption", "Assumptions"),
    FindingKind.OPEN_QUESTION: ("Open question", "Open questions"),
}
"""Singular and plural of each kind, in the order in which the report shows them."""

ROLE_LABELS = {
    Role.SPONSOR: "sponsor",
    Role.BUSINESS: "business",
    Role.TECHNICAL: "technical",
    Role.COMPLIANCE: "compliance",
    Role.END_USER: "end user",
    Role.UNKNOWN: "",
}
DIRECTION_LABELS = {Direction.INCREASE: "↑ up", Direction.DECREASE: "↓ down", Direction.MAINTAIN: "→ keep"}
STANCE_LABELS = {Stance.FOR: "for it", Stance.AGAINST: "against it"}
STATUS_LABELS = {
    FindingStatus.PROPOSED: "",
    FindingStatus.CONFIRMED: "confirmed",
    FindingStatus.CORRECTED: "corrected",
    FindingStatus.REJECTED: "rejected",
}
GROUNDING_LABELS = {
    Grounding.EXACT: "",
    Grounding.NORMALISED: "same words; case, spacing or punctuation differ",
}
FIELD_LABELS = {
    "baseline": "baseline",
    "target": "target",
    "change": "change",
    "deadline": "deadline",
    "measured_by": "way to measure",
    "owner": "owner",
    "direction": "direction",
    "unit": "unit",
    "metric": "metric",
}
NOBODY = "speaker not named"


def confidence_word(confidence: float) -> str:
    """`strong` from 0.75, `fair` from 0.5, else `weak`."""
    if confidence >= 0.75:
        return "strong"
    return "fair" if confidence >= 0.5 else "weak"


def change_falls(amount: Amount, direction: Direction | None) -> bool | None:
    """Whether a relative target goes down; None if neither the amount nor the direction says so."""
    if amount.value < 0 or direction is Direction.DECREASE:
        return True
    return False if direction is Direction.INCREASE else None


def sentence_case(text: str) -> str:
    """The text with a capital first letter, unless its first word has capitals of its own (`eNPS`).

    >>> sentence_case("cost per claim"), sentence_case("eNPS of agents")
    ('Cost per claim', 'eNPS of agents')
    """
    first = text.split(maxsplit=1)[:1]
    return text[:1].upper() + text[1:] if first and first[0].islower() else text


def change_text(amount: Amount, direction: Direction | None) -> str:
    """A relative target with its sign: `−20 %`. The direction gives the sign; if nobody said one, there is none."""
    falls = change_falls(amount, direction)
    sign = "" if falls is None else "−" if falls else "+"
    ends = [abs(amount.value)] if amount.upper is None else [abs(amount.value), abs(amount.upper)]
    size = " to ".join(number_words(end) for end in ends)
    unit = amount.unit or "%"
    return f"{'about ' if amount.approximate else ''}{sign}{size} {unit}"


def clock(seconds: float | None) -> str:
    """Seconds from the beginning as `4:05` or `1:04:05`; empty if unknown."""
    if seconds is None:
        return ""
    whole = int(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


day = short_day
"""Reports and pages write days short."""


def day_and_time(moment: datetime) -> str:
    """A moment, where the time of day matters: `12 Mar 2026, 14:05 UTC`."""
    return f"{short_day(moment)}, {moment.astimezone(UTC):%H:%M} UTC"


def analyst_words(analyst: str) -> str:
    """Who proposed the findings, said plainly."""
    if analyst == "rules":
        return "rules analyst (no language model was used)"
    return f"language model {analyst}"


def plural(count: int, singular: str, several: str | None = None) -> str:
    """`1 gap`, `2 gaps`."""
    return f"{count:,} {singular if count == 1 else several or singular + 's'}"


_TRICKY = re.compile(
    "["
    "\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "]"
)
_JOINERS = "\u200c\u200d"


def visible_characters(text: str) -> list[str] | None:
    """One piece for each character, tricky ones made visible; None when every character is harmless.

    Zero-width, control and direction characters can hide or reorder text, so they are shown as `⟦U+202E⟧`.
    Joiners inside scripts that need them, and emoji sequences, stay. A carriage return is dropped.
    """
    if not _TRICKY.search(text):
        return None
    return [_shown(text, index) if _TRICKY.match(character) else character for index, character in enumerate(text)]


def visible(text: str) -> str:
    """The text with every tricky character made visible."""
    pieces = visible_characters(text)
    return text if pieces is None else "".join(pieces)


def _shown(text: str, index: int) -> str:
    character = text[index]
    before = text[index - 1] if index else ""
    after = text[index + 1] if index + 1 < len(text) else ""
    if character == "\r":
        return ""
    if character in _JOINERS and _joins(before) and _joins(after):
        return character
    if "\ufe00" <= character <= "\ufe0f" and before and unicodedata.category(before) in ("So", "Sm", "Po", "Nd", "Sk"):
        return character
    return f"⟦U+{ord(character):04X}⟧"


def _joins(neighbour: str) -> bool:
    """Whether a joiner next to this character has a job: emoji, or a script without letter case."""
    return neighbour == "\ufe0f" or (bool(neighbour) and unicodedata.category(neighbour) in ("So", "Sk", "Lo", "Mn", "Mc"))
