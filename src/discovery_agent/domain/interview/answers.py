"""How an answer reads, by rules alone and at once: whether it can be used, what it settles, whom it names.

Answers are data. Nothing in one can change the rules, whatever it asks for.
"""

from __future__ import annotations

import re

from discovery_agent.domain.interview import answer_words as words
from discovery_agent.domain.interview.moves import AnswerKind, AnswerReading, Move, MoveKind
from discovery_agent.domain.interview.phrases import DATE, FIGURE, MEASURE, MONEY, NAME, TIME, words_in
from discovery_agent.domain.interview.slots import METRIC, Slot, SlotTable, Wants
from discovery_agent.domain.interview.statements import strong_statement
from discovery_agent.domain.interview.wording import with_article

WHO_KNOWS = "who_knows/"
"""Beginning of the id of a question for whoever could know a slot."""

# What stands further back in a very long answer is for extraction to find; what an answer is for stands in its beginning.
LONGEST = 6000
# Longer answers say something, even if they begin with "I don't know" or end with "I would have to check".
NO_ANSWER_WORDS = 25
TOO_SHORT = 3
# Whoever says that they told it before says so at once.
LONGEST_OPENER = 100
# An account this short, with neither a figure nor a name in it, is worth asking on.
BRIEF = 6
SHORT = 12
AN_ACCOUNT = 30

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_FIGURE = re.compile(FIGURE, re.IGNORECASE)
_NEEDED = {
    Wants.FIGURE: _FIGURE,
    Wants.TIME: re.compile(rf"{TIME}|{FIGURE}", re.IGNORECASE),
    Wants.MONEY: re.compile(rf"{MONEY}|{FIGURE}", re.IGNORECASE),
    Wants.DATE: re.compile(rf"{DATE}|{FIGURE}", re.IGNORECASE),
    Wants.NAME: re.compile(NAME, re.IGNORECASE),
}
_OF_A_SLOT = (MoveKind.ASK, MoveKind.CLARIFY, MoveKind.FOLLOW_UP)
"""Moves whose answer, if it is usable, settles the slot that they ask for."""
_COUNTED = (Wants.FIGURE, Wants.TIME, Wants.MONEY, Wants.DATE)
_A_YEAR = re.compile(r"\b(?:in|since|until|from|by|of|before|after|to|year) (?:19|20)\d\d\b|\b\d{1,2}\.\d{1,2}\.\d{2,4}\b", re.IGNORECASE)
_MEASURE = re.compile(MEASURE, re.IGNORECASE)
_NOBODY = re.compile(
    r"\b(?:some(?:body|one)|they|people|it depends|everyone|everybody|different people|various|the usual)\b", re.IGNORECASE
)
_PAST = re.compile(r"\b(?:was|were|had|did|\w{3,}ed)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"[^.!?。？！\n]+[.!?。？！]*")
_OUT_OF_PLACE = re.compile(r"[^\w %&'’/+.-]")


def read_answer(text: str, move: Move, table: SlotTable) -> AnswerReading:
    """How the answer to `move` can be taken.

    Never fails, whatever the text holds; in languages other than English it knows the commonest ways of not answering and
    otherwise goes by length and figures.
    """
    said = text[:LONGEST].replace("’", "'").strip()
    size = _size(said)
    slot = table.by_id.get(move.base or move.slot)
    kind = _kind(said, size, slot, move)
    repeats = words.TOLD_BEFORE.search(said[:LONGEST_OPENER]) is not None
    told = settled_in(said, table) if kind in (AnswerKind.SUBSTANTIAL, AnswerKind.VAGUE) else ()
    missed = not repeats and slot is not None and move.kind in _OF_A_SLOT and _misses(said, kind, size, slot, told, table)
    if kind is AnswerKind.VAGUE and move.kind is MoveKind.CLARIFY and size > TOO_SHORT and not _evades(said):
        kind, missed = AnswerKind.SUBSTANTIAL, slot is not None and slot.wants in _COUNTED and not repeats
    elif kind is AnswerKind.VAGUE and (missed or repeats):
        kind = AnswerKind.SUBSTANTIAL
    settles = told
    if kind is AnswerKind.SUBSTANTIAL and move.kind in _OF_A_SLOT and slot and not missed:
        settles = tuple(dict.fromkeys((slot.id, *settles)))
    elif kind is AnswerKind.SUBSTANTIAL and move.kind is MoveKind.LADDER:
        settles = tuple(dict.fromkeys((*settles, *table.moves.ladder.settles)))
    elif kind is AnswerKind.VAGUE and slot:
        settles = tuple(one for one in settles if one != slot.id)
    return AnswerReading(
        kind=kind,
        solution=_solution(said),
        vague=_vague_words(said) if kind is AnswerKind.VAGUE else None,
        knows=_knows(said, move) if kind is not AnswerKind.ASKS_BACK else (),
        settles=settles,
        missed=missed,
        repeats=repeats,
        strong=strong_statement(said) if kind in (AnswerKind.SUBSTANTIAL, AnswerKind.VAGUE) and not repeats else None,
    )


def settled_in(text: str, table: SlotTable) -> tuple[str, ...]:
    """Ids of the slots that the words settle, wherever they were said."""
    said = text[:LONGEST]
    held = words_in(said)
    found = {slot.id for slot in table.slots if any(phrase.find(said, held) for phrase in slot.said_by)}
    return tuple(slot.id for slot in table.slots if slot.id in found or not found.isdisjoint(slot.implied_by))


def brought_up(text: str, table: SlotTable) -> dict[str, str]:
    """Slots that the words bring up without settling them -> the words that do."""
    said = text[:LONGEST]
    held = words_in(said)
    found: dict[str, str] = {}
    for slot in table.slots:
        match = next((match for phrase in slot.brought_up_by if (match := phrase.find(said, held))), None)
        if match:
            found[slot.id] = " ".join(match.group().split())
    return found


def says_nothing(text: str) -> bool:
    """Whether somebody says that nothing comes to mind or that they have no view, which is no hint at anybody else who would know."""
    return words.NOTHING.search(text[:LONGEST]) is not None or words.NO_VIEW.search(text[:LONGEST]) is not None


def says_little(text: str) -> bool:
    """Whether somebody says that there is little to say: a way round the question, behind which little is to be expected."""
    return words.LITTLE.search(text[:LONGEST]) is not None


def solution_head(solution: str) -> str:
    """What a solution is at bottom, so that "a chatbot" and "our own chatbots" are one."""
    head = words.HEAD.search(solution)
    return re.sub(r"[\s-]", "", (head.group() if head else solution).lower()).rstrip("s")


def _size(text: str) -> int:
    """Number of words; two signs of a script without spaces count as one."""
    wide = len(_WIDE.findall(text))
    return len(_WORD.findall(_WIDE.sub(" ", text))) + (wide + 1) // 2


def _kind(said: str, size: int, slot: Slot | None, move: Move) -> AnswerKind:
    if not size:
        return AnswerKind.VAGUE
    figure = _FIGURE.search(said) is not None
    if size <= NO_ANSWER_WORDS and words.STOPS.search(said):
        return AnswerKind.WANTS_TO_STOP
    if size <= NO_ANSWER_WORDS and not figure:
        if words.DECLINES.search(said):
            return AnswerKind.DECLINES
        if _asks_back(said):
            return AnswerKind.ASKS_BACK
        if size <= SHORT and words.REJECTS_WORDING.search(said):
            return AnswerKind.REJECTS_WORDING
        if says_nothing(said):
            return AnswerKind.DOES_NOT_KNOW
        if says_little(said):
            return AnswerKind.VAGUE
        if words.EVADES.search(said) and size <= SHORT:
            return AnswerKind.VAGUE
        later, unknown = words.LATER.search(said), words.DOES_NOT_KNOW.search(said)
        if unknown and not (later and later.start() < unknown.start()):
            return AnswerKind.DOES_NOT_KNOW
        if not move.slot.startswith(WHO_KNOWS) and not (slot and slot.wants is Wants.NAME):
            if words.REFERS.search(said):
                return AnswerKind.REFERS
            if words.SENDS_ELSEWHERE.search(said):
                return AnswerKind.DOES_NOT_KNOW
        if later:
            return AnswerKind.LATER
    elif _asks_back(said):
        return AnswerKind.ASKS_BACK
    if move.kind not in (*_OF_A_SLOT, MoveKind.LADDER) or move.slot.startswith(WHO_KNOWS):
        return AnswerKind.SUBSTANTIAL
    return AnswerKind.VAGUE if _is_vague(said, size, figure, slot) else AnswerKind.SUBSTANTIAL


def _asks_back(said: str) -> bool:
    """Whether all that was said is a question to the interviewer."""
    if words.MEANS_NOTHING_TO_THEM.search(said) and len(said) < 160:
        return True
    if not said.rstrip().endswith(("?", "？")):
        return False
    sentences = [one.strip() for one in _SENTENCE.findall(said) if _size(one)]
    asking = [one for one in sentences if one.endswith(("?", "？")) and words.ASKING.match(one)]
    rest = [one for one in sentences if one not in asking]
    return bool(asking) and sum(_size(one) for one in rest) <= TOO_SHORT


def _is_vague(said: str, size: int, figure: bool, slot: Slot | None) -> bool:
    wants = slot.wants if slot else Wants.ACCOUNT
    if words.YES_NO.match(said):
        return True
    needed = _NEEDED.get(wants)
    if wants is Wants.FIGURE and slot and not slot.dimensions:
        said = _A_YEAR.sub(" ", said)
    if needed:
        if needed.search(said):
            return wants is Wants.NAME and size <= SHORT and _NOBODY.search(said) is not None and not _named(said)
        return size <= AN_ACCOUNT * 2 if wants is not Wants.NAME else size <= SHORT
    if figure:
        return False
    if wants is Wants.EVENT:
        return size <= SHORT or (size <= AN_ACCOUNT and words.GENERAL.search(said) is not None and not words.DATED.search(said))
    if slot and METRIC in slot.kpi and size > 1 and _MEASURE.search(said):
        return False
    if size <= SHORT and words.EMPTY.search(said) and not _named(said):
        return True
    if words.CONCRETE.search(said):
        return False
    if size <= BRIEF:
        return size <= TOO_SHORT or not _named(said)
    return size <= SHORT and words.VAGUE.search(said) is not None


def _misses(said: str, kind: AnswerKind, size: int, slot: Slot, told: tuple[str, ...], table: SlotTable) -> bool:
    """Whether an answer tells something else than what was asked, which it then leaves open.

    It does if it lacks what was wanted and settles other slots, or if nothing of it is left over that could be the account that
    was asked for: each sentence settles another slot, among them a figure, a date or a name of another topic.
    """
    others = [table.by_id[one] for one in told if one != slot.id]
    if slot.id in told or not others or size <= BRIEF:
        return False
    if kind is AnswerKind.VAGUE:
        return True
    if kind is not AnswerKind.SUBSTANTIAL or not slot.says or size > AN_ACCOUNT * 2:
        return False
    if slot.wants is Wants.EVENT:
        return not words.DATED.search(said) and not _PAST.search(said)
    if slot.wants is not Wants.ACCOUNT or any(one.topic is slot.topic or one.id in slot.near or slot.id in one.near for one in others):
        return False
    sentences = [one for one in _SENTENCE.findall(said) if _size(one) > TOO_SHORT]
    counted = any(one.wants not in (Wants.ACCOUNT, Wants.EVENT) for one in others)
    return counted and bool(sentences) and all(set(settled_in(one, table)) - {slot.id} for one in sentences)


def _evades(said: str) -> bool:
    return words.EVADES.search(said) is not None or says_little(said)


def _named(said: str) -> bool:
    """Whether a name or a post is said; a name only counts after the beginning, where every word has a capital letter."""
    return any(match.start() > 0 or " " in match.group() for match in _NEEDED[Wants.NAME].finditer(said))


def _vague_words(said: str) -> str | None:
    match = words.VAGUE_TO_QUOTE.search(said)
    return " ".join(match.group().lower().split()) if match else None


def _solution(said: str) -> str | None:
    """A solution that somebody wishes for, unless the same sentence says what it is for."""
    match = words.SOLUTION_WISH.search(said) or words.SOLUTION_PRAISED.search(said)
    if match is None:
        return None
    rest = said[match.end() : match.end() + 200]
    if words.SAYS_WHAT_FOR.search(re.split(r"[.!?]", rest)[0]):
        return None
    solution = words.ARTICLE.sub("", " ".join(match.group("solution").split()))
    if _OUT_OF_PLACE.search(solution) or not solution:
        return None
    return solution if words.NEEDS_NO_ARTICLE.search(solution) else with_article(solution)


def _knows(said: str, move: Move) -> tuple[str, ...]:
    """Who was named as somebody who knows."""
    names = [match.group("after") or match.group("before") for match in words.KNOWS.finditer(said)]
    if not names and (refers := words.REFERS.search(said)):
        names = [name for name in refers.groups() if name]
    if not names and move.slot.startswith(WHO_KNOWS):
        names = [match.group() for match in _NEEDED[Wants.NAME].finditer(said)]
    tidy = [" ".join(name.split()).strip(" ,.") for name in names]
    return tuple(dict.fromkeys(name for name in tidy if name in _TEAMS or name.lower() not in _NO_NAMES))[:5]


_TEAMS = {"IT", "HR"}
_NO_NAMES = {
    "i",
    "we",
    "you",
    "they",
    "he",
    "she",
    "it",
    "that",
    "this",
    "there",
    "somebody",
    "someone",
    "nobody",
    "no",
    "yes",
    "ask",
    "maybe",
    "probably",
}
