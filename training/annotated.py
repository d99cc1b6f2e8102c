"""The annotated transcripts of the tuning set, as labelled sentences: of kinds from their gold findings, of criteria
from `talk.txt`.

Only `evals/extraction/cases` teaches; `evals/extraction/held_out` never does.
"""

from __future__ import annotations

from pathlib import Path

from discovery_agent.analysts.rules.sentences import Sentence, sentences_of
from discovery_agent.domain.conversation import Conversation
from discovery_agent.domain.findings import FindingKind
from discovery_agent.evals.cases import ExtractionCase, find_cases, load_case
from training.cases import LabelledCase
from training.conversations import LabelledConversation

FOLDER = Path(__file__).parents[1] / "evals" / "extraction" / "cases"
TALK = Path(__file__).parent / "talk.txt"


def load_annotated(folder: Path = FOLDER) -> list[LabelledConversation]:
    """The tuning transcripts; a sentence states a kind if a gold quote of that kind covers half of it, or it half of the quote."""
    return [_labelled(*load_case(path)) for path in find_cases(folder)]


def load_talk(path: Path = TALK, folder: Path = FOLDER) -> list[LabelledCase]:
    """The tuning transcripts as cases without a verdict; a sentence that `talk.txt` does not list shows no criterion.

    Raises:
        ValueError: a line that is not in the format, or a sentence that its transcript does not hold.
    """
    listed: dict[str, dict[str, frozenset[str]]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        labels, bar, text = line.partition(" | ")
        if line.startswith("## "):
            listed[line.removeprefix("## ").strip()] = {}
        elif bar and listed:
            listed[next(reversed(listed))][text] = frozenset(labels.split())
        elif line.strip():
            raise ValueError(f"{path.name}:{number}: a line is `labels | sentence`, below a ## line.")
    return [_talk(name, shown, *load_case(folder / name)) for name, shown in listed.items()]


def _talk(name: str, shown: dict[str, frozenset[str]], _case: ExtractionCase, conversation: Conversation) -> LabelledCase:
    sentences = sentences_of(conversation)
    lost = shown.keys() - {sentence.plain for sentence in sentences}
    if lost:
        raise ValueError(f"{TALK.name}: {name} does not say: {sorted(lost)[0]}")
    return LabelledCase(name, None, frozenset(), sentences, [shown.get(sentence.plain, frozenset()) for sentence in sentences])


def _labelled(case: ExtractionCase, conversation: Conversation) -> LabelledConversation:
    sentences = sentences_of(conversation)
    kinds: list[set[str]] = [set() for _ in sentences]
    for gold in case.gold:
        label = gold.kind.value
        if gold.kind is FindingKind.POSITION:
            label = "position_against" if _against(gold.statement) else "position_for"
        for quote in gold.quotes:
            for at, sentence in enumerate(sentences):
                if _covers(sentence, quote):
                    kinds[at].add(label)
    return LabelledConversation(case.domain, sentences, [frozenset(one) for one in kinds], [None] * len(sentences), annotated=True)


def _against(statement: str) -> bool:
    return any(word in statement.lower() for word in ("against", "not ", "no ", "oppos", "refus", "reject", "doubt", "scept", "n't"))


def _covers(sentence: Sentence, quote: str) -> bool:
    start = sentence.utterance.text.find(quote)
    if start < 0:
        return False
    shared = min(sentence.end, start + len(quote)) - max(sentence.start, start)
    return 2 * shared > min(len(quote), sentence.end - sentence.start)
