"""How a question names what it is about: in the stakeholder's own words, or in neutral ones that nobody said so.

A goal or a figure may have been put so by somebody else, and who said what is not for every stakeholder to know. A question then
names the subject by what is done to what ("settling claims"): without names, figures, dates, quotation marks, or the rest of the
sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from discovery_agent.domain.interview.known import Known
from discovery_agent.domain.interview.wording import READ

MOST_WORDS = 4
"""Words that carry meaning in a neutral name, besides the verb."""
_WANTED = re.compile(
    r"^(?:(?:we|i|they|people) (?:all )?(?:want|need|would like|have|hope|plan|aim|must|should) (?:to )?|(?:the|our|my) (?:goal|aim|idea) is to |to )",
    re.IGNORECASE,
)
_VERBS = frozenset(
    "achieve analyse analyze answer approve assign automate avoid balance book bring build bundle catch check clean clear close collect"
    " combine compare control cover create cut decide decrease deliver detect digitise digitize direct double drop eliminate end enter"
    " explain find fix forecast free get give grow halve handle help improve increase keep know learn limit lower make manage match measure"
    " meet merge minimise minimize monitor move offer open optimise optimize organise organize pay plan predict prevent process produce"
    " protect prove provide quote raise reach read recognise recognize record reduce reject release remove reply replace report retain"
    " route run save schedule see sell send serve settle share ship shorten show simplify solve sort speed spot standardise standardize stop"
    " support tell test track train translate turn understand unify update use write".split()
)
_NO_MORE = frozenset("stop avoid end prevent".split())
# From here on a statement tells where, by how much, by when, why: that is how somebody put it.
_STOPS = frozenset(
    "from to in by within until till before after at on with without for so because that which who whom when where while if and or but as"
    " per than instead into through via across between over under since during every each about around not never no is are was were be"
    " can could should must will would".split()
)
_LEFT_OUT = frozenset("our my your their his her its we i you they us me them this that these those really just much".split())
_LIGHT = frozenset("the a an of to up down out".split())
_OF_DOING = frozenset("time effort cost costs work hours need chance".split())
"""What alone says nothing: "the time" is the time to do something."""
_FIGURES = frozenset(
    "half two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty hundred thousand million dozen once twice".split()
)
_TOKEN = re.compile(r"[^\W_](?:[\w'’/&%-]*\w)?")
_LONG_WORD = re.compile(r"\w{4,}")
_CALENDAR = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|june|july|august|september|october|november|december",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"^(?:the|our|my|a|an|their|his|her|its)\s+", re.IGNORECASE)
_SHORT = re.compile(r"[^aeiou]*[aeiou][^aeiouwxy]")


class OwnWords:
    """What a stakeholder said in their interview, to be looked through many times."""

    def __init__(self, answers: Iterable[str]) -> None:
        self._text = " ".join(answer[:READ].lower() for answer in answers)
        self._words = frozenset(_LONG_WORD.findall(self._text))

    def name_figure(self, figure: str) -> bool:
        """Whether they called a figure so."""
        return figure.lower().removeprefix("the ") in self._text

    def hold(self, statement: str) -> bool:
        """Whether all words of weight of a statement are theirs as well."""
        words = set(_LONG_WORD.findall(statement.lower()))
        return bool(words) and words <= self._words


def called(about: str, known: Known, own: OwnWords, *, figure: bool) -> str:
    """The name by which a question may speak of a goal or of a figure; empty if there is none.

    It is as somebody worded it where this stakeholder said so, too, or where the lead lets everybody see who said what.
    """
    if figure and own.name_figure(about):
        return about
    if known.share_quotes or (not figure and own.hold(about)):
        return f"“{about}”"
    people = [one.name for one in known.people]
    return (neutral_figure(about, people) if figure else neutral_goal(about, people)) or ""


def neutral_goal(statement: str, people: Iterable[str] = ()) -> str | None:
    """A goal as what is done to what; None where that cannot be told, so that a question had better not name it.

    >>> neutral_goal("Settle claims in ten days, as Marek asked")
    'settling claims'
    >>> neutral_goal("Stop copying numbers from one screen to the other")
    'no longer copying numbers'
    """
    tokens = _TOKEN.findall(_WANTED.sub("", " ".join(statement.split())))
    if len(tokens) < 2 or tokens[0].lower() not in _VERBS:
        return None
    verb, kept = tokens[0].lower(), _kept(tokens[1:], _names(people))
    if not kept:
        return None
    if verb in _NO_MORE and kept[0].endswith("ing"):
        return f"no longer {' '.join(kept)}"
    return f"{_gerund(verb)} {' '.join(kept)}"


def neutral_figure(name: str, people: Iterable[str] = ()) -> str | None:
    """The name of a figure without marks and possessives, with its article; None where it holds a person's name."""
    plain = _ARTICLE.sub("", " ".join(_TOKEN.findall(name)))
    if not plain or any(_is_of(word, _names(people)) for word in plain.split()):
        return None
    keeps = not plain[1:2].islower() or _CALENDAR.match(plain)
    return f"the {plain if keeps else plain[:1].lower() + plain[1:]}"


def _names(people: Iterable[str]) -> frozenset[str]:
    return frozenset(word.casefold() for person in people for word in _TOKEN.findall(person) if len(word) > 2)


def _is_of(word: str, names: frozenset[str]) -> bool:
    return re.sub(r"['’]s?$", "", word.casefold()) in names


def _kept(tokens: Iterable[str], names: frozenset[str]) -> list[str]:
    kept: list[str] = []
    weight = 0
    for token in tokens:
        low = token.lower()
        # A word with a capital letter may be anybody's name; one all in capitals is a system or a kind of document.
        is_name = _is_of(token, names) or (token[:1].isupper() and not token.isupper())
        goes_on = low == "to" and kept and kept[-1].lower() in _OF_DOING
        if (low in _STOPS and not goes_on) or low in _FIGURES or is_name or any(sign.isdigit() for sign in token) or weight == MOST_WORDS:
            break
        if low not in _LEFT_OUT:
            kept.append(token)
            weight += low not in _LIGHT
    while kept and kept[-1].lower() in ("the", "a", "an", "of"):
        kept.pop()
    return kept


def _gerund(verb: str) -> str:
    if verb.endswith("e") and not verb.endswith("ee"):
        return f"{verb[:-1]}ing"
    if _SHORT.fullmatch(verb) or verb == "control":
        return f"{verb}{verb[-1]}ing"
    return f"{verb}ing"
