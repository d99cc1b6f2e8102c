"""Which mails are one conversation, in which order they were written, and who is credited with which words of it.

A mail repeats what it answers. Words that stand in the thread as somebody's own count there and nowhere else. Of what is only quoted,
because its mail is missing, each stretch is credited to the author that the quotation names; where it names none, to nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from discovery_agent.transcripts.draft import Draft, Turn
from discovery_agent.transcripts.mail_message import Mail
from discovery_agent.transcripts.mail_quotes import Passage, take_apart

_APART = timedelta(days=60)
"""Mails of one subject that say nothing of what they answer belong together within this time."""
_LONGEST = timedelta(days=30)
_TELLING = 40
"""Letters of a paragraph that nobody writes twice by chance."""
_RECOGNISED = 16
_PIECE = 8


class InThread(Protocol):
    """What is needed of a mail to find its thread."""

    @property
    def id(self) -> str | None:
        """Its `Message-ID`."""
        ...

    @property
    def answers(self) -> tuple[str, ...]:
        """Ids of the mails that it follows."""
        ...

    @property
    def thread_subject(self) -> str:
        """The subject without `Re:` and the like."""
        ...

    @property
    def is_reply(self) -> bool:
        """Whether it says that it answers something."""
        ...

    @property
    def sent(self) -> datetime | None:
        """When it was sent."""
        ...


def threads_of(mails: Sequence[InThread]) -> list[list[int]]:
    """Places of the mails of each thread in the order in which they were written; threads in the order of their first mail here.

    The same mail twice, as from an inbox and from a folder of sent mails, is taken once.
    """
    groups = _Groups(len(mails))
    by_id: dict[str, int] = {}
    twice: set[int] = set()
    for place, mail in enumerate(mails):
        if mail.id is not None and mail.id in by_id and mails[by_id[mail.id]].id == mail.id:
            twice.add(place)
            continue
        for one in (mail.id, *mail.answers):
            if one is not None:
                groups.join(place, by_id.setdefault(one, place))
        if mail.id is not None:
            by_id[mail.id] = place
    present = {mail.id for mail in mails}
    latest: dict[str, int] = {}
    for place in sorted((one for one in range(len(mails)) if one not in twice), key=lambda one: _time(mails[one])):
        mail = mails[place]
        subject = mail.thread_subject.casefold()
        before = latest.get(subject)
        unlinked = mail.is_reply and not any(one in present for one in mail.answers)  # what it answers is missing
        if subject and before is not None and unlinked and _time(mail) - _time(mails[before]) <= _APART:
            groups.join(place, before)
        if subject:
            latest[subject] = place
    found: dict[int, list[int]] = {}
    for place in range(len(mails)):
        if place not in twice:
            found.setdefault(groups.of(place), []).append(place)
    return [_in_order(mails, places) for places in found.values()]


class _Groups:
    """Sets of places that are joined step by step."""

    def __init__(self, size: int) -> None:
        self._above = list(range(size))

    def of(self, place: int) -> int:
        while self._above[place] != place:
            self._above[place] = self._above[self._above[place]]
            place = self._above[place]
        return place

    def join(self, one: int, other: int) -> None:
        self._above[self.of(one)] = self.of(other)


def _time(mail: InThread) -> datetime:
    return mail.sent or datetime.min.replace(tzinfo=UTC) + _APART


def _in_order(mails: Sequence[InThread], places: Sequence[int]) -> list[int]:
    """By time, but none before what it answers, whatever the clocks of machines say."""
    by_id = {one: place for place in places if (one := mails[place].id) is not None}
    times: dict[int, tuple[datetime, int]] = {}
    for place in sorted(places, key=lambda one: (len(mails[one].answers), _time(mails[one]))):
        before = [times[by_id[one]] for one in mails[place].answers if one in by_id and by_id[one] in times and by_id[one] != place]
        own = (_time(mails[place]), 0)
        latest = max(before, default=None)
        times[place] = own if latest is None or own > latest else (latest[0], latest[1] + 1)
    return sorted(places, key=lambda one: (*times[one], one))


@dataclass(frozen=True, slots=True)
class _Read:
    """A mail whose text is taken apart."""

    mail: Mail
    speaker: str | None
    passages: list[Passage]
    whole: str
    """All letters and digits of the sender's own words."""


def tell(mails: Sequence[Mail], draft: Draft) -> None:
    """Add the turns of a thread to a draft; the mails come in the order in which they were written."""
    people = _People(mails)
    read = [_taken_apart(one, people) for one in mails]
    begins = next((one.sent for one in mails if one.sent is not None), None)
    credited = Texts()
    originals = _Originals(read)
    for one in read:
        if one.mail.read_before:
            credited.add(one.whole)
            continue
        draft.turns += _quoted(one, originals, people, credited, draft)
        start = _since(begins, one.mail.sent)
        for text in _own(one):
            key = _key(text)
            if len(key) >= _TELLING and credited.hold(key):
                draft.note(f"A mail of {one.speaker or 'an unnamed sender'} repeats words that were written before; they count once.")
                continue
            draft.turns.append(Turn(text, one.speaker, start))
        credited.add(one.whole)
        for name in one.mail.attachments:
            draft.note(f"{one.speaker or 'An unnamed sender'} attached {name}, which was not read.")


def _quoted(mail: _Read, originals: _Originals, people: _People, credited: Texts, draft: Draft) -> list[Turn]:
    """What a mail quotes that stands nowhere in the thread, the oldest first."""
    turns: list[Turn] = []
    for passage in reversed([one for one in mail.passages if not one.own]):
        keys = [_key(one) for one in passage.paragraphs]
        here = [originals.hold(key, mail) for key in keys]
        author = people.known(passage.author)
        if any(found and len(key) >= _RECOGNISED for found, key in zip(here, keys, strict=True)):
            if not all(here):
                # Some people write their answers into what they quote: then these are not the words of the one who is quoted.
                draft.note("Words within a quotation that its original does not have were left out: nobody says whose they are.")
            continue
        if author is None:
            draft.note("Quoted words were left out, because the quotation names nobody.")
            continue
        fresh = [text for text, key, known in zip(passage.paragraphs, keys, here, strict=True) if not known and not credited.hold(key)]
        turns += [Turn(text, author) for text in fresh]
        if fresh:
            by = mail.speaker or "an unnamed sender"
            draft.note(f"Words of {author} are known only from what a mail of {by} quotes; that mail of {author} is not here.")
        credited.add("".join(keys))
    return turns


class _Originals:
    """What stands in the mails of a thread as their senders' own words."""

    def __init__(self, read: Sequence[_Read]) -> None:
        counts = [Counter(_key(text) for text in _own(one)) for one in read]
        self._place = {id(one): place for place, one in enumerate(read)}
        self._of_mail = counts
        self._paragraphs = Counter[str]()
        self._wholes = Texts()
        for one, count in zip(read, counts, strict=True):
            self._paragraphs.update(count)
            self._wholes.add(one.whole)

    def hold(self, key: str, mail: _Read) -> bool:
        """Whether a paragraph, or a part of one, stands in another mail than this."""
        place = self._place[id(mail)]
        return self._paragraphs[key] > self._of_mail[place][key] or self._wholes.hold(key, but=place)


class Texts:
    """Texts in which a stretch is looked up. Of most it is known that they are in none, without going through the texts."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._pieces: set[str] = set()

    def add(self, text: str) -> None:
        """Have a further text looked through."""
        self._texts.append(text)
        self._pieces.update(text[at : at + _PIECE] for at in range(0, len(text) - _PIECE + 1, _PIECE))

    def hold(self, key: str, *, but: int | None = None) -> bool:
        """Whether a stretch stands in a text, not counting that at the place `but`."""
        # Wherever a stretch of this length stands, it covers a whole piece.
        if len(key) >= 2 * _PIECE - 1 and not any(key[at : at + _PIECE] in self._pieces for at in range(_PIECE)):
            return False
        return any(key in text for place, text in enumerate(self._texts) if place != but)


def _own(one: _Read) -> list[str]:
    return [text for passage in one.passages if passage.own for text in passage.paragraphs]


def _taken_apart(mail: Mail, people: _People) -> _Read:
    passages = take_apart(mail.text, mail.sender)
    whole = "".join(_key(text) for one in passages if one.own for text in one.paragraphs)
    return _Read(mail, people.known(mail.sender, mail.address), passages, whole)


def _key(text: str) -> str:
    """What stays the same of a text however a program wraps, marks and spaces it."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _since(begins: datetime | None, sent: datetime | None) -> float | None:
    if begins is None or sent is None or not timedelta() <= sent - begins < _LONGEST:
        return None
    return (sent - begins).total_seconds()


class _People:
    """One name for each person of a thread, who may appear with several, or with an address only."""

    def __init__(self, mails: Sequence[Mail]) -> None:
        names: dict[str, Counter[str]] = {}
        for mail in mails:
            if mail.address and mail.sender and "@" not in mail.sender:
                names.setdefault(mail.address, Counter())[mail.sender] += 1
        self._by_address = {address: count.most_common(1)[0][0] for address, count in names.items()}
        self._by_name = {name.casefold(): self._by_address[address] for address, count in names.items() for name in count}

    def known(self, name: str | None, address: str | None = None) -> str | None:
        """The name that a person goes by here."""
        if address and address in self._by_address:
            return self._by_address[address]
        if name is None:
            return address
        return self._by_address.get(name.casefold()) or self._by_name.get(name.casefold()) or name
