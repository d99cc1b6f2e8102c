"""Checks of what ships with the program, or stands in for it: prompts, tables, models that run here, the index."""

from __future__ import annotations

from collections.abc import Mapping

from discovery_agent.cli.doctor.checks import Mark, Seen
from discovery_agent.settings import Settings, data_folder


def embeddings(_settings: Settings) -> str:
    """The local embedding model."""
    from discovery_agent.knowledge.embeddings import MiniLMEmbeddings

    vector = MiniLMEmbeddings().embed_query("ready?")
    return f"all-MiniLM-L6-v2, {len(vector)} dimensions, local"


def sentence_model(settings: Settings) -> str:
    """What the rules analyst tells sentences apart by."""
    from discovery_agent.analysts.rules.sentence_model import load_weights

    weights = load_weights((settings.knowledge_dir or data_folder("knowledge")) / "sentence_kinds.safetensors")
    return f"{len(weights.labels)} labels over {len(weights.vocabulary):,} runs of words"


def prompts(settings: Settings) -> Seen:
    """The prompts, each with its version; those that a folder of one's own lacks are told, with what takes their place."""
    from discovery_agent.analysts.llm.analyst import PROMPT, RATING_PROMPT
    from discovery_agent.models.prompts import load_prompts

    folder = settings.prompts_dir or data_folder("prompts")
    found = {prompt.name: prompt.version for prompt in load_prompts(folder)}
    said = _with_versions(found)
    lacking = {prompt.name: prompt.version for prompt in load_prompts(data_folder("prompts")) if prompt.name not in found}
    needed = [name for name in (PROMPT, RATING_PROMPT) if name in lacking]
    if needed:
        remedy = "Copy it from the built-in prompts: without it no language model can work."
        return Seen(f"{folder} has no {' and no '.join(needed)}; there is {said}", Mark.NO, remedy)
    if lacking:
        remedy = "Nothing has to be done, unless one was to be your own: its file bears its name."
        return Seen(f"{said}; built in, because {folder} has none: {_with_versions(lacking)}", Mark.NOTE, remedy)
    return Seen(said)


def _with_versions(found: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {version}" for name, version in found.items())


def interview_table(settings: Settings) -> str:
    """What an interview has to find out."""
    from discovery_agent.knowledge.tables import load_interview

    table = load_interview(settings.knowledge_dir or data_folder("knowledge"))
    wordings = sum(len(slot.questions) + len(slot.more) + sum(map(len, slot.by_role.values())) for slot in table.slots)
    return f"{len(table.slots)} things to find out, {wordings} wordings"


def decision_tables(settings: Settings) -> str:
    """The tables by which verdicts, readiness and plans are decided."""
    from discovery_agent.knowledge.tables import load_planning, load_tables

    folder = settings.knowledge_dir or data_folder("knowledge")
    tables = load_tables(folder)
    load_planning(folder)
    return f"{len(tables.ladder.criteria)} criteria, {len(tables.ladder.rungs)} rungs, planning"


def token_counts(settings: Settings) -> Seen:
    """Whether tokens are counted or estimated."""
    if settings.model is None:
        return Seen("not needed without a language model")
    from discovery_agent.models.tokens import counter_for

    if not counter_for(settings.model).count("How many tokens is this?").estimated:
        return Seen("counted by tiktoken")
    return Seen(
        "estimated: tiktoken has no vocabulary for this model, or cannot get it",
        Mark.NOTE,
        "Nothing has to be done: caps on cost allow for the error. To count exactly, let this machine load the vocabulary once.",
    )


def knowledge(settings: Settings) -> str:
    """The knowledge pages and their index, which is built here if it is missing."""
    from discovery_agent.discovery.workbench import Workbench

    bench = Workbench(settings)
    pages = bench.knowledge.corpus_pages
    passages = bench.knowledge.refresh().passages
    return f"{len(pages)} pages, {passages:,} passages, embedded by {bench.embedding_model.name}"


def browser(_settings: Settings) -> Seen:
    """What prints a PDF."""
    from discovery_agent.discovery.exporting.as_pdf import find_browser

    found = find_browser()
    if found is None:
        return Seen("none, so there is no export to PDF", Mark.NOTE, "Install Chromium, Chrome or Edge here to export PDF; all else works.")
    return Seen(found)
