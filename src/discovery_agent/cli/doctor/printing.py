"""Runs every check and prints them: for eyes, or as JSON."""

from __future__ import annotations

import importlib.metadata
import json
import platform
from collections.abc import Callable
from functools import partial

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from discovery_agent import __version__
from discovery_agent.cli.console import Output
from discovery_agent.cli.doctor import outside, program, surroundings
from discovery_agent.cli.doctor.checks import Check, Mark, Seen, look
from discovery_agent.cli.exit_codes import Exit
from discovery_agent.discovery.report.wording import plural
from discovery_agent.errors import ConfigurationError
from discovery_agent.settings import Settings

_LIBRARIES = ("langchain", "openai", "dbos", "sqlalchemy", "chromadb", "fastapi", "nicegui")
_COLOURS = {Mark.OK: "[green]ok[/]  ", Mark.NOTE: "[yellow]note[/]", Mark.NO: "[red]no[/]  "}
_CHECKS: tuple[tuple[str, Callable[[Settings], str | Seen], bool], ...] = (
    ("rates", outside.rates, False),
    ("sentence embeddings", program.embeddings, True),
    ("sentence model", program.sentence_model, True),
    ("prompts", program.prompts, True),
    ("decision tables", program.decision_tables, True),
    ("interview table", program.interview_table, True),
    ("token counts", program.token_counts, True),
    ("cache folder", surroundings.cache_folder, True),
    ("data folder", surroundings.data_folder, True),
    ("database", surroundings.database, True),
    ("documents", surroundings.documents, False),
    ("running server", surroundings.running_server, False),
    ("knowledge", program.knowledge, True),
    ("browser for PDF", program.browser, False),
    ("metrics", outside.metrics, False),
    ("traces", outside.traces, False),
    ("LangSmith", outside.langsmith, False),
)


def run_doctor(*, call: bool = False, as_json: bool = False) -> Exit:
    """Print the checks and the settings; the exit code is 0 only if nothing essential is broken. With `call`, the model is asked once."""
    console = Output(highlight=False)
    try:
        settings = Settings.load()
    except ConfigurationError as error:
        checks = [Check(name="settings", mark=Mark.NO, seen=str(error), remedy=error.remedy or "")]
        if as_json:
            _print_json(checks, None)
        else:
            _print_versions(console)
            console.print("[red]no[/]   settings: ", end="")
            console.print(str(error), markup=False, soft_wrap=True)
        return Exit.CONFIGURATION
    checks = [look("language model", partial(outside.model, called=call), settings)]
    checks += [look(name, probe, settings, essential=essential) for name, probe, essential in _CHECKS]
    checks.append(look("single sign-on", partial(outside.sign_on, called=call), settings))
    if call:
        checks.append(look("one call", outside.call, settings))
        checks.append(look("the provider", outside.sign_on_call, settings))
    if as_json:
        _print_json(checks, settings)
    else:
        _print(console, checks, settings)
    return Exit.CONFIGURATION if any(check.mark is Mark.NO for check in checks) else Exit.OK


def _versions() -> dict[str, str]:
    return {"discovery-agent": __version__, "Python": platform.python_version()} | {
        name: importlib.metadata.version(name) for name in _LIBRARIES
    }


def _print_json(checks: list[Check], settings: Settings | None) -> None:
    told = {
        "works": all(check.mark is not Mark.NO for check in checks),
        "versions": _versions(),
        "checks": [check.model_dump(mode="json") for check in checks],
        "settings": {row.variable: {"value": row.current, "default": row.default} for row in (settings.describe() if settings else ())},
    }
    print(json.dumps(told, indent=2, ensure_ascii=False))


def _print_versions(console: Console) -> None:
    console.print(", ".join(f"{name} {version}" for name, version in _versions().items()), markup=False, soft_wrap=True)


def _print(console: Console, checks: list[Check], settings: Settings) -> None:
    _print_versions(console)
    for check in checks:
        console.print(f"{_COLOURS[check.mark]} {check.name}: ", end="")
        console.print(check.seen, markup=False, soft_wrap=True)
        if check.remedy:
            console.print(f"      {check.remedy}", markup=False, soft_wrap=True)
    console.print("\nSettings, each an environment variable")
    for row in settings.describe():
        changed = "" if row.current == row.default else f" (default: {row.default})"
        console.print(f"  {row.variable} = {row.current}{changed}", markup=False, soft_wrap=True)
        console.print(Padding(Text(row.meaning), (0, 0, 0, 6)))
    console.print(f"\n{_counted(checks)}", markup=False, soft_wrap=True)


def _counted(checks: list[Check]) -> str:
    """The last line: how much is not as it should be, and which."""
    broken = [check.name for check in checks if check.mark is Mark.NO]
    notes = [check.name for check in checks if check.mark is Mark.NOTE]
    says = "says" if len(broken) == 1 else "say"
    said = f"{len(broken)} of {len(checks)} checks {says} no ({', '.join(broken)})" if broken else f"None of {len(checks)} checks says no"
    noted = f"{plural(len(notes), 'note')} ({', '.join(notes)})" if notes else "no notes"
    return f"{said}; {noted}."
