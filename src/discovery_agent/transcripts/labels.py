"""Is `Anna Berg:` at the head of a line a speaker, or is it `Note:`, `Next steps:` or `https:`?

A label counts as a speaker on evidence: it is on the attendee list, it has the shape of a name and repeats,
or most of the file is written as `label: text`. Words that head notes rather than speech never count.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import IntEnum

_LONGEST = 60
_MOST_WORDS = 5


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NOT_PEOPLE = _words(
    """
    note notes nb ps re fyi tip hint warning caution important attention remark remarks comment comments edit update
    agenda action actions todo todos task tasks summary abstract overview recap takeaway takeaways conclusion
    conclusions background context introduction intro purpose objective objectives goal goals scope topic topics
    question questions answer answers example examples decision decisions risk risks issue issues problem problems
    solution solutions assumption assumptions constraint constraints requirement requirements pros cons option options
    idea ideas step steps phase item items point points reason reasons result results outcome outcomes finding findings
    date time day place location room venue subject title meeting call duration length language kind type format
    attendees participants present absent apologies invitees recording recorded transcript transcribed transcription
    interview source link links url http https www file files version page chapter section part appendix reference references
    ref email e-mail mail phone tel fax address from to cc bcc sent owner deadline due status priority budget cost
    costs revenue price total sum number numbers figure figures percentage target targets baseline metric metrics kpi
    kpis benefit benefits impact effort estimate next previous before after today tomorrow yesterday monday tuesday
    wednesday thursday friday saturday sunday january february march april june july august september october
    november december meanwhile however therefore finally firstly secondly thirdly plus minus namely conversely
    quote definition meaning translation keyword keywords tags category department company project product scenario
    okay ok yes no so well right now then also but and or because if when where what why how who which there here
    """
)
"""A label that is or ends with one of these heads notes, not speech."""

_FIRST_OF_NOTES = _words(
    "next key action open main final first second third last important note notes agenda follow good bad new old my our "
    "your pain step option phase part chapter section item day week month year q1 q2 q3 q4 let's"
)

_SURNAMES_TOO = _words("price page day date place part case banks sales")
_BEFORE_SUCH_A_WORD = _words(
    "unit list selling sale market total net gross purchase retail target average best base fixed due end start go-live release launch "
    "delivery order ship birth invoice contract effective expiry home front title cover landing web login search product payment working "
    "business use edge test public workshop kickoff training demo half full the a this that per each every current project meeting"
)
"""What makes a heading of a word that is a surname, too: "Unit price", "Due date", "Landing page"."""

_AUXILIARIES = _words("will may can")  # also first names, so they count only in lower case
_INSIDE_SENTENCES = _words(
    "is are was were be been have has had do does did would could should must said says say the this that "
    "these those there we you they it he she me us them i i'm it's that's there's what's not very just about because"
)
_OF_HEADINGS_TOO = _words("the this that these those about")
_PARTICLES = _words(
    "de del della der den di da das dos do du la le van von zu zur ter ten al el bin bint ibn abu ben of and & y e i san st o' d' - – +"
)
_NUMBERED = re.compile(
    r"(?:speaker|spk|participant|person|voice|guest|caller|agent|customer|client|channel|respondent|interviewer|interviewee"
    r"|moderator|panelist|male|female|unknown speaker|stakeholder|employee|expert|user)(?:[ _-]?#?\d{0,4}|[ _-][a-z])|[a-z]\.?",
    re.IGNORECASE,
)
_FUNCTIONS = _words(
    "interviewer interviewee moderator facilitator host chair chairman chairwoman chairperson operator speaker unknown "
    "respondent consultant customer client narrator you me"
)
_WORD = re.compile(r"[^\W_][\w.'’`/@&-]*\Z|[&+–-]\Z|\+?\d[\d-]*\Z")


class Shape(IntEnum):
    """How much a label looks like a name."""

    NONE = 0
    LOWER = 1
    SINGLE = 2
    FULL = 3
    GENERIC = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible speaker label: its name part, and whether the file sets it in bold."""

    name: str
    emphasised: bool = False


def shape(name: str) -> Shape:
    """How much `name` looks like the name of a speaker.

    >>> shape("Anna Berg"), shape("Next steps"), shape("SPEAKER_00")
    (<Shape.FULL: 3>, <Shape.NONE: 0>, <Shape.GENERIC: 4>)
    """
    if not name or len(name) > _LONGEST:
        return Shape.NONE
    folded = name.casefold()
    if folded in _FUNCTIONS or (len(name) <= 24 and _NUMBERED.fullmatch(name)):
        return Shape.GENERIC
    words = name.replace(",", " ").split()
    if not 1 <= len(words) <= _MOST_WORDS or not all(map(_WORD.match, words)):
        return Shape.NONE
    if not words[0][0].isalpha() and words[0][0] != "+":
        return Shape.NONE
    low = [word.casefold().strip(".'’") for word in words]
    if (low[-1] in _NOT_PEOPLE and not _is_surname(words, low)) or (low[0] in _INSIDE_SENTENCES and words[0] != "IT"):
        return Shape.NONE
    if len(low) > 1 and low[0] in _FIRST_OF_NOTES:
        return Shape.NONE
    if any(word in _INSIDE_SENTENCES or word in _AUXILIARIES for word in words):
        return Shape.NONE
    named = [word for word in words if word.casefold() not in _PARTICLES or (len(words) == 1 and word[0].isalpha())]
    if not named:
        return Shape.NONE
    # Scripts without capitals (Chinese, Arabic, Hindi) have nothing to check.
    if all(not word[0].islower() for word in named):
        return Shape.FULL if len(named) > 1 else Shape.SINGLE
    return Shape.LOWER


def speaks_in_sentences(words: Iterable[str]) -> bool:
    """Whether one of the words stands in sentences, such as a verb or a pronoun, and hardly in a heading."""
    return any(
        word.rstrip(".,;:") != "IT" and word.casefold().strip(".,;:()’'") in (_INSIDE_SENTENCES - _OF_HEADINGS_TOO) for word in words
    )


def _is_surname(words: list[str], low: list[str]) -> bool:
    """Whether the last word can stand at the end of a name: "Ellen Price", but not "Unit price"."""
    return (
        low[-1] in _SURNAMES_TOO
        and len(words) > 1
        and all(word[0].isupper() for word in words)
        and not set(low[:-1]) & (_BEFORE_SUCH_A_WORD | _NOT_PEOPLE | _FIRST_OF_NOTES)
    )


def accepted(candidates: Iterable[Candidate], units: int, known: Collection[str] = ()) -> frozenset[str]:
    """The labels, casefolded, that are speakers.

    `units` is the number of paragraphs (or lines, or cues) that could each have been labelled;
    `known` are names from a list of attendees.
    """
    people = {name.casefold() for name in known}
    counts: Counter[str] = Counter()
    shapes: dict[str, Shape] = {}
    bold: set[str] = set()
    for candidate in candidates:
        key = candidate.name.casefold()
        counts[key] += 1
        if key not in shapes:
            shapes[key] = shape(candidate.name)
        if candidate.emphasised:
            bold.add(key)
    plausible = {key for key, kind in shapes.items() if kind is not Shape.NONE or key in people}
    dense = 2 * sum(counts[key] for key in plausible if shapes[key] is not Shape.LOWER or counts[key] > 1) >= units

    def speaks(key: str) -> bool:
        if key in people:
            return True
        match shapes[key]:
            case Shape.GENERIC:
                return dense or counts[key] > 1
            case Shape.FULL:
                return dense or counts[key] > 1 or key in bold
            case Shape.SINGLE:
                return dense or counts[key] > 2 or (key in bold and counts[key] > 1)
            case Shape.LOWER:
                return counts[key] > 1 and dense
            case Shape.NONE:
                return False

    return frozenset(key for key in plausible if speaks(key))
