"""Names, titles and roles of speakers, as labels in a file give them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from discovery_agent.domain.conversation import Role, Stakeholder
from discovery_agent.domain.job_titles import role_of_title

_TITLED = re.compile(r"([^()\[\]]{1,100}?)\s*[(\[]([^()\[\]]{1,100})[)\]]\Z")
_NOT_A_TITLE = re.compile(
    r"(?:she|he|they|her|him|them|his|hers|theirs)(?:/\w+)*|guest|external|extern|unverified|host|me|you|presenter"
    r"|organi[sz]er|[\d:.,\s]+",
    re.IGNORECASE,
)


def tidy(label: str) -> str:
    """A speaker label with its whitespace normalised."""
    return " ".join(label.split())


def split_title(label: str) -> tuple[str, str | None]:
    """Name and job title of `Anna Berg (Head of Claims)` or `Anna Berg, Head of Claims`.

    A comma parts name and title only where the rest is a known title: `Berg, Anna` is one name.
    """
    label = tidy(label)
    if match := _TITLED.match(label):
        name, title = match.group(1), tidy(match.group(2))
        if any(letter.isalnum() for letter in name):
            return tidy(name), None if _NOT_A_TITLE.fullmatch(title) else title
    name, comma, title = label.partition(",")
    if comma and name.strip() and role_of_title(title) is not Role.UNKNOWN:
        return tidy(name), tidy(title)
    return label, None


class Cast:
    """Who takes part: maps labels of the file to names, and names to stakeholders.

    `labels` are the speaker labels in order of first speech, `attendees` those of the header, and
    `stakeholders` what the user knows of people, which overrules the file.
    """

    def __init__(self, labels: Iterable[str], attendees: Sequence[str] = (), stakeholders: Sequence[Stakeholder] = ()) -> None:
        self._known = _index(stakeholders)
        self._spoken = _names(labels)
        self._attendees = {label: pair for label, pair in _names(attendees).items() if not _is_machine(pair[0])}
        self.renamed: dict[str, str] = {}
        """Names of the file that an alias of the user's list replaces."""
        self._people: dict[str, Stakeholder] = {}
        titles = {name.casefold(): title for name, title in self._attendees.values() if title}
        first_names = self._unique_first_names()
        for name, title in self._spoken.values():
            full = first_names.get(name.casefold(), name.casefold())
            self._add(name, title or titles.get(name.casefold()) or titles.get(full))
        spoken = {person.name.casefold() for person in self._people.values()}
        spoken |= {first_names[name] for name in spoken if name in first_names}
        for name, title in self._attendees.values():
            if name.casefold() not in spoken:
                self._add(name, title)

    @property
    def participants(self) -> tuple[Stakeholder, ...]:
        """Speakers in order of first speech, then attendees who did not speak."""
        return tuple(self._people.values())

    def file_name(self, label: str) -> str:
        """The name as the file has it, without the title."""
        return self._spoken[label][0]

    def name(self, label: str) -> str:
        """The name as the user has it, else as the file has it."""
        name = self.file_name(label)
        known = self._known.get(name.casefold())
        return known.name if known else name

    def _add(self, name: str, title: str | None) -> None:
        known = self._known.get(name.casefold())
        inferred = role_of_title(title)
        if inferred is Role.UNKNOWN and title is None:
            inferred = role_of_title(name)  # meetings label people by function: "Project Manager"
        if known is None:
            person = Stakeholder(name=name, role=inferred, title=title)
        else:
            if known.name.casefold() != name.casefold():
                self.renamed[name] = known.name
            role = inferred if known.role is Role.UNKNOWN else known.role
            person = known.model_copy(update={"title": known.title or title, "role": role})
        self._people.setdefault(person.name, person)

    def _unique_first_names(self) -> dict[str, str]:
        """First name -> full name (both casefolded) of attendees who share it with nobody."""
        full: dict[str, list[str]] = {}
        for name, _ in self._attendees.values():
            first, space, _rest = name.casefold().partition(" ")
            if space:
                full.setdefault(first, []).append(name.casefold())
        return {first: names[0] for first, names in full.items() if len(names) == 1}


def _names(labels: Iterable[str]) -> dict[str, tuple[str, str | None]]:
    """Label -> (name, title). Two people of one name, told apart by title only, keep their whole labels."""
    pairs = {label: split_title(label) for label in dict.fromkeys(labels)}
    titles: dict[str, set[str]] = {}
    for name, title in pairs.values():
        if title:
            titles.setdefault(name, set()).add(title)
    return {label: (tidy(label), title) if title and len(titles[name]) > 1 else (name, title) for label, (name, title) in pairs.items()}


def _index(stakeholders: Sequence[Stakeholder]) -> Mapping[str, Stakeholder]:
    index: dict[str, Stakeholder] = {}
    for person in stakeholders:
        for name in (person.name, *person.aliases):
            index.setdefault(tidy(name).casefold(), person)
    return index


_MACHINE = re.compile(r"['’]s presentation\Z|note ?taker|otter\.ai|fireflies|read\.ai|meetgeek|meeting notes", re.IGNORECASE)


def _is_machine(name: str) -> bool:
    """Attendee lists hold shared screens and recording services too."""
    return _MACHINE.search(name) is not None
