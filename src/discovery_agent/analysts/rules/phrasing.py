"""The interviewer's words without a language model: an acknowledgement, one question, now and then half a line why.

The question itself comes with the move. What stands around it is chosen from tested sentences by a number that follows from
the conversation, so that the same interview always sounds the same; a sentence that was said is never said again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from discovery_agent.analysts.protocol import QuestionBrief
from discovery_agent.analysts.rules import phrasing_words as words
from discovery_agent.analysts.rules.phrasing_echo import figure_in, said, statement_in
from discovery_agent.analysts.rules.phrasing_replies import MEANING, PASSED_ON, WHY, reply_to
from discovery_agent.domain.interview.answers import says_nothing
from discovery_agent.domain.interview.moves import AnswerKind, MoveKind, Stop
from discovery_agent.domain.interview.offers import offer_line
from discovery_agent.domain.interview.slots import Slot, SlotTable, Topic, Wants
from discovery_agent.domain.interview.wording import chance

LONG_ANSWER = 30
LONGEST_TURN = 45
LONGEST_OPENING = 60
"""Words of a turn, as a rule; contradictions and offers give up their reason and their acknowledgement first."""
LONGEST_QUOTE = 12
LONGEST_STATEMENT = 16
LONGEST_PURPOSE = 24
LONGEST_GOAL = 10
_SENTENCES = re.compile(r"(?<=[.!?…])\s+")
_HARD = re.compile(
    r"\b(?:nightmare|frustrat\w+|annoy\w+|exhaust\w+|stress\w*|overtime|weekends?|fed up|drives? (?:me|us) (?:mad|crazy|nuts)|hate|awful|terrible|horrible|painful|chaos|drowning|overwhelmed|swamped|tedious|mind-numbing|angry|shout\w*)\b",
    re.IGNORECASE,
)
_SERIOUS = re.compile(
    r"\b(?:died|dead|death|killed|injur\w+|accident|harmed|suicide|hospitali[sz]ed|burned|fire|poison\w*|overdose\w*)\b", re.IGNORECASE
)
_NAME = re.compile(r"[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){0,3}")


def pieces(text: str) -> Iterator[str]:
    """The text word by word, spaces included: together they are the text."""
    yield from re.findall(r"\S+\s*", text)


def phrase_turn(brief: QuestionBrief, table: SlotTable) -> str:
    """The interviewer's next turn: at most one question mark, no sentence that was said before."""
    turn = _Turn(brief, table)
    if brief.move.kind is MoveKind.RECAP:
        return turn.closing()
    return turn.question()


def sentences_of(text: str) -> list[str]:
    """The sentences of a turn, as they are compared."""
    return [one.strip() for one in _SENTENCES.split(text) if one.strip()]


def _goal_as_called(called: str) -> str:
    """The name of a goal, in quotes if it is somebody's words, so that it can stand inside a sentence."""
    return f"“{said(called.strip('“”'), LONGEST_GOAL)}”" if called.startswith("“") else said(called, LONGEST_GOAL)


def _count(*parts: str) -> int:
    return sum(len(part.split()) for part in parts)


class _Turn:
    def __init__(self, brief: QuestionBrief, table: SlotTable) -> None:
        self._brief = brief
        self._table = table
        self._said = {sentence.lower() for turn in brief.asked for sentence in sentences_of(turn)}
        self._before = [sentence for turn in brief.asked[-1:] for sentence in sentences_of(turn)]
        self._seed = chance(brief.person.name, str(len(brief.asked)), (brief.answer or "")[:500], brief.move.slot)

    def question(self) -> str:
        brief = self._brief
        asked = self._asked()
        if brief.first or (not brief.asked and brief.answer is None):
            return " ".join(part for part in (*self._opening(LONGEST_OPENING - _count(asked)), asked) if part)
        lead, why = [part for part in self._lead() if part], self._why()
        if why and _count(*lead, asked, why) <= LONGEST_TURN:
            return " ".join((*lead, asked, why))
        while len(lead) > 1 and _count(*lead, asked) > LONGEST_TURN:
            lead = lead[1:]
        return " ".join((*lead, asked))

    def closing(self) -> str:
        brief = self._brief
        stop = brief.progress.stop or Stop.NOTHING_LEFT
        name = self._name
        thanks = self._fresh(words.GOODBYE, name=name) if name else self._fresh(words.GOODBYE_WITHOUT_NAME)
        reading = brief.reading
        answered = reading is not None and reading.kind in (AnswerKind.SUBSTANTIAL, AnswerKind.VAGUE) and stop is not Stop.STAKEHOLDER
        first = [self._fresh(words.THANKS[1:])] if answered else []
        parts = [*first, self._fresh(words.CLOSING[stop]), thanks, self._fresh(words.PLEASE_CHECK)]
        return " ".join(part for part in parts if part)

    def _opening(self, room: int) -> list[str]:
        """Who asks, about what, how much, and that any answer will do, in about so many words."""
        brief = self._brief
        name = self._name
        greeting = self._fresh(words.GREETINGS, name=name) if name else self._fresh(words.GREETINGS_WITHOUT_NAME)
        budget = brief.progress.budget
        rules = self._fresh(words.RULES_OF_THE_TALK if budget > 1 else words.ONE_QUESTION, budget=str(budget))
        who = self._fresh(words.WHO_ASKS)
        purpose = sentences_of(brief.purpose)[0] if brief.purpose.strip() else ""
        # A purpose that breaks off says less than none.
        left = max(LONGEST_PURPOSE, room - _count(greeting, who, rules, words.ABOUT[-1]))
        purpose = said(purpose, left) if _count(purpose) <= left else ""
        organisation = said(brief.organisation, 8)
        if purpose:
            about = self._fresh(words.ABOUT, purpose=purpose[:1].lower() + purpose[1:] if purpose[1:2].islower() else purpose)
        elif organisation:
            about = self._fresh(words.ABOUT_ORGANISATION, organisation=organisation)
        else:
            about = self._fresh(words.ABOUT_NOTHING)
        return [greeting, who, about.replace(" ….", " …"), rules]

    @property
    def _name(self) -> str:
        match = _NAME.match(self._brief.person.name.strip())
        return match.group().strip(" .")[:40] if match else ""

    def _asked(self) -> str:
        """The question, in the move's words; the last thing that may be repeated, so it is put another way if it would be."""
        question = re.sub(r"\s+", " ", self._brief.move.question).strip()
        if question.count("?") != 1:
            question = question.replace("?", "").rstrip(" .") + "?"
        if all(sentence.lower() not in self._said for sentence in sentences_of(question)):
            return question
        again = self._fresh(words.AGAIN)
        return f"{again or '…'} {question[:1].lower()}{question[1:]}"

    def _lead(self) -> list[str]:
        """What comes before the question: how the last answer was taken, and what the question takes up."""
        move = self._brief.move
        match move.kind:
            case MoveKind.LADDER:
                return [self._fresh(words.SOLUTION_NOTED, solution=said(move.words or move.about, 6))]
            case MoveKind.CONTRADICTION:
                return self._two_sides()
            case MoveKind.OFFER:
                line = offer_line(move.offer) if move.offer else None
                return [self._acknowledgement(), self._fresh(words.FROM_ELSEWHERE, line=line)] if line else [self._acknowledgement()]
            case MoveKind.FOLLOW_UP:
                words_said = said(move.words or "", LONGEST_STATEMENT)
                return [part for part in (self._grave(), self._fresh(words.FOLLOWING_UP, words=words_said)) if part]
            case MoveKind.CLARIFY if self._rejected:
                return [self._acknowledgement()]
            case MoveKind.CLARIFY:
                answered = self._replied()
                if answered:
                    return [answered]
                return [self._fresh(words.YOU_SAID, words=move.words)] if move.words else []
            case _:
                pass
        answered = self._replied() or self._acknowledgement()
        goal = _goal_as_called(move.called)
        if move.name_about and move.kind is MoveKind.ASK and goal and not self._was_said(goal):
            return [answered, self._fresh(words.ABOUT_GOAL, goal=goal)]
        if move.words and move.kind is MoveKind.ASK and self._is_plain_answer:
            return [self._fresh(words.YOU_MENTIONED, words=said(move.words, 6)) or answered]
        return [answered]

    @property
    def _rejected(self) -> bool:
        """Whether the stakeholder did not accept the words of the question."""
        return self._brief.reading is not None and self._brief.reading.kind is AnswerKind.REJECTS_WORDING

    def _grave(self) -> str:
        """A word of weight where somebody came to harm, which a question must not pass over."""
        return self._fresh(words.SERIOUS) if _SERIOUS.search(self._brief.answer or "") else ""

    def _two_sides(self) -> list[str]:
        move, person = self._brief.move, self._brief.person
        own = [said(side.text, LONGEST_QUOTE) for side in move.sides if side.speaker == person.name]
        others = [said(side.text, LONGEST_QUOTE) for side in move.sides if side.speaker != person.name]
        if len(own) >= 2:
            sides = self._fresh(words.BOTH_OWN, one=own[0], other=own[1])
        elif own and others:
            sides = self._fresh(words.OTHERS_SAY, one=own[0], other=others[0])
        elif own:
            sides = self._fresh(words.ONE_OWN, one=own[0])
        elif len(others) >= 2:
            sides = self._fresh(words.OTHERS_SAY, one=others[0], other=others[1])
        else:
            return [self._acknowledgement()]
        return [self._fresh(words.TWO_THINGS), sides]

    @property
    def _is_plain_answer(self) -> bool:
        return self._brief.reading is None or self._brief.reading.kind in (AnswerKind.SUBSTANTIAL, AnswerKind.VAGUE)

    def _replied(self) -> str:
        """A short answer, if the stakeholder asked something back: alone, or at the end of what they told."""
        brief = self._brief
        answer = brief.answer or ""
        asked_back = brief.reading is not None and brief.reading.kind is AnswerKind.ASKS_BACK
        question = answer[-400:] if asked_back else next((one for one in reversed(sentences_of(answer[-400:])) if one.endswith("?")), "")
        if not question:
            return ""
        reply = reply_to(question)
        if reply is None or (reply is MEANING and not asked_back):
            return self._fresh(PASSED_ON) if asked_back else ""
        if reply is WHY and brief.move.why and asked_back and (why := self._fresh((brief.move.why,))):
            return why
        left = max(0, brief.progress.budget - brief.progress.asked)
        answers = reply.answers if brief.private_until_release or not reply.answers_if_open else reply.answers_if_open
        return self._fresh(answers, left=str(max(1, left))) or self._fresh(PASSED_ON)

    def _acknowledgement(self) -> str:
        """How the last answer was taken; sometimes nothing, which is what people do as well."""
        reading, answer = self._brief.reading, self._brief.answer or ""
        if reading is None:
            return ""
        sent_on = reading.kind in (AnswerKind.DOES_NOT_KNOW, AnswerKind.REFERS)
        if reading.knows and reading.kind is not AnswerKind.DECLINES and (sent_on or self._seed % 3 == 0):
            noted = self._fresh(words.FOR_THOSE_WHO_KNOW, name=said(reading.knows[0], 4))
            if noted:
                return noted
        if reading.kind is AnswerKind.DOES_NOT_KNOW and says_nothing(answer) and (fine := self._fresh(words.NOTHING_THERE)):
            return fine
        if reading.kind in words.MOVING_ON:
            return self._fresh(words.MOVING_ON[reading.kind])
        if reading.repeats and (sorry := self._fresh(words.TOLD_BEFORE)):
            return sorry
        if _SERIOUS.search(answer) and "event" in reading.settles and (weighed := self._fresh(words.SERIOUS)):
            return weighed
        if _HARD.search(answer) and (felt := self._fresh(words.HARD)):
            return felt
        return self._echo(answer) or self._thanks(answer)

    def _echo(self, answer: str) -> str:
        """Their own words, taken up; not twice in a row."""
        turn = self._seed % 5
        if turn <= 1 and self._was_a_figure and (figure := figure_in(answer)) and not self._was_said(figure):
            low = figure[:1].lower() + figure[1:]
            return self._fresh(words.ECHO_FIGURE, words=figure[:1].upper() + figure[1:], words_low=low)
        if turn in (1, 2, 3) and not self._echoed_before and (statement := statement_in(answer)) and not self._was_said(statement):
            return self._fresh(words.ECHO, words=statement)
        return ""

    @property
    def _was_a_figure(self) -> bool:
        """Whether a figure was asked for and came; one that came by the way is not worth saying back."""
        slot = self._settled_first
        wanted = slot is not None and slot.wants in (Wants.FIGURE, Wants.TIME, Wants.MONEY)
        return wanted and figure_in(self._brief.answer or "") is not None

    def _was_said(self, words: str) -> bool:
        return any(words.lower() in sentence for sentence in self._said)

    @cached_property
    def _echoed_before(self) -> bool:
        starts = tuple(one.split("{")[0] for one in words.ECHO)
        return any(sentence.startswith(starts) for sentence in self._before)

    def _thanks(self, answer: str) -> str:
        told = self._brief.reading is not None and "event" in self._brief.reading.settles
        if told and len(answer.split()) >= LONG_ANSWER and (story := self._fresh(words.AFTER_A_STORY)):
            return story
        if self._seed % 4 == 3:
            return ""
        last = self._settled_first
        suits = last is not None and (last.topic is not Topic.FIGURES or self._was_a_figure)
        if last and suits and self._seed % 3 == 0 and (fitting := self._fresh(words.BY_TOPIC[last.topic])):
            return fitting
        return self._fresh(words.THANKS)

    @property
    def _settled_first(self) -> Slot | None:
        """The slot that the last answer settled: the one that was asked for, if it was answered."""
        settled = self._brief.reading.settles if self._brief.reading else ()
        return self._table.by_id.get(settled[0]) if settled else None

    def _why(self) -> str:
        """Half a line on what the answer is for: not every time, and never one that was given."""
        move = self._brief.move
        if not move.why or move.kind is MoveKind.CLARIFY:
            return ""
        asked_back = self._brief.reading is not None and self._brief.reading.kind is AnswerKind.ASKS_BACK
        if self._brief.first or asked_back or move.why.lower() in self._said or "?" in move.why:
            return ""
        told_last_time = bool(self._before) and not self._before[-1].endswith("?")
        must = move.kind in (MoveKind.LADDER, MoveKind.CONTRADICTION)
        if not must and (told_last_time or self._seed // 7 % 2 == 0):
            return ""
        return move.why

    def _fresh(self, options: Sequence[str], **fill: str | None) -> str:
        """One of the sentences that was not said in this interview; nothing if all were."""
        filled = [option.format(**fill) for option in options]
        free = [one for one in filled if not any(sentence.lower() in self._said for sentence in sentences_of(one))]
        return free[self._seed % len(free)] if free else ""
