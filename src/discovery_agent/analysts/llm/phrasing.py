"""The interviewer's next words from a model: what it is told, all of it from people fenced as data."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from discovery_agent.analysts.llm.fence import line_of, one_line, safe_name
from discovery_agent.analysts.protocol import QuestionBrief
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.findings import Quote
from discovery_agent.domain.interview.moves import AnswerKind, AnswerReading, MoveKind, Person, Stop
from discovery_agent.models.messages import Message
from discovery_agent.models.prompts import Prompt

FIRST_WORDS_SECONDS = 45.0
"""Longest wait for the first words with all attempts; somebody is waiting, and the rules analyst can take over."""

_TURN_CHARACTERS = 1500
_ASKED_CHARACTERS = 240
_UNDERSTOOD_CHARACTERS = 160
_MOST_UNDERSTOOD = 8
_SHORT = 300
_MOST_ASKED = 40

_SENTENCE = re.compile(r"[^.!?？。]+(?:[.](?=\d)[^.!?？。]+)*[.!?？。]*")

_TAKEN_AS = {
    AnswerKind.VAGUE: "vague",
    AnswerKind.DOES_NOT_KNOW: "they do not know",
    AnswerKind.LATER: "they will decide or look it up later",
    AnswerKind.DECLINES: "they would rather not answer",
    AnswerKind.REFERS: "they name somebody else as the one to ask",
    AnswerKind.REJECTS_WORDING: "they do not accept the words of your question",
    AnswerKind.ASKS_BACK: "a question to the interviewer",
    AnswerKind.WANTS_TO_STOP: "they want to stop",
}
_TOLD = (AnswerKind.SUBSTANTIAL, AnswerKind.VAGUE)
"""Answers whose words may be taken up."""
_OVER = {
    Stop.NOTHING_LEFT: "The questions are over because no further answer could change a decision.",
    Stop.BUDGET_SPENT: "The questions are over because as many were asked as was agreed.",
    Stop.STAKEHOLDER: "The questions are over because the stakeholder wants to stop.",
}


def question_messages(prompt: Prompt, brief: QuestionBrief) -> tuple[Message, ...]:
    """The messages that ask for one turn.

    Raises:
        ConfigurationError: a prompt of one's own has other inputs than the built-in one.
    """
    data = _data(brief)
    digest = hashlib.sha256("\x1f".join(data.values()).encode("utf-8", "surrogatepass")).hexdigest()
    stop = brief.progress.stop if brief.move.kind is MoveKind.RECAP else None
    return prompt.messages(
        fence=f"transcript-{digest[:8]}",
        kind=brief.move.kind.value,
        first="yes" if brief.first else "",
        private="yes" if brief.private_until_release else "",
        budget=str(brief.progress.budget),
        answer_kind=_taken_as(brief.reading) if brief.reading else "",
        situation=_OVER[stop] if stop else "",
        **data,
    )


def _taken_as(reading: AnswerReading) -> str:
    if reading.repeats:
        return "they told it before and may be annoyed to be asked again"
    if reading.missed:
        return "it tells something else than what was asked"
    return _TAKEN_AS.get(reading.kind, "")


def _data(brief: QuestionBrief) -> Mapping[str, str]:
    """What people or documents said, each part safe to stand inside the fence."""
    move = brief.move
    role = brief.person.role.value.replace("_", " ") if brief.person.role is not Role.UNKNOWN else ""
    known = ", ".join(fact for fact in (role, safe_name(brief.person.department) if brief.person.department else "") if fact)
    return {
        "person": f"{safe_name(brief.person.name)} ({known})" if known else safe_name(brief.person.name),
        "organisation": _cut(brief.organisation, _SHORT),
        "purpose": _cut(brief.purpose, _TURN_CHARACTERS),
        "asked": "\n".join(f"- {_cut(_question_in(one), _ASKED_CHARACTERS)}" for one in brief.asked[-_MOST_ASKED:]),
        "understood": "\n".join(f"- {_cut(one, _UNDERSTOOD_CHARACTERS)}" for one in brief.understood[:_MOST_UNDERSTOOD]),
        "recent": "\n".join(_cut(line_of(one), _TURN_CHARACTERS) for one in brief.recent),
        "question": _cut(move.question, _SHORT),
        "about": _cut(move.called, _SHORT),
        "why": _cut(move.why, _SHORT),
        "words": _cut(_words(brief), _SHORT),
        "sides": "\n".join(_side(side, brief.person) for side in move.sides),
        "offer": f"{_cut(move.offer.label, _SHORT)}: {_cut(move.offer.text, 2 * _SHORT)}" if move.offer else "",
    }


def _words(brief: QuestionBrief) -> str:
    """Their words that the turn can take up: those of the move, else the most telling of the last answer.

    Empty where nothing was told, and where they would rather not be held to it.
    """
    move, reading = brief.move, brief.reading
    if move.words or move.kind is MoveKind.RECAP:
        return move.words or ""
    if reading is None or reading.repeats or reading.kind not in _TOLD:
        return ""
    first = next((one.strip() for one in _SENTENCE.findall(one_line(brief.answer or "")) if one.strip()), "")
    return (reading.strong.words if reading.strong else reading.vague) or first


def _question_in(turn: str) -> str:
    """The sentence of a turn that asks; reactions and greetings around it are not what was asked."""
    asking = [one for one in _SENTENCE.findall(one_line(turn)) if one.rstrip().endswith(("?", "？"))]
    return asking[-1].strip() if asking else turn


def _side(side: Quote, person: Person) -> str:
    """One side of a contradiction. Who else said something is not for the stakeholder to know, so the model is not told."""
    whose = "they said" if side.speaker == person.name else "somebody else said"
    return f"- {whose}: {_cut(side.text, _SHORT)}"


def _cut(text: str, longest: int) -> str:
    plain = one_line(text)
    return plain if len(plain) <= longest else plain[: longest - 2].rstrip() + " …"
