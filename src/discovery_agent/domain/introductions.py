"""What speakers say of their own function: "I'm the head of service", "Lena from IT here".

Many transcripts give names only. What somebody says of themselves is a guess at their role, shown with the words that say it, for
the lead to accept. What is said of others, told of the past, denied or supposed is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from discovery_agent.domain.conversation import Conversation, Role, Utterance, Value, is_interviewer
from discovery_agent.domain.findings import Grounding, Quote
from discovery_agent.domain.job_titles import DEPARTMENT, UNIT, role_of_department, role_of_title
from discovery_agent.domain.speech import spoken


class Introduction(Value):
    """What one speaker said of their function, with the words that say it."""

    speaker: str
    """The speaker as the transcript names them."""
    name: str | None = None
    """The name they gave themselves, where they said one."""
    role: Role
    """A guess; `unknown` where the title or department does not tell."""
    title: str | None = None
    """The function as it was said, such as "head of service"; of "I head claims", the same in these words."""
    department: str | None = None
    quote: Quote


def introductions(conversation: Conversation) -> tuple[Introduction, ...]:
    """The introduction of each speaker who made one, in the order of their first; of several, the one that says most.

    Interviewers are left out.
    """
    best: dict[str, Introduction] = {}
    for utterance in conversation.utterances:
        if utterance.speaker is None or is_interviewer(utterance.speaker):
            continue
        for one in _introductions_in(conversation.id, utterance, utterance.speaker):
            if utterance.speaker not in best or _weight(one) > _weight(best[utterance.speaker]):
                best[utterance.speaker] = one
    return tuple(best.values())


def _weight(one: Introduction) -> tuple[bool, bool, bool]:
    return one.role is not Role.UNKNOWN, one.title is not None, one.department is not None


_FEW = r"(?:just|only|also|currently|now|actually|basically|still|here|today)"
_ARTICLE = r"(?:an?|the|your|our|their)"
_NAME = r"(?P<name>[A-ZÀ-Þ][^\W\d_]*(?:[-'’][^\W\d_]+)?(?: [A-ZÀ-Þ][^\W\d_]*(?:[-'’.][^\W\d_]*)*){0,2})"
_WORD = r"[^\W\d_][\w&/-]*"
_PERSON = (
    r"(?i:managers?|directors?|officer|lead(?:er)?|chief|engineer|developer|programmer|architect|analyst|admin(?:istrator)?|scientist"
    r"|technician|nurse|clerk|owner|founder|president|controller|accountant|buyer|planner|dispatcher|co-?ordinator|supervisor|lawyer"
    r"|counsel|auditor|assistant|specialist|consultant|agent|handler|adjuster|operator|case ?worker|receptionist|cashier"
    r"|picker|doctor|pharmacist|physician|teacher|surveyor|inspector|foreman|forewoman|secretary|sponsor|representative|rep|underwriter"
    r"|driver|mechanic|fitter|electrician|baker|chef|recruiter|registrar|treasurer|partner|trainer|bookkeeper|paralegal|scheduler"
    r"|fundraiser|librarian|editor|translator|merchandiser|estimator|warden|midwife|paramedic|c[efoit]o|cdo|cmo|cpo|chro|md"
    r"|dpo|vp|svp|dba)(?!['’\w-])"
)
# Words that make another thing of a title: "the only manager who cares", "a big fan of", "the former head".
_NO_ADJECTIVE = (
    r"(?!(?i:only|first|last|wrong|right|same|one|kind|sort|bit|big|huge|happy|worst|best|no|not|next|former|previous|ex|old)(?!\w))"
)
_BEFORE = rf"(?:{_NO_ADJECTIVE}[^\W\d_][\w&/.'’-]* ){{0,4}}?"
# A part of the organisation: "IT", "the claims department", "our Leipzig plant".
_PART = rf"(?:(?:the |our |all )?(?:(?:{_WORD} ){{0,3}}?{UNIT}|{DEPARTMENT}(?: {UNIT})?))"
_HEADED = rf"(?:{_PART}|(?:the |our )?{_WORD}(?: (?!(?:and|but|so|here|at|in|from|who|since|for|with)(?!\w)){_WORD}){{0,2}})"
_TITLE = (
    rf"(?P<title>{_BEFORE}(?i:head|director|vp|vice president|chief|manager|lead) (?i:of|for) (?P<of>{_HEADED})"
    rf"|(?P<before>{_BEFORE}){_PERSON}(?: (?i:of|for|in|at|on) (?P<in>{_PART}))?"
    rf"|(?P<guy>IT|(?i:data|compliance|legal|security|privacy|finance|integration)) (?i:guy|person|man|woman|lady)(?!\w))"
)
_END = (
    r"(?=\s*(?:[,.;:!?)–—-]|$|(?i:and|but|so|here|at|in|for|with|on|who|which|that|since|because|from|as|of|then|now|today|by|to|or)"
    r"(?!\w)))"
)
_I_AM = rf"(?i:\bi am|\bi['’]?m|\bmy name is|\bmy name['’]s)(?: {_FEW})*"
_I_AM_NAMED = rf"(?:{_I_AM}|(?i:\bthis is|\bit['’]s)) {_NAME}"
_I = rf"(?i:\bi)(?: {_FEW})*"
_SIDE = rf"(?i:the) (?:{_WORD} ){{0,2}}?(?i:team|department|side|board|works council)"
_OPENING = r"(?:^|(?<=[.,!?] ))"

# "Judith Amory, managing director of the laundry", as people say it in a round of introductions.
_NAME_AND_TITLE = rf"{_OPENING}{_NAME},? (?:{_ARTICLE} )?(?!I\b){_TITLE}{_END}"
_INTRODUCTIONS = tuple(
    re.compile(pattern)
    for pattern in (
        # "I'm Lena, head of claims"; "I'm Lena from IT".
        rf"{_I_AM_NAMED}(?:,| -| –)? (?:(?i:the|a|an|your|our) )?{_TITLE}{_END}",
        rf"{_I_AM_NAMED},? (?i:from|in|with|over (?:in|at)|representing) (?P<dept>{_PART}){_END}",
        _NAME_AND_TITLE,
        # "Tom from procurement here"; "Tom here, the service lead".
        rf"{_OPENING}{_NAME}(?:,? (?i:from|in) (?P<dept>{_PART})| here,? (?i:from) (?P<after>{_PART})| here,? (?:{_ARTICLE} )?{_TITLE}{_END})"
        r"(?: (?i:here))?(?=\s*[.,!]|$)",
        # "I'm the head of service"; "I'm head of service"; "I work as a nurse".
        rf"{_I_AM},? {_ARTICLE} {_TITLE}{_END}",
        rf"{_I_AM} (?P<title>(?i:(?:deputy |acting )?head|director|vice president|vp) (?i:of) (?P<of>{_HEADED})){_END}",
        rf"{_I} (?i:work) (?:here )?(?i:as) (?:{_ARTICLE} )?{_TITLE}{_END}",
        # "I'm with legal"; "I'm in sales", but not "I'm in the warehouse right now".
        rf"{_I_AM} (?i:from|with|representing|speaking for|here for|sitting in for) (?P<dept>{_PART}){_END}",
        rf"{_I_AM} (?i:in|on) (?P<dept>{DEPARTMENT}(?: {UNIT})?|{_SIDE}){_END}",
        rf"{_I} (?i:work|sit|am based) (?i:in|for|on) (?P<dept>{_PART}){_END}",
        # "I head up the claims department"; "I run the service desk".
        rf"(?:{_I} (?i:head up|head|am heading|am in charge of)|{_I_AM} (?i:heading|in charge of)) (?P<heads>{_PART}){_END}",
        rf"(?:{_I} (?i:run|lead|manage|supervise|oversee|look after)|{_I_AM} (?i:leading|running|responsible for|looking after))"
        rf" (?P<runs>{_PART}){_END}",
        # "As head of operations, I need that number".
        rf"(?:(?i:speaking|talking) as|(?i:in my (?:role|job|capacity|function) as)|{_OPENING}(?i:as)) (?:{_ARTICLE} )?{_TITLE}"
        r"(?=,|\s(?i:i)\b|\s(?i:here)\b)",
    )
)
# Before the words: somebody else's, supposed, or not so.
_NOT_MEANT = re.compile(
    r"(?:\b(?:if|unless|suppose|imagine|pretend|whether|says?|said|goes|like|think|thinks|wish|as though)\W*$)|[\"“„«]\s*$", re.IGNORECASE
)
_FIGURE_OF_SPEECH = re.compile(
    r"\b(?:in (?:support|service|charge) of (?!the)|customer (?!service|care|support|success|relations)"
    r"|driver (?:of|behind)|agent of|(?:owner|partner) of (?:that|this|it|those|these|a)\b|sponsor of (?:those|these|a)\b|owner of the (?:number|problem|figure|risk))",
    re.IGNORECASE,
)


def _introductions_in(conversation_id: str, utterance: Utterance, speaker: str) -> Iterable[Introduction]:
    text = str(spoken(utterance.text))
    for pattern in _INTRODUCTIONS:
        for match in pattern.finditer(text):
            if _NOT_MEANT.search(text[max(0, match.start() - 25) : match.start()]):
                continue
            if _FIGURE_OF_SPEECH.search(text[match.start() : match.end() + 20]):
                continue
            read = _read(match, speaker)
            if read is None:
                continue
            name, role, title, department = read
            start, end = match.span()
            quote = Quote(
                conversation_id=conversation_id,
                utterance_id=utterance.id,
                speaker=speaker,
                start=start,
                end=end,
                text=utterance.text[start:end],
                grounding=Grounding.EXACT,
            )
            yield Introduction(speaker=speaker, name=name, role=role, title=title, department=department, quote=quote)


def _read(match: re.Match[str], speaker: str) -> tuple[str | None, Role, str | None, str | None] | None:
    said = {key: value for key, value in match.groupdict().items() if value}
    name = said.get("name")
    # Of a speaker without a name "Tom Becker, head of IT, told me" may be somebody else.
    presents = match.re.pattern == _NAME_AND_TITLE and _NO_NAME.fullmatch(speaker) is not None
    if name and (presents or not _may_be(name, speaker, presents=not re.match(r"(?i)(?:i\b|my\b)", match.group()))):
        return None
    if "title" in said:
        title = _tidy(said["title"])
        department = _department_of(said)
        role = role_of_title(title)
        if role is Role.UNKNOWN and department:
            role = role_of_department(department)
        if role is Role.SPONSOR and department and role_of_department(department) is Role.UNKNOWN:
            department = None  # "managing director of Castlemore Linen" leads the whole
        return name, role, title, department
    if "heads" in said:
        department = re.sub(r" (?:team|department|dept|division)\Z", "", _tidy(said["heads"]), flags=re.IGNORECASE)
        title = f"head of {department}"
        return name, role_of_title(title), title, department
    department = _tidy(next(said[key] for key in ("dept", "after", "runs") if key in said))
    role = role_of_department(department)
    if role is Role.UNKNOWN and "runs" in said:
        role = Role.BUSINESS
    return name, role, None, department


def _department_of(said: dict[str, str]) -> str | None:
    named = said.get("of") or said.get("in") or said.get("guy")
    if named:
        return _tidy(named)
    before = re.search(rf"({DEPARTMENT})\s*\Z", said.get("before", ""))
    return _tidy(before.group(1)) if before else None


def _tidy(words: str) -> str:
    return re.sub(r"^(?:the|our|all) ", "", " ".join(words.split()), flags=re.IGNORECASE)


_NO_NAME = re.compile(
    r"(?:(?:unknown |unidentified )?(?:speaker|participant|person|voice|guest|respondent|interviewee|attendee)(?![a-z]).*|\W*\w{1,2}\W*\d*)",
    re.IGNORECASE,
)
_NO_FIRST_NAME = frozenset(
    "I It That This There And But So Yes No Well Okay Ok Right Thanks People Somebody Nobody Everybody Everyone Someone Most Some Calls Mails Emails".split()
)


def _may_be(name: str, speaker: str, *, presents: bool) -> bool:
    """Whether the name said can be the speaker's; "this is Lena from IT" may present another."""
    if re.split(r"[ '’]", name)[0] in _NO_FIRST_NAME:
        return False
    known = {word.casefold() for word in re.findall(r"[^\W\d_]+", speaker)}
    if any(word.casefold() in known for word in re.findall(r"[^\W\d_]+", name)):
        return True
    return not presents or _NO_NAME.fullmatch(speaker) is not None
