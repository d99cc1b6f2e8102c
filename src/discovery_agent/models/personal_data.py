"""Personal data is taken out of what goes to a model, and put back into what it answers.

Hidden are e-mail addresses, phone numbers (found by Google's libphonenumber), the names of people who are known to take part, and names
after a title (Mrs Tully). Each is replaced by a placeholder such as `[PERSON_1]`, so that the model can still tell who is who, and its
quotes become the words of the transcript again before they are checked. Other people who are merely talked about are not hidden, nor are
addresses, account numbers, or who somebody is from what they tell. docs/security.md lists what is missed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from discovery_agent.domain.conversation import is_interviewer
from discovery_agent.models.messages import Message

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.)+[^\W\d_]{2,24}(?![\w-])")
# A title tells that a name follows, whoever that is.
_TITLED = r"(?:Mrs?|Ms|Miss|Mx|Dr|Prof|Herr|Frau)\.?\s+[A-Z][^\W\d_]+(?:-[A-Z][^\W\d_]+)?"
_PLACEHOLDER = re.compile(r"\[(?:PERSON|EMAIL|PHONE)_\d+[A-Z]{0,2}\]")
_LONGEST_PLACEHOLDER = 24
_NOBODY = re.compile(r"(?:speaker|person|participant|unknown|guest|moderator|host|q|a)\s*\d*", re.IGNORECASE)
# First and last names that are everyday words at the beginning of a sentence: hidden only as part of the whole name.
_EVERYDAY = frozenset(
    "art bill chance chase cook dawn drew faith frank gene grace grant hope hunter ivy jack joy july june mark may miles miller mason pat "
    "price reed rich rob rose sage sky sue summer ward wade will young".split()
)
_SHORTEST_PART = 3


class Hidden(NamedTuple):
    """Messages without personal data, and what each placeholder in them stands for."""

    messages: tuple[Message, ...]
    originals: Mapping[str, str]

    def restored(self, text: str) -> str:
        """A reply in which every placeholder has become what it stands for."""
        return _PLACEHOLDER.sub(lambda found: self.originals.get(found[0], found[0]), text) if self.originals else text

    def restored_json(self, text: str) -> str:
        """The same for a reply in JSON, where what is put in has to be escaped."""
        if not self.originals:
            return text
        return _PLACEHOLDER.sub(lambda found: json.dumps(self.originals.get(found[0], found[0]))[1:-1], text)


class RestoredStream:
    """Puts personal data back into a reply that comes in pieces; a placeholder may be cut in two."""

    def __init__(self, hidden: Hidden) -> None:
        self._hidden = hidden
        self._held = ""

    def feed(self, piece: str) -> str:
        """What can be passed on."""
        text = self._held + piece
        begun = text.rfind("[")
        whole = begun < 0 or "]" in text[begun:] or len(text) - begun > _LONGEST_PLACEHOLDER
        ready, self._held = (text, "") if whole else (text[:begun], text[begun:])
        return self._hidden.restored(ready)

    def end(self) -> str:
        """What was still held back."""
        rest, self._held = self._held, ""
        return self._hidden.restored(rest)


@dataclass
class _Places:
    """The placeholders of one call, numbered as they come; numbers that somebody wrote out in the text itself are left out."""

    taken: frozenset[str]
    originals: dict[str, str] = field(default_factory=dict[str, str])
    _by_words: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    _counts: dict[str, int] = field(default_factory=dict[str, int])
    _people: dict[str, tuple[str, int]] = field(default_factory=dict[str, tuple[str, int]])

    def numbered(self, kind: str, words: str) -> str:
        """The placeholder of these words."""
        known = self._by_words.get((kind, words))
        return known or self._keep(kind, words, self._next(kind))

    def person(self, person: str, words: str) -> str:
        """The placeholder of a person, as they are called here: each way of saying it has its own letter, to be put back as it was."""
        known = self._by_words.get((person, words))
        if known:
            return known
        base, ways = self._people.get(person) or (self._next("PERSON"), 0)
        self._people[person] = (base, ways + 1)
        return self._keep(person, words, f"{base[:-1]}{_letters(ways)}]")

    def _next(self, kind: str) -> str:
        while True:
            number = self._counts[kind] = self._counts.get(kind, 0) + 1
            place = f"[{kind}_{number}]"
            if not any(one.startswith(place[:-1]) for one in self.taken):
                return place

    def _keep(self, kind: str, words: str, place: str) -> str:
        self._by_words[kind, words] = place
        self.originals[place] = words
        return place


class Redactor:
    """Hides personal data. `region` is the country whose phone numbers are written without a code, as `GB`; None finds those with one only."""

    def __init__(self, region: str | None = None) -> None:
        self._region = region

    def hide(self, messages: Sequence[Message], people: Iterable[str]) -> Hidden:
        """The messages without personal data. What the program itself says, the system message, stays as it is.

        The same messages and people give the same placeholders.
        """
        names = _Names(people)
        said = [one.content for one in messages if one.role != "system"]
        places = _Places(frozenset(found for text in said for found in _PLACEHOLDER.findall(text)))
        hidden = tuple(one if one.role == "system" else one._replace(content=self._hidden(one.content, names, places)) for one in messages)
        return Hidden(hidden, places.originals)

    def _hidden(self, text: str, names: _Names, places: _Places) -> str:
        text = _EMAIL.sub(lambda found: places.numbered("EMAIL", found[0]), text)
        return names.hidden(self._without_phones(text, places), places)

    def _without_phones(self, text: str, places: _Places) -> str:
        if sum(sign.isdigit() for sign in text) < 6:
            return text
        from phonenumbers import Leniency, PhoneNumberMatcher

        pieces: list[str] = []
        read = 0
        for found in PhoneNumberMatcher(text, self._region, leniency=Leniency.VALID):
            if "." in found.raw_string and not found.raw_string.startswith("+"):
                continue  # 16.946 is a figure, though libphonenumber takes it for a German number
            pieces += [text[read : found.start], places.numbered("PHONE", found.raw_string)]
            read = found.end
        return "".join(pieces) + text[read:]


class _Names:
    """The names of people, and the parts of them by which they are called."""

    def __init__(self, people: Iterable[str]) -> None:
        self._whose: dict[str, str] = {}
        parts: dict[str, str] = {}
        for name in sorted(set(people)):
            plain = " ".join(name.split())
            if len(plain) < 2 or is_interviewer(plain) or _NOBODY.fullmatch(plain):
                continue
            self._whose[plain.casefold()] = plain
            for part in re.findall(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*", plain):
                if len(part) >= _SHORTEST_PART and part[0].isupper() and part.casefold() not in _EVERYDAY:
                    parts.setdefault(part, plain)
        whole = [r"\s+".join(map(re.escape, name.split())) for name in sorted(self._whose, key=len, reverse=True)]
        called = [re.escape(part) for part in sorted(parts, key=len, reverse=True)]
        self._parts = parts
        # Whole names in any case, parts of them only as names are written.
        both = [f"(?i:{'|'.join(whole)})"] if whole else []
        both += [*called, _TITLED]
        self._pattern = re.compile(rf"(?<![\w@])(?:{'|'.join(both)})(?!\w)")

    def hidden(self, text: str, places: _Places) -> str:
        """The text with each name replaced."""

        def instead(found: re.Match[str]) -> str:
            words = found[0]
            person = self._whose.get(" ".join(words.split()).casefold()) or self._parts.get(words) or words
            return places.person(person, words)

        return self._pattern.sub(instead, text)


def _letters(number: int) -> str:
    """Nothing for the first way of saying a name, then A to Z, then AA."""
    if number == 0:
        return ""
    number -= 1
    return chr(65 + number) if number < 26 else chr(65 + number // 26 - 1) + chr(65 + number % 26)
