"""The last comparison that was asked for and has come to no result: the gate must not rule on an older one in its place."""

from __future__ import annotations

import json
import shlex
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from typer.core import TyperGroup

from discovery_agent.errors import DiscoveryError, HarnessError
from discovery_agent.files.writing import replace_text
from discovery_agent.settings import Settings

if TYPE_CHECKING:
    from typer._click.core import Context

_FILE = "attempt.json"
_WHOLE = (0, 1)
"""Exit codes of a comparison with a result: `Exit.OK`, and `Exit.PARTLY` where some runs failed."""
_HELP = {"-h", "--help"}


class NotedGroup(TyperGroup):
    """The commands of `eval`. What is asked of `compare` is noted before anything of it is looked at, and struck out by its result."""

    def invoke(self, ctx: Context) -> object:
        """Call the command."""
        words = [*ctx._protected_args, *ctx.args]  # as the class above reads them; nothing else holds the command's own words
        # A look at what failed before is no comparison that anybody could rule on.
        if words[:1] != ["compare"] or "--only-failing" in words or _HELP & set(words):
            return super().invoke(ctx)
        folder = Settings.load().data_dir / "evals"
        command = shlex.join(["discovery-agent", "eval", *words])
        note(folder, command, "It was stopped.")
        try:
            result = super().invoke(ctx)
        except typer.Exit as ended:
            if ended.exit_code in _WHOLE:
                strike_out(folder)
            raise
        except DiscoveryError as error:
            note(folder, command, f"{error.where}: {error.what}" if error.where else error.what, error.remedy)
            raise
        except Exception as error:  # a wrong option; a fault of the program
            note(folder, command, f"{getattr(error, 'message', '') or type(error).__name__}")
            raise
        strike_out(folder)
        return result


def note(folder: Path, command: str, why: str, remedy: str | None = None) -> None:
    """Note a comparison that has no result, and why. Where nothing can be written, no comparison can end well either."""
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        replace_text(folder / _FILE, json.dumps({"command": command, "why": why, "remedy": remedy}) + "\n")


def strike_out(folder: Path) -> None:
    """The comparison has its result."""
    (folder / _FILE).unlink(missing_ok=True)


def refuse_without_result(folder: Path) -> None:
    """Refuse to speak of an older run where the last comparison came to no result.

    Raises:
        HarnessError: it did not; names the command and the reason.
    """
    path = folder / _FILE
    if not path.is_file():
        return
    try:
        noted = json.loads(path.read_text(encoding="utf-8"))
        command, why, remedy = str(noted["command"]), str(noted["why"]), noted["remedy"]
    except (OSError, ValueError, KeyError, TypeError):
        command, why, remedy = "discovery-agent eval compare", "The note of it cannot be read.", None
    raise HarnessError(
        f"The last comparison, `{command}`, came to no result. {why}",
        remedy=remedy or "Run it again, or name the run that is meant: `discovery-agent eval gate RUN`.",
    )
