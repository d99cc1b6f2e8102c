"""Where results of experiments lie, and which one was the last."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import ValidationError

from discovery_agent.discovery.report.markdown import markdown_text
from discovery_agent.errors import ExportError, HarnessError, NotFound
from discovery_agent.evals.harness.comparison import Comparison
from discovery_agent.evals.harness.report import COMPARISON, TEXT
from discovery_agent.files.writing import replace_text
from discovery_agent.settings import Settings

_LAST = "last"
_PROBLEM = "problem.json"


class Results:
    """The folder of all experiments: one folder each, named by the run's id."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def of(cls, settings: Settings) -> Results:
        """Those in the data folder."""
        return cls(settings.data_dir / "evals")

    def begin(self, run: str, *, last: bool = True) -> Path:
        """Its folder, which counts as the last one from now on, unless `last` is False. What an earlier attempt concluded stands until
        `write_report` puts something else in its place.

        Raises:
            ExportError: it cannot be written.
        """
        folder = self.folder / run
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if last:
                replace_text(self.folder / _LAST, f"{run}\n")
        except OSError as error:
            raise ExportError(f"The results cannot be written: {error.strerror or error}.", where=str(folder)) from error
        return folder

    def find(self, run: str | None) -> Path:
        """The folder of a run by its id, or by the beginning of it; without one, of the last.

        Raises:
            NotFound: there is none.
        """
        if run is None:
            last = self.folder / _LAST
            if not last.is_file():
                raise NotFound(
                    "No experiment has been run here.", where=str(self.folder), remedy="`discovery-agent eval compare BASE HEAD`."
                )
            run = last.read_text(encoding="utf-8").strip()
        known = (
            sorted(path.name for path in self.folder.iterdir() if path.is_dir() and path.name != "prompts") if self.folder.is_dir() else []
        )
        fitting = [name for name in known if name.startswith(run)] if run else []
        if len(fitting) != 1:
            what = f"No run begins with `{run}`." if not fitting else f"Several runs begin with `{run}`: {', '.join(fitting)}."
            raise NotFound(what, where=str(self.folder), remedy=f"There are: {', '.join(known)}." if known else None)
        return self.folder / fitting[0]


def read_comparison(folder: Path) -> Comparison:
    """What a run concluded.

    Raises:
        HarnessError: it did not come to an end, the last time that it was asked for, or the file is not what this version writes.
    """
    path = folder / COMPARISON
    if (problem := problem_of(folder)) is not None:
        raise problem
    try:
        return Comparison.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise HarnessError(
            "The run did not come to its end, so it says nothing of its arms.",
            where=folder.name,
            remedy="Run the same command again: it resumes.",
        ) from error
    except (OSError, ValidationError) as error:
        raise HarnessError(
            "The comparison cannot be read.", where=str(path), remedy="Run the same command again: what is finished is not paid for twice."
        ) from error


def note_problem(folder: Path, problem: HarnessError) -> None:
    """Leave word in the folder of why the run has no result now; also where a report is looked for, if there is none of an earlier result."""
    replace_text(folder / _PROBLEM, json.dumps({"what": problem.what, "remedy": problem.remedy}) + "\n")
    if not (folder / COMPARISON).is_file():
        replace_text(folder / TEXT, problem_text(problem))


def strike_problem(folder: Path) -> None:
    """The run has its result."""
    (folder / _PROBLEM).unlink(missing_ok=True)


def problem_of(folder: Path) -> HarnessError | None:
    """Why the run has no result; None if it came to one, or never ran."""
    try:
        noted = json.loads((folder / _PROBLEM).read_text(encoding="utf-8"))
        return HarnessError(str(noted["what"]), where=folder.name, remedy=noted["remedy"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return HarnessError("The run did not come to its end.", where=folder.name, remedy="Run the same command again: it resumes.")


def problem_text(problem: HarnessError) -> str:
    """The same for a pull request."""
    return f"## ⚠️ Nothing was measured\n\n{markdown_text(problem.what)}\n\n{markdown_text(problem.remedy or 'Run it again.')}\n"
