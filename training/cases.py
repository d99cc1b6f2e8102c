"""Labelled cases: short descriptions, each sentence with the criteria it shows, each case with its verdict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from discovery_agent.analysts.rules.sentences import Sentence
from discovery_agent.domain.conversation import Role, Utterance

FOLDER = Path(__file__).parent / "cases"
SINGLE = "single sentences"
"""Head of a part whose sentences have nothing to do with one another."""


@dataclass(frozen=True)
class LabelledCase:
    """A description as sentences, the `criterion=value` labels of each, and what an advisor would say."""

    title: str
    verdict: str | None
    acceptable: frozenset[str]
    sentences: list[Sentence]
    labels: list[frozenset[str]]

    @property
    def text(self) -> str:
        """The whole description."""
        return " ".join(sentence.text for sentence in self.sentences)


def load_cases(folder: Path = FOLDER) -> list[LabelledCase]:
    """All labelled cases.

    Raises:
        ValueError: a line that is not in the format, with file and line.
    """
    return [case for path in sorted(folder.glob("*.txt")) for case in _of_file(path)]


def _of_file(path: Path) -> Iterator[LabelledCase]:
    head: str | None = None
    rows: list[tuple[frozenset[str], str]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("##"):
            if head is not None:
                yield from _assembled(head, rows)
            head, rows = line.lstrip("# ").split(" # ")[0].strip(), []
        elif line.strip():
            labels, bar, text = line.partition(" | ")
            if not bar or head is None:
                raise ValueError(f"{path.name}:{number}: a line is `labels | sentence`, below a ## line.")
            rows.append((frozenset(label for label in labels.split() if label != "-"), text.strip()))
    if head is not None:
        yield from _assembled(head, rows)


def _assembled(head: str, rows: list[tuple[frozenset[str], str]]) -> Iterator[LabelledCase]:
    title, *rest = [part.strip() for part in head.split("|")]
    if title == SINGLE:
        for labels, text in rows:
            yield LabelledCase(title, None, frozenset(), _sentences([text]), [labels])
        return
    verdict = rest[0] if rest else None
    acceptable = frozenset(word for part in rest[1:] for word in part.replace(",", " ").split())
    yield LabelledCase(title, verdict, acceptable, _sentences([text for _, text in rows]), [labels for labels, _ in rows])


def _sentences(texts: list[str]) -> list[Sentence]:
    utterance = Utterance(index=0, speaker=None, text=" ".join(texts))
    found: list[Sentence] = []
    start = 0
    for text in texts:
        found.append(Sentence(utterance, start, start + len(text), text, Role.UNKNOWN, len(found), 0))
        start += len(text) + 1
    return found
