"""`knowledge`: search the knowledge base, and look after an engagement's documents."""

from __future__ import annotations

import glob
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from discovery_agent.cli.exit_codes import Exit
from discovery_agent.cli.progress import shown_progress
from discovery_agent.discovery.report.wording import plural
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.retrieval import PassageFilter, Retrieved
from discovery_agent.errors import DocumentError, ModelError
from discovery_agent.knowledge.index import IndexChange
from discovery_agent.knowledge.search import Found
from discovery_agent.knowledge.shelf import Added
from discovery_agent.settings import Settings

_EXCERPT = 420


def run_search(query: str, *, engagement: str | None, only: PassageFilter, limit: int, as_json: bool) -> Exit:
    """Print the best passages for a query, with where they stand.

    Raises:
        DiscoveryError: a page, the index or the embedding model is the reason.
    """
    knowledge = Workbench(Settings.load()).knowledge
    errors = Console(stderr=True, highlight=False)
    if engagement is not None:
        knowledge.require_documents(engagement)
    with shown_progress(errors) as report:
        found = knowledge.search([query], engagement=engagement, only=only, limit=limit, progress=report)[0]
    for note in found.notes:
        errors.print(note, markup=False, soft_wrap=True)
    if as_json:
        # In ASCII, so that a console or pipe of any encoding takes it.
        sys.stdout.write(json.dumps(_as_json(found), indent=2, ensure_ascii=True) + "\n")
        return Exit.OK
    console = Console(highlight=False)
    if not found.results:
        console.print("Nothing was found. Try other words, or fewer filters.")
        return Exit.OK
    for number, one in enumerate(found.results, start=1):
        _print_one(number, one, console)
    return Exit.OK


def _print_one(number: int, one: Retrieved, console: Console) -> None:
    passage, citation = one.passage, one.passage.citation
    whose = f"{citation.engagement}: " if citation.engagement else ""
    console.print(f"[bold]{number}. {escape(citation.label)}[/]  [dim]{passage.kind.value.replace('_', ' ')}[/]", soft_wrap=True)
    text = " ".join(passage.text.split())
    console.print(f"   {escape(text[:_EXCERPT])}{' …' if len(text) > _EXCERPT else ''}")
    if passage.instructs:
        console.print("   [yellow]This passage gives orders to a language model; none is shown it.[/]")
    ranks = ", ".join(
        f"{name} {rank}" for name, rank in (("by meaning", one.vector_rank), ("by words", one.keyword_rank)) if rank is not None
    )
    console.print(
        f"   [dim]{escape(whose)}{escape(citation.page)}.md, characters {citation.start} to {citation.end}; place {ranks}[/]\n",
        soft_wrap=True,
    )


def _as_json(found: Found) -> dict[str, object]:
    return {"query": found.query, "notes": list(found.notes), "results": [one.model_dump(mode="json") for one in found.results]}


def run_add(paths: Sequence[str], engagement: str) -> Exit:
    """Put files on the shelf of an engagement and bring its index up to date. A file that is refused loses none of the others.

    Raises:
        DiscoveryError: no file joined, or the index or the embedding model is the reason.
    """
    knowledge = Workbench(Settings.load()).knowledge
    console, errors = Console(highlight=False), Console(stderr=True, highlight=False)
    files = _files(paths)
    refusals: list[DocumentError] = []
    joined: list[Added] = []
    with shown_progress(errors) as report:
        with knowledge.shelf(engagement) as shelf:
            for number, path in enumerate(files):
                report("Reading files", number, len(files))
                try:
                    added = shelf.add_file(path)
                except DocumentError as error:
                    refusals.append(error)
                    continue
                joined.append(added)
                _print_added(path, added, console)
        report("Reading files", len(files), len(files))
        if not joined:
            _print_refusals(refusals[1:], errors)
            raise refusals[0]
        try:
            change = knowledge.refresh(engagement, report)
        except ModelError as error:
            errors.print(f"The documents are kept, but not searchable yet: {error}", markup=False, soft_wrap=True)
            return Exit.PARTLY
    console.print(f"{engagement}: {plural(len(knowledge.documents(engagement)), 'document')}, {plural(change.passages, 'passage')}.")
    _print_refusals(refusals, errors)
    return Exit.PARTLY if refusals else Exit.OK


def _files(paths: Sequence[str]) -> list[Path]:
    """Files behind paths, folders and globs; a path that leads nowhere stays, so that it is refused by name."""
    found: dict[Path, None] = {}
    for given in paths:
        path = Path(given)
        inside = sorted(one for one in path.rglob("*") if one.is_file() and not one.name.startswith((".", "~$"))) if path.is_dir() else []
        inside = inside or ([] if path.exists() else [Path(one) for one in sorted(glob.glob(given, recursive=True)) if Path(one).is_file()])
        found.update(dict.fromkeys(inside or [path]))
    return list(found)


def _print_added(path: Path, added: Added, console: Console) -> None:
    what = "is there already" if added.unchanged else "replaces the earlier version" if added.replaced else "joined"
    title = f" as “{added.title}”" if added.title != path.stem else ""
    console.print(f"{path.name}{title}: {what}.", markup=False, soft_wrap=True)
    for note in added.notes:
        console.print(f"  {note}", markup=False, soft_wrap=True)


def _print_refusals(refusals: Sequence[DocumentError], errors: Console) -> None:
    for refusal in refusals:
        errors.print(f"Not added: {refusal}", markup=False, soft_wrap=True)


def run_list(engagement: str | None, *, as_json: bool) -> Exit:
    """Print the pages of the corpus by kind and the engagements, or the documents of one engagement.

    Raises:
        DiscoveryError: a page is wrong.
    """
    settings = Settings.load()
    knowledge = Workbench(settings).knowledge
    pages = knowledge.corpus_pages if engagement is None else knowledge.documents(engagement)
    console = Console(highlight=False)
    if as_json:
        listed = [{"page": page.id, **page.front.model_dump(mode="json", exclude_none=True)} for page in pages]
        sys.stdout.write(json.dumps(listed, indent=2, ensure_ascii=True) + "\n")
        return Exit.OK
    if engagement is not None:
        knowledge.require_documents(engagement)
        for page in pages:
            console.print(f"{page.front.file}  [dim]{escape(page.front.title)}, added {page.front.added}, id {page.id}[/]", soft_wrap=True)
            for note in page.front.notes:
                console.print(f"  [dim]{escape(note)}[/]", soft_wrap=True)
        return Exit.OK
    for kind in dict.fromkeys(page.front.kind for page in pages):
        console.print(f"[bold]{kind.value.replace('_', ' ')}[/]")
        for page in pages:
            if page.front.kind is kind:
                console.print(f"  {escape(page.front.title)}  [dim]{page.id}[/]", soft_wrap=True)
    names = knowledge.engagements()
    console.print(f"\n{plural(len(pages), 'page')} in the corpus. Engagements with documents: {', '.join(names) or 'none'}.")
    return Exit.OK


def run_rebuild(engagement: str | None) -> Exit:
    """Make an index anew from its pages: that of the corpus, or of one engagement.

    Raises:
        DiscoveryError: a page, the index or the embedding model is the reason.
    """
    knowledge = Workbench(Settings.load()).knowledge
    if engagement is not None:
        knowledge.require_documents(engagement)
    with shown_progress(Console(stderr=True, highlight=False)) as report:
        change = knowledge.refresh(engagement, report, fresh=True)
    Console(highlight=False).print(_described(change, engagement))
    return Exit.OK


def _described(change: IndexChange, engagement: str | None) -> str:
    whose = engagement or "the corpus"
    return f"The index of {whose} was made anew: {plural(len(change.added), 'page')}, {plural(change.passages, 'passage')}."


def run_remove(names: Sequence[str], engagement: str, *, everything: bool) -> Exit:
    """Take documents off the shelf of an engagement, their vectors included, or remove all it has.

    Raises:
        DiscoveryError: a document is not there, or the index cannot be written.
    """
    knowledge = Workbench(Settings.load()).knowledge
    console = Console(highlight=False)
    knowledge.require_documents(engagement)
    if everything:
        count = len(knowledge.documents(engagement))
        knowledge.delete_engagement(engagement)
        console.print(f"{engagement}: {plural(count, 'document')} and the index were removed.")
        return Exit.OK
    missing: list[DocumentError] = []
    with knowledge.shelf(engagement) as shelf:
        for name in names:
            try:
                console.print(f"{shelf.remove(name)}: removed.", markup=False)
            except DocumentError as error:
                missing.append(error)
    if len(missing) < len(names):
        with shown_progress(Console(stderr=True, highlight=False)) as report:
            knowledge.refresh(engagement, report)
    _print_refusals(missing[1:], Console(stderr=True, highlight=False))
    if missing:
        raise missing[0]
    return Exit.OK
