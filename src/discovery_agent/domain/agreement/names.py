"""Names of people in texts that must name nobody."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from discovery_agent.domain.conversation import Role
from discovery_agent.domain.job_titles import role_of_department, role_of_title

SOMEBODY = "somebody"

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_TITLES = frozenset("dr prof mr mrs ms miss sir herr frau von van der den de la le di da dos del the and of jr sr phd speaker".split())
# Names that are words as well: alone they count only where a word of that kind would not be capitalised.
ALSO_WORDS = frozenset(
    "will mark hope grace rose bill art frank max page price long short young king hall hill field fields stone wood woods brook bush "
    "day summer winter may june april august faith joy dawn sunny rich jack rob nick pat sue drew gene guy dean earl miles penny ray "
    "christian case chance rusty sandy violet ivy pearl ruby iris olive ginger holly heather lane park parks rivers waters wells banks "
    "church bishop knight baker cook cooper carter mason miller smith taylor turner walker hunter fisher porter potter weaver fox wolf "
    "bird swan lamb bull best good wise sharp swift strong green brown black white gray grey gold silver love power powers cash marks "
    "major minor senior junior north south east west english french german holland lord pope prince noble post book bell ball lock key "
    "service claims team customer customers client finance sales support order orders quality data".split()
)
_MONTHS = frozenset("april may june july august january".split())
_SPEAKS = re.compile(
    r"(?:['’]s)?\s+(?:says?|said|wants?|wanted|tells?|told|thinks?|asks?|asked|insists?|demands?|reports?|needs?|believes?|agrees?|hopes?)\b",
    re.IGNORECASE,
)
_LEAST_LETTERS = 3


class Names:
    """Finds the names of people. What belongs to the organisation's own name is no name of a person."""

    def __init__(self, people: Iterable[str], organisation: str = "") -> None:
        own = {word.casefold() for word in _WORD.findall(organisation)}
        whole: dict[str, str] = {}
        parts: dict[str, str] = {}
        spelled: dict[str, None] = {}
        for person in dict.fromkeys(" ".join(one.split()) for one in people):
            words = _WORD.findall(person)
            if not words or _is_function(person):
                continue
            if len(words) > 1:
                whole.setdefault(person.casefold(), person)
                spelled[person] = None
            for word in words:
                known = word.casefold() in own or word.casefold() in _TITLES
                if not known and (len(word) >= _LEAST_LETTERS or not word.isascii()):
                    parts.setdefault(word.casefold(), person)
                    spelled[word] = None
        self._whole = whole
        self._parts = parts
        self._pattern = _any_of(spelled) if spelled else None

    def found_in(self, text: str) -> tuple[str, ...]:
        """The people whom a text names, by their whole names."""
        return tuple(dict.fromkeys(person for _, person in self._mentions(text)))

    def replaced(self, text: str, by: Callable[[str], str] = lambda _: SOMEBODY) -> str:
        """The text with something else for each name; `by` is given the whole name of the person."""
        result: list[str] = []
        place = 0
        for mention, person in self._mentions(text):
            result += [text[place : mention.start()], by(person)]
            place = mention.end()
        return "".join([*result, text[place:]])

    def _mentions(self, text: str) -> Iterable[tuple[re.Match[str], str]]:
        if self._pattern is None:
            return
        for mention in self._pattern.finditer(text):
            said = " ".join(mention.group().split()).casefold()
            if said in self._whole:
                yield mention, self._whole[said]
            elif self._is_name(mention, text):
                yield mention, self._parts[said]

    def _is_name(self, mention: re.Match[str], text: str) -> bool:
        """A part of a name alone counts where it is written as a name."""
        word = mention.group()
        if word[:1].lower() == word[:1].upper():  # a script without capitals
            return True
        if not word[:1].isupper():
            return False
        if _SPEAKS.match(text, mention.end()):
            return True
        if word.casefold() in _MONTHS:
            return False
        begins = not text[: mention.start()].rstrip(" \n\"'“”‘(").strip() or text[: mention.start()].rstrip()[-1:] in ".!?:;•-–"
        return not (begins and word.casefold() in ALSO_WORDS)


def _any_of(names: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile("|".join(map(_written, longest_first)), re.IGNORECASE)


def _written(name: str) -> str:
    plain = r"\s+".join(map(re.escape, name.split()))
    return rf"(?<!\w){plain}(?!\w)" if name.upper() != name.lower() else plain  # scripts without capitals set no spaces


def _is_function(person: str) -> bool:
    """Whether somebody goes by what they are: "Finance", "Product Manager"."""
    return role_of_department(person) is not Role.UNKNOWN or (
        role_of_title(person) is not Role.UNKNOWN
        and all(role_of_title(word) is not Role.UNKNOWN or len(word) < 4 for word in person.split())
    )
