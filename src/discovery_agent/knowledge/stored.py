"""The documents of an engagement as they lie on disk. One that is damaged blocks none of the others: it is listed, and can be removed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from discovery_agent.domain.page_labels import Audience, PageKind, Phase
from discovery_agent.errors import ConfigurationError
from discovery_agent.files.front_matter import Body
from discovery_agent.knowledge.pages import Page, PageFront, load_page

DAMAGED = "It is damaged and is not searched: remove it by its id, and add its file again."


def has_documents(folder: Path) -> bool:
    """Whether a folder holds a document, be it damaged."""
    try:
        with os.scandir(folder) as entries:
            return any(_is_document(entry.name) and entry.is_file() for entry in entries)
    except OSError:
        return False


def load_documents(folder: Path, engagement: str) -> tuple[Page, ...]:
    """Every document in a folder, in a stable order; none where the folder is not there. One that is removed meanwhile is left out."""
    found = (path for path in folder.glob("*.md") if _is_document(path.name) and path.is_file())
    files = sorted(found, key=lambda path: path.stem)
    pages = (_load(path, folder, engagement) for path in files)
    return tuple(page for page in pages if page is not None)


def sound(pages: Sequence[Page]) -> list[Page]:
    """Those that are not damaged."""
    return [page for page in pages if page.damage is None]


def damage_note(pages: Sequence[Page]) -> tuple[str, ...]:
    """What a reader of search results should know of damaged documents, in at most one sentence."""
    damaged = [page.id for page in pages if page.damage is not None]
    if not damaged:
        return ()
    several = len(damaged) > 1
    more = f" and {len(damaged) - 3} more" if len(damaged) > 3 else ""
    return (
        f"{len(damaged)} stored document{'s are' if several else ' is'} damaged and not searched ({', '.join(damaged[:3])}{more}): "
        f"remove {'them' if several else 'it'} by id and add the file{'s' if several else ''} again.",
    )


def _is_document(name: str) -> bool:
    return name.endswith(".md") and not name.startswith(".")


def _load(path: Path, folder: Path, engagement: str) -> Page | None:
    try:
        return load_page(path, folder, engagement=engagement)
    except ConfigurationError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return None
        reason = error.what
    except RecursionError:  # YAML nested beyond reason
        reason = "The front matter is nested too deeply."
    front = PageFront(
        title=path.stem, kind=PageKind.DOCUMENT, phase=tuple(Phase), audience=tuple(Audience), sources=(), notes=(DAMAGED,), incomplete=True
    )
    return Page(path.stem, front, "", Body("", 0, 1), engagement, reason)
