"""Short, honest answers to what stakeholders ask the interviewer."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Reply:
    """Answers to one question that people ask back; {left} is how many questions may still come."""

    asked: re.Pattern[str]
    answers: tuple[str, ...]
    answers_if_open: tuple[str, ...] = ()
    """Where the lead reads along from the beginning."""


def _asked(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


MEANING = Reply(
    _asked(
        r"\bwhat (?:exactly )?(?:do|did) you mean\b",
        r"\bwhat is meant\b",
        r"\bunderstand\b",
        r"\b(?:rephrase|repeat|say that again|put (?:that|it) (?:differently|another way))\b",
        r"^\W*(?:pardon|huh|what|sorry|excuse me|come again|such as|like what|for example)\W*$",
        r"\b(?:in|with) (?:which|what) (?:sense|respect|regard)\b",
        r"\b(?:explain|clarify) (?:the|your|that|this)\b",
        r"\bwhat kind of\b",
    ),
    ("Let me put it differently.", "I will say it in other words.", "Then I will try it another way."),
)
WHY = Reply(
    _asked(
        r"\bwhy\b",
        r"\bwhat (?:is|'s) (?:that|this|it) (?:for|good for)\b",
        r"\bwhat for\b",
        r"\bhow (?:is|does) (?:that|this|it) (?:relevant|matter|help)\b",
        r"\bwhat does (?:that|this|it) have to do\b",
        r"\brelevant\b",
    ),
    ("I ask because a decision depends on what people here know.", "The answer decides what is worth doing, and in which order."),
)
PASSED_ON = (
    "I cannot answer that, but I will pass it on to the people who lead this discovery.",
    "That I do not know; I have noted it for the people who lead this discovery.",
    "I have no answer to that, so it goes into the notes as your question.",
)

REPLIES: tuple[Reply, ...] = (
    MEANING,
    Reply(
        _asked(
            r"\b(?:lose|keep|cut) (?:my|our|their) (?:jobs?|work)\b",
            r"\bjobs?\b.{0,40}\b(?:safe|cut|lost|go|disappear)\b",
            r"\b(?:replace|replacing|replaced)\b",
            r"\blaid off\b|\bredundan",
        ),
        (
            "I cannot promise anything about that, because it is not decided here; your worry goes into the notes if you want it to.",
            "That is not for me to decide, and I will not pretend to know; you can have the question put on record.",
        ),
    ),
    Reply(
        _asked(r"\b(?:human|a person|robot|a bot|chat ?bot|an? ai|a machine|chatgpt|real (?:person|human)|computer|program)\b"),
        (
            "No, I am a program; people lead the discovery and decide what comes of it.",
            "I am a program, not a person, and people decide what comes of your answers.",
        ),
    ),
    Reply(
        _asked(
            r"\bskip\b",
            r"\bhave to answer\b|\bmust i answer\b|\bdo i need to\b|\b(?:is|are) (?:this|these|it) (?:voluntary|mandatory|obligatory)\b",
            r"\bnot answer\b|\brefuse\b",
        ),
        ("Yes, just say “skip”, and nothing is held against you.", "You can leave out any question by saying “skip”."),
    ),
    Reply(
        _asked(
            r"\bwho (?:will |can |may |else |all |is going to |gets to )*(?:see|sees|read|reads|hear|hears|get|gets|know|knows|look|looks)\b",
            r"\b(?:anonymous|anonymously|confidential|private|privacy|secret)\b",
            r"\b(?:my|the) (?:boss|manager|supervisor|employer|company|management)\b.{0,40}\b(?:see|read|hear|know|told|find out|get)\b",
            r"\b(?:recorded|recording|record this)\b",
        ),
        (
            "Until you release it at the end, the pages show nobody else what you say here; then the people who lead this discovery read it.",
            "Your answers stay closed until you release them at the end, and you can correct each line before that.",
        ),
        (
            "The people who lead this discovery can read your answers, and you can correct each line at the end.",
            "Those who lead this discovery read along; other stakeholders do not see your words unless the lead allows it.",
        ),
    ),
    Reply(
        _asked(
            r"\bwhat (?:will |is going to |are you going to |do you |happens?|happen|becomes?)(?:\w+ )*(?:with|to|do with|of) (?:my|the|these|this|our|all|it|that)\b",
            r"\b(?:what are|how are|how will) (?:my|the|these) (?:answers|data|words)\b",
            r"\bwhere (?:is|are|will|does) (?:this|my|the|it|these)\b.{0,30}\b(?:stored|kept|go|end up|saved|land)\b",
            r"\b(?:see|get|hear) (?:the|any) (?:results?|outcome|report)\b",
            r"\bwhat happens (?:next|then|afterwards|after)\b",
        ),
        (
            "Your answers become a list of statements with your own words beside them, which you confirm or strike at the end; then they feed the decision.",
            "What you say is written down as single statements, you check each at the end, and the people who lead this discovery decide with them.",
        ),
    ),
    Reply(
        _asked(
            r"\bhow (?:long|many|much)\b.{0,40}\b(?:take|takes|last|left|more|questions?|time|be|go)\b",
            r"\bhow much (?:longer|more)\b",
            r"\bare we (?:done|finished|there)\b",
            r"\b(?:almost|nearly) (?:done|finished|over)\b",
        ),
        ("At most {left} more, a minute or two each.", "No more than {left} further questions, and you can stop at any time."),
    ),
    WHY,
    Reply(
        _asked(
            r"\bwho (?:are you|sent you|is behind|asked you|ordered|started|pays)\b",
            r"\bwhat (?:are you|is this (?:about|all about))\b",
            r"\bwhat is the (?:point|purpose|goal|aim)\b",
        ),
        ("I put questions on behalf of the people who lead this discovery, to find out what should change and what it takes.",),
    ),
)


def reply_to(text: str) -> Reply | None:
    """The reply to what somebody asks back; None if nothing in the table answers it."""
    return next((reply for reply in REPLIES if reply.asked.search(text)), None)
