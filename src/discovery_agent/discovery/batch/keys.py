"""What tells whether an analysis that was kept still holds: the conversation as it decides its reading, and the reader with all it works with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import discovery_agent
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.conversation import Conversation
from discovery_agent.models.connection import server_name
from discovery_agent.settings import data_folder

# What of the program decides a reading. Between two versions the number stays, so the text itself counts.
_PROGRAM = ("analysts", "domain", "discovery/analyse.py", "knowledge", "models", "transcripts")


def conversation_key(conversation: Conversation, reader: str) -> str:
    """The same for the same words, speakers and roles read by the same reader, wherever the file lies and whatever it is called."""
    said = [(one.index, one.speaker, one.text) for one in conversation.utterances]
    people = [one.model_dump(mode="json") for one in conversation.participants]
    decisive = [reader, conversation.id, conversation.kind, str(conversation.held_on), people, said]
    return hashlib.sha256(json.dumps(decisive).encode()).hexdigest()


def reader_mark(bench: Workbench) -> str:
    """The same for the same program, analyst, prompts, tables, knowledge pages, documents and settings that decide what is sent to a model."""
    settings = bench.settings
    digest = hashlib.sha256()

    def add(*parts: object) -> None:
        digest.update("\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass") + b"\x1e")

    add(discovery_agent.__version__, bench.analyst.name, bench.engagement)
    add(*_program())
    add("knowledge", *_contents(settings.knowledge_dir or data_folder("knowledge")))
    if settings.model is not None:
        add("prompts", *_contents(settings.prompts_dir or data_folder("prompts")))
        add(server_name(), settings.window_tokens, settings.max_output_tokens, settings.knowledge_tokens, settings.embedding_model)
        add("pages", *_contents(settings.data_dir / "knowledge"))
        if bench.engagement is not None:
            add("documents", *_contents(settings.data_dir / "engagements" / bench.engagement))
    return digest.hexdigest()


def _program() -> Iterator[str]:
    package = Path(discovery_agent.__file__).parent
    for part in _PROGRAM:
        yield from _contents(package / part, only=".py")


def _contents(place: Path, only: str = "") -> Iterable[str]:
    """Name and content of each file; nothing where there is none."""
    files = [place] if place.is_file() else sorted(path for path in place.rglob(f"*{only}") if path.is_file())
    for path in files:
        if "__pycache__" not in path.parts and not any(part.startswith(".") for part in path.relative_to(place).parts):
            with path.open("rb") as stream:
                yield f"{path.relative_to(place)}:{hashlib.file_digest(stream, 'sha256').hexdigest()}"
