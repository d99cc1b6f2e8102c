"""`doctor`: what is configured, what works, and what to do about the rest."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from discovery_agent import __version__
from discovery_agent.cli.exit_codes import Exit
from discovery_agent.errors import ConfigurationError, DiscoveryError
from discovery_agent.settings import Settings, data_folder


@dataclass(frozen=True)
class Check:
    """One thing looked at: whether it works, what was seen, and what to do if it does not."""

    name: str
    works: bool
    seen: str
    remedy: str = ""


def _embeddings(_settings: Settings) -> str:
    from discovery_agent.knowledge.embeddings import MiniLMEmbeddings

    vector = MiniLMEmbeddings().embed_query("ready?")
    return f"all-MiniLM-L6-v2, {len(vector)} dimensions, local"


def _sentence_model(settings: Settings) -> str:
    from discovery_agent.analysts.rules.sentence_model import load_weights

    weights = load_weights((settings.knowledge_dir or data_folder("knowledge")) / "sentence_kinds.safetensors")
    return f"{len(weights.labels)} labels over {len(weights.vocabulary):,} runs of words"


def _prompts(settings: Settings) -> str:
    from discovery_agent.models.prompts import load_prompts

    return ", ".join(f"{prompt.name} {prompt.version}" for prompt in load_prompts(settings.prompts_dir or data_folder("prompts")))


def _knowledge(settings: Settings) -> str:
    from discovery_agent.discovery.workbench import Workbench

    bench = Workbench(settings)
    pages = bench.knowledge.corpus_pages
    passages = bench.knowledge.refresh().passages
    return f"{len(pages)} pages, {passages:,} passages, embedded by {bench.embedding_model.name}"


def _interview(settings: Settings) -> str:
    from discovery_agent.knowledge.tables import load_interview

    table = load_interview(settings.knowledge_dir or data_folder("knowledge"))
    wordings = sum(len(slot.questions) + len(slot.more) + sum(map(len, slot.by_role.values())) for slot in table.slots)
    return f"{len(table.slots)} things to find out, {wordings} wordings"


def _tokens(settings: Settings) -> str:
    if settings.model is None:
        return "not needed without a language model"
    from discovery_agent.models.tokens import counter_for

    count = counter_for(settings.model).count("How many tokens is this?")
    return "estimated (tiktoken has no vocabulary for this model, or cannot get it)" if count.estimated else "counted by tiktoken"


def _cache(settings: Settings) -> str:
    folder = settings.cache_dir
    folder.mkdir(parents=True, exist_ok=True)
    probe = folder / f".probe-{os.getpid()}"
    probe.write_text("", encoding="utf-8")
    probe.unlink()
    return str(folder)


def _look(name: str, probe: Callable[[Settings], str], settings: Settings) -> Check:
    try:
        return Check(name, True, probe(settings))
    except DiscoveryError as error:
        return Check(name, False, f"{error.where}: {error.what}" if error.where else error.what, error.remedy or "")
    except OSError as error:
        return Check(name, False, f"{error.filename}: {error.strerror}", "Check the folder's permissions, or set DISCOVERY_CACHE_DIR.")


def _model(settings: Settings) -> Check:
    if settings.model is None:
        return Check(
            "language model", True, "none configured: the rules analyst works", "Set DISCOVERY_MODEL and OPENAI_API_KEY to use one."
        )
    if not os.environ.get("OPENAI_API_KEY"):
        return Check("language model", False, f"{settings.model}, but no key", "Set OPENAI_API_KEY (any value, if your server needs none).")
    server = os.environ.get("OPENAI_BASE_URL", "the provider's own address")
    return Check("language model", True, f"{settings.model} at {server}; not called by doctor")


def run_doctor() -> Exit:
    """Print the checks and the settings; the exit code is 0 only if everything works."""
    console = Console(highlight=False)
    console.print(f"discovery-agent {__version__}, Python {platform.python_version()}, langchain {importlib.metadata.version('langchain')}")
    try:
        settings = Settings.load()
    except ConfigurationError as error:
        console.print("[red]no[/]   settings: ", end="")
        console.print(str(error), markup=False, soft_wrap=True)
        return Exit.CONFIGURATION
    checks = [
        _model(settings),
        _look("sentence embeddings", _embeddings, settings),
        _look("sentence model", _sentence_model, settings),
        _look("prompts", _prompts, settings),
        _look("interview table", _interview, settings),
        _look("token counts", _tokens, settings),
        _look("cache folder", _cache, settings),
        _look("knowledge", _knowledge, settings),
    ]
    for check in checks:
        mark = "[green]ok[/] " if check.works else "[red]no[/] "
        console.print(f"{mark}  {check.name}: ", end="")
        console.print(check.seen, markup=False, soft_wrap=True)
        if check.remedy:
            console.print(f"      {check.remedy}", markup=False, soft_wrap=True)
    console.print("\nSettings, each an environment variable")
    for row in settings.describe():
        changed = "" if row.current == row.default else f" (default: {row.default})"
        console.print(f"  {row.variable} = {row.current}{changed}", markup=False, soft_wrap=True)
        console.print(Padding(Text(row.meaning), (0, 0, 0, 6)))
    return Exit.OK if all(check.works for check in checks) else Exit.CONFIGURATION
