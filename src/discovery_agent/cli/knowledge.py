"""`knowledge`: search the knowledge base, and look after an engagement's documents."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import PurePath

from rich.console import Console

from discovery_agent.cli.documents import documents_behind
from discovery_agent.cli.exit_codes import Exit
from discovery_agent.cli.output import Output
from discovery_agent.cli.progress import shown_progress
from discovery_agent.discovery.report.knowledge_view import KIND_NAMES, paragraphs, where_it_stands
from discovery_agent.discovery.report.wording import plural
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.retrieval import PassageFilter, Retrieved
from discovery_agent.errors import DiscoveryError, DocumentError, IndexUnavailable, ModelError
from discovery_agent.files.unseen import on_a_line
from discovery_agent.knowledge.index import IndexChange
from discovery_agent.knowledge.pages import Page
from discovery_agent.knowledge.search import Found
from discovery_agent.knowledge.shelf import Added
from discovery_agent.models.cache import forget_replies
from discovery_agent.settings import Settings

_EXCERPT = 420
_SHORTEST = 30


def run_search(query: str, *, engagement: str | None, only: PassageFilter, limit: int, as_json: bool) -> Exit:
    """Print the best passages for a query, with where they stand.

    Raises:
        DiscoveryError: a page, the index or the embedding model is the reason.
    """
    knowledge = Workbench(Settings.load()).knowledge
    console, errors = Output(), _errors()
    if engagement is not None:
        knowledge.require_documents(engagement)
    with shown_progress(errors) as report:
        found = knowledge.search([query], engagement=engagement, only=only, limit=limit, progress=report)[0]
    for note in found.notes:
        _tell(errors, note)
    if as_json:
        console.write_json(_as_json(found))
        return Exit.OK
    if not found.results:
        console.say("Nothing was found. Try other words, or fewer filters.")
    for number, one in enumerate(found.results, start=1):
        _print_one(number, one, console)
    return Exit.OK


def _print_one(number: int, one: Retrieved, console: Output) -> None:
    passage, citation = one.passage, one.passage.citation
    console.say((f"{number}. {citation.label}", "bold"), "  ", (KIND_NAMES[passage.kind], "dim"))
    for line in _excerpt(passage.text, console.width):
        console.say(line)
    if passage.instructs:
        console.say(("This passage gives orders to a language model; none is shown it.", "yellow"), indent=3)
    ranks = ", ".join(
        f"{name} {rank}" for name, rank in (("by meaning", one.vector_rank), ("by words", one.keyword_rank)) if rank is not None
    )
    whose = f"{citation.engagement}: " if citation.engagement else ""
    console.say((f"{whose}{where_it_stands(citation)}; place {ranks}", "dim"), indent=3)
    console.say()


def _excerpt(text: str, width: int) -> list[str]:
    """The beginning of a passage in lines for a console: each item of a list by itself, and cut between words."""
    lines: list[str] = []
    left = _EXCERPT
    for part in paragraphs(text):
        cut = len(part) > left
        shown = textwrap.shorten(part, max(left, _SHORTEST), placeholder=" …") if cut else part
        hanging = "     " if part.startswith("• ") else "   "
        lines += textwrap.wrap(shown, max(width, _SHORTEST), initial_indent="   ", subsequent_indent=hanging)
        if cut:
            break
        left -= len(part)
    return lines


def _as_json(found: Found) -> dict[str, object]:
    return {"query": found.query, "notes": list(found.notes), "results": [one.model_dump(mode="json") for one in found.results]}


def run_add(paths: Sequence[str], engagement: str) -> Exit:
    """Put files on the shelf of an engagement and bring its index up to date. A file that is refused loses none of the others.

    Raises:
        DiscoveryError: no file joined, or the index or the embedding model is the reason.
    """
    knowledge = Workbench(Settings.load()).knowledge
    console, errors = Output(), _errors()
    wanted = documents_behind(paths)
    refusals = list(wanted.refusals)
    joined: list[Added] = []
    late: ModelError | None = None
    change = IndexChange()
    # From the first file to the last passage nobody else changes this shelf: what is counted at the end is what is there.
    with shown_progress(errors) as report, knowledge.shelf(engagement, report) as shelf:
        for number, file in enumerate(wanted.files):
            report("Reading files", number, len(wanted.files))
            try:
                added = shelf.add_file(file.path, known_as=file.known_as)
            except DocumentError as error:
                refusals.append(error)
                continue
            joined.append(added)
            _print_added(file.known_as, added, console)
        report("Reading files", len(wanted.files), len(wanted.files))
        if joined:
            try:
                change = knowledge.refresh(engagement, report, shelf=shelf)
            except ModelError as error:
                late = error
            except IndexUnavailable:
                _tell(errors, "The documents are kept, but not searchable yet.")
                raise
        documents = len(shelf.pages)
    for reason in wanted.skipped:
        _tell(errors, f"Skipped: {reason}")
    if not joined:
        if not refusals:
            raise DocumentError("There is nothing to add.", remedy="Name files, or folders that hold some.")
        _print_refusals(refusals[1:], errors)
        raise refusals[0]
    _print_refusals(refusals, errors)
    if late:
        _tell(errors, f"The documents are kept, but not searchable yet: {late}")
    else:
        console.say(f"{engagement}: {plural(documents, 'document')}, {plural(change.passages, 'passage')}.")
    missing = refusals or wanted.skipped or late or any(added.incomplete for added in joined)
    return Exit.PARTLY if missing else Exit.OK


def _print_added(name: str, added: Added, console: Output) -> None:
    what = "unchanged, it was added before" if added.unchanged else "replaced its earlier version" if added.replaced else "added"
    title = f" as “{added.title}”" if added.title != PurePath(name).stem else ""
    console.say(f"{name}: {what}{title}, {plural(added.passages, 'passage')}.")
    for note in added.notes:
        console.say(note, indent=2)


def run_list(engagement: str | None, *, as_json: bool) -> Exit:
    """Print the pages of the corpus by kind and the engagements, or the documents of one engagement.

    Raises:
        DiscoveryError: a page is wrong, or the engagement has no documents.
    """
    knowledge = Workbench(Settings.load()).knowledge
    console = Output()
    if engagement is not None:
        knowledge.require_documents(engagement)
    pages = knowledge.corpus_pages if engagement is None else knowledge.documents(engagement)
    if as_json:
        console.write_json([_listed(page) for page in pages])
    elif engagement is not None:
        for page in pages:
            _print_document(page, console)
    else:
        for kind in dict.fromkeys(page.front.kind for page in pages):
            console.say((KIND_NAMES[kind], "bold"))
            for page in pages:
                if page.front.kind is kind:
                    console.say(page.front.title, "  ", (page.id, "dim"), indent=2)
        names = knowledge.engagements()
        console.say()
        console.say(f"{plural(len(pages), 'page')} in the corpus. Engagements with documents: {', '.join(names) or 'none'}.")
    return Exit.OK


def _listed(page: Page) -> dict[str, object]:
    damage = {"damage": page.damage} if page.damage else {}
    return {"page": page.id, **damage, **page.front.model_dump(mode="json", exclude_none=True)}


def _print_document(page: Page, console: Output) -> None:
    front = page.front
    if page.damage:
        console.say(page.id, (f"  damaged: {page.damage}", "yellow"))
    else:
        console.say(front.file or page.id, "  ", (f"{front.title}, added {front.added}, id {page.id}", "dim"))
    for note in front.notes:
        console.say((note, "dim"), indent=2)


def run_rebuild(engagement: str | None) -> Exit:
    """Make an index anew from its pages: that of the corpus, or of one engagement.

    Raises:
        DiscoveryError: a page, the index or the embedding model is the reason.
    """
    knowledge = Workbench(Settings.load()).knowledge
    console = Output()
    if engagement is not None and not knowledge.has_left_something(engagement):
        knowledge.require_documents(engagement)
    with shown_progress(_errors()) as report:
        change = knowledge.refresh(engagement, report, fresh=True)
    if engagement is not None and not change.built:
        console.say(f"{engagement}: no document is left. What was left of its index was removed.")
    else:
        whose = engagement or "the corpus"
        console.say(f"The index of {whose} was made anew: {plural(len(change.added), 'page')}, {plural(change.passages, 'passage')}.")
    return Exit.OK


def run_remove(names: Sequence[str], engagement: str, *, everything: bool) -> Exit:
    """Take documents off the shelf of an engagement, their vectors included, or remove all it has.

    Raises:
        DiscoveryError: none of the documents is there, or the index cannot be written.
    """
    settings = Settings.load()
    knowledge = Workbench(settings).knowledge
    console, errors = Output(), _errors()
    if everything:
        if not knowledge.has_left_something(engagement):
            knowledge.require_documents(engagement)
        count = knowledge.delete_engagement(engagement)
        forget_replies(settings.cache_dir, engagement)
        console.say(f"{engagement}: {plural(count, 'document')}, the index and kept replies of the model were removed.")
        return Exit.OK
    knowledge.require_documents(engagement)
    missing: list[DocumentError] = []
    with shown_progress(errors) as report, knowledge.shelf(engagement, report) as shelf:
        for name in dict.fromkeys(names):
            try:
                console.say(f"{shelf.remove(name)}: removed.")
            except DocumentError as error:
                missing.append(error)
        if len(missing) < len(names):
            try:
                knowledge.refresh(engagement, report, shelf=shelf)
            except ModelError as error:
                _tell(errors, f"What was removed is gone; the rest is not all searchable yet: {error}")
        left = len(shelf.pages)
    if not left:
        forget_replies(settings.cache_dir, engagement)
        console.say(f"{engagement}: no document is left.")
    if len(missing) == len(dict.fromkeys(names)):
        _print_refusals(missing[1:], errors, "Not removed")
        raise missing[0]
    _print_refusals(missing, errors, "Not removed")
    return Exit.PARTLY if missing else Exit.OK


def _errors() -> Console:
    return Console(stderr=True, highlight=False)


def _tell(errors: Console, text: str) -> None:
    errors.print(on_a_line(text), markup=False, soft_wrap=True)


def _print_refusals(refusals: Sequence[DiscoveryError], errors: Console, what: str = "Not added") -> None:
    for refusal in refusals:
        _tell(errors, f"{what}: {refusal}")
