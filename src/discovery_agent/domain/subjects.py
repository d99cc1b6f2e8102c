"""What a goal, a remark and a conversation are about, by the words that tell one process from another.

Every process has customers, days, forms and mistakes; "warranty" and "claim" tell which one. A conversation has a subject where
such words come again and again in what was found in it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from discovery_agent.domain.findings import Finding
from discovery_agent.domain.telling import telling_words

# Said in so many turns, a word is what a conversation is about; below, nobody can tell.
ESTABLISHED = 3
# Words said nearly as often as the one said most lead, too.
LEADING = 2 / 3
# A goal is spoken of where its words come in this share of the turns that the leading word comes in.
SPOKEN_OF = 1 / 3

_COMMON_WORDS = (
    """
    want need answer reply respond reduce cut lower raise increase improve decide decision bring keep make handle process faster quicker
    sooner better right within every each any one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty
    hundred thousand million day week month year quarter hour minute second time today currently present percent number figure rate share
    amount count average customer client people person team staff colleague department company business work job case thing system
    data record table database file list field form text free paper rule rules written write read check cost costs money
    euro dollar pound wrong error mistake model machine tool automate automatic automatically manual manually hand know think say said
    look see take come goes done start end until before after always never same different other most many few half about around only
    just still already also even really well yes okay because when where what who how which there here then into out over under between
    without depend kind sort bit lot way part problem help good bad clear sure use used find found give given new old last next first
    third long short high low big small enough quickly slowly our your their them they him her his its you was were had did does doing
    one nobody somebody everybody everyone anybody nothing something everything why whether while again back down off than very much
    too now late early open close every morning evening week weekend monday tuesday wednesday thursday friday january february march
    april june july august september october november december should could would must may might will can cannot let less more fewer
    information history past outcome result value whole total state step goal target aim plan project pilot budget live allowed
    like likely possible important busy season instead run wait lose grow stay hear happen complain
    ask thank but got anything put tell told those since ninety eighty seventy sixty sorry doesn isn mean own leave head fine been stop
    point send else some question once pay summer walk she talk fair zero through miss though going measure both gets not show date
    stand honest honestly wouldn whatever change word away name sit thirteen fourteen fifteen sixteen seventeen eighteen nineteen agree try
    hold anyone gone left room won suppose moment yeah able please gave assume type side rest another wrote turn didn against fix rather
    none night christmas mind happy pick promise quite twice limit full exactly made reason accept mention love understood understand
    across these human mine haven wall someone finish thought place begin believe came lost top anyway either sent true lovely simply
    simple nice took maybe set meet meeting went worry hang pull care learn feel aren spring autumn winter round yet paid double spend
    hello correct view saw notice term move explain forget hard stuff inside add test expect plain touch below matter mov
    wonderful afternoon idea remember tomorrow yesterday seen little guess break course later ago heard talked anymore besides
    """
).split()
# With their endings, for crude stems of one word differ: "take" and "tak".
_COMMON = telling_words(" ".join(f"{word} {word}s {word}ed {word}ing {word}ly {word[:-1]}ing" for word in _COMMON_WORDS))


def subject_words(text: str) -> frozenset[str]:
    """The words of a text that can tell one process from another, as crude stems.

    >>> sorted(subject_words("We want to answer every e-mail within one day"))
    ['email']
    """
    return telling_words(re.sub(r"\be-mail", "email", text, flags=re.IGNORECASE)) - _COMMON


class ConversationSubjects:
    """The subjects of conversations, each from the quotes of what was found in it."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        turns: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        speakers: dict[str, frozenset[str]] = defaultdict(frozenset[str])
        for finding in findings:
            for quote in finding.quotes:
                turns[quote.conversation_id][quote.utterance_id] |= subject_words(quote.text)
                speakers[quote.conversation_id] |= subject_words(quote.speaker or "")
        self._turns: Mapping[str, Mapping[str, set[str]]] = turns
        self._counts = {
            conversation: Counter(word for words in said.values() for word in words - speakers[conversation])
            for conversation, said in self._turns.items()
        }
        self._leading: dict[str, frozenset[str]] = {}
        self._recurring: dict[str, frozenset[str]] = {}
        self._led_by: dict[str, list[str]] = defaultdict(list)
        for conversation, counts in self._counts.items():
            least = max(ESTABLISHED, max(counts.values(), default=0) * LEADING)
            self._leading[conversation] = frozenset(word for word, count in counts.items() if count >= least)
            for word in self._leading[conversation]:
                self._led_by[word].append(conversation)
            self._recurring[conversation] = frozenset(word for word, count in counts.items() if count > 1)

    def leading(self, conversation: str) -> frozenset[str]:
        """The words that a conversation is about; none where none comes often enough."""
        return self._leading.get(conversation, frozenset())

    def recurring(self, conversation: str) -> frozenset[str]:
        """The words said in at least two turns."""
        return self._recurring.get(conversation, frozenset())

    def speaks_of(self, conversation: str, words: frozenset[str]) -> bool:
        """Whether these words come often there, compared with what the conversation is mostly about."""
        counts = self._counts.get(conversation)
        return bool(counts) and max((counts[word] for word in words), default=0) >= self._often(conversation)

    def often_said_in(self, conversation: str) -> list[str]:
        """The words of which one is enough for `speaks_of`."""
        least = self._often(conversation)
        return [word for word, count in self._counts.get(conversation, Counter[str]()).items() if count >= least]

    def _often(self, conversation: str) -> float:
        """How many turns a word has to come in, to be spoken of."""
        most = max((self._counts[conversation][word] for word in self.leading(conversation)), default=1)
        return max(1, most * SPOKEN_OF)

    def led_by(self, word: str) -> list[str]:
        """The conversations that a word leads."""
        return self._led_by.get(word, [])

    def said_in(self, conversation: str, turns: Iterable[int]) -> frozenset[str]:
        """The words said in some turns."""
        said = self._turns.get(conversation, {})
        return frozenset[str]().union(*(said.get(f"u{turn}", ()) for turn in turns))

    def turns_of(self, conversation: str, words: frozenset[str]) -> tuple[int, ...]:
        """The turns in which one of these words is said; none if that is seldom."""
        found = sorted(int(utterance[1:]) for utterance, said in self._turns.get(conversation, {}).items() if said & words)
        return tuple(found) if len(found) >= ESTABLISHED else ()
