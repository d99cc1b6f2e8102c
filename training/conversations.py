"""Labelled conversations: what `training/conversations/*.txt` holds, as sentences with labels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from discovery_agent.analysts.rules.sentences import Sentence
from discovery_agent.domain.conversation import Role, Utterance

FOLDER = Path(__file__).parent / "conversations"
LABELS = {
    "bg": "business_goal",
    "og": "operational_goal",
    "kpi": "kpi",
    "pain": "pain_point",
    "step": "process_step",
    "data": "data_source",
    "con": "constraint",
    "risk": "risk",
    "dec": "decision",
    "asm": "assumption",
    "oq": "open_question",
    "pos+": "position_for",
    "pos-": "position_against",
}
LOOK_ALIKES = {f"-{reason}" for reason in ("question", "hypo", "else", "sarcasm", "retract", "abandoned", "negated", "past")}


@dataclass(frozen=True)
class LabelledConversation:
    """Sentences of one conversation and, for each, the kinds it states; none for idle talk."""

    title: str
    sentences: list[Sentence]
    kinds: list[frozenset[str]]
    look_alikes: list[str | None]
    annotated: bool = False
    """Whether it is one of the annotated transcripts."""


def load(folder: Path = FOLDER) -> list[LabelledConversation]:
    """All labelled conversations, in order of file name and place.

    Raises:
        ValueError: a line that is not in the format, with file and line.
    """
    return [conversation for path in sorted(folder.glob("*.txt")) for conversation in _of_file(path)]


def _of_file(path: Path) -> Iterator[LabelledConversation]:
    title: str | None = None
    roles: dict[str, Role] = {}
    rows: list[tuple[str, list[str], str]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        where = f"{path.name}:{number}"
        if line.startswith("##"):
            if title is not None:
                yield _assembled(title, roles, rows)
            title, roles, rows = line.lstrip("# ").strip(), {}, []
        elif line.startswith("@"):
            name, _, role = line[1:].partition("|")
            roles[name.strip()] = Role.UNKNOWN if role.strip() == "consultant" else Role(role.strip())
        elif line.strip():
            parts = [part.strip() for part in line.split(" | ", 2)]
            if len(parts) != 3:
                raise ValueError(f"{where}: a line is `speaker | labels | sentence`.")
            labels = parts[1].split()
            unknown = [label for label in labels if label not in LABELS and label not in LOOK_ALIKES and label != "-"]
            if unknown or not labels:
                raise ValueError(f"{where}: unknown label {' '.join(unknown) or '(none)'}.")
            if parts[0] not in roles:
                raise ValueError(f"{where}: {parts[0]} has no @ line.")
            rows.append((parts[0], labels, parts[2]))
    if title is not None:
        yield _assembled(title, roles, rows)


def _assembled(title: str, roles: dict[str, Role], rows: list[tuple[str, list[str], str]]) -> LabelledConversation:
    turns: list[list[tuple[str, list[str], str]]] = []
    for row in rows:
        if turns and turns[-1][0][0] == row[0]:
            turns[-1].append(row)
        else:
            turns.append([row])
    sentences: list[Sentence] = []
    for turn, said in enumerate(turns):
        utterance = Utterance(index=turn, speaker=said[0][0], text=" ".join(text for _, _, text in said))
        start = 0
        for speaker, _, text in said:
            sentences.append(Sentence(utterance, start, start + len(text), text, roles[speaker], len(sentences), turn))
            start += len(text) + 1
    return LabelledConversation(
        title,
        sentences,
        [frozenset(LABELS[label] for label in labels if label in LABELS) for _, labels, _ in rows],
        [next((label[1:] for label in labels if label in LOOK_ALIKES), None) for _, labels, _ in rows],
    )
