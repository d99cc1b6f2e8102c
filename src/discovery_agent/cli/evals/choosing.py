"""What an experiment is made of: the suites, cases, arms and model that a command line asks for."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from discovery_agent.cli.evals.results import Results
from discovery_agent.discovery.report.wording import plural
from discovery_agent.errors import ConfigurationError, InvalidRequest
from discovery_agent.evals.harness.arm_bench import KNOWLEDGE_TOKENS, CallSettings
from discovery_agent.evals.harness.arms import RULES, AnalystKind, Arm
from discovery_agent.evals.harness.design import CaseId
from discovery_agent.evals.harness.metrics import SuiteName
from discovery_agent.evals.harness.prompts_at import lay_out
from discovery_agent.evals.harness.recording import FOLDER as RECORDINGS
from discovery_agent.evals.harness.recording import label_of, lacking_in, model_to_replay, recordings_in
from discovery_agent.evals.harness.suite import Split, Suite
from discovery_agent.evals.harness.versioned import refuse_unversioned
from discovery_agent.evals.suites import SUITES
from discovery_agent.models.recordings import Mode
from discovery_agent.settings import Settings

ROOT = Path("evals")
"""Cases, tables and recordings: part of the project's folder, and of no wheel."""

BASE, HEAD, MODEL = "base", "head", "model"
"""Names of the arms beside `rules`."""

WITHOUT_PROMPTS = frozenset({SuiteName.RETRIEVAL})
"""Suites in which no prompt plays a part: a comparison of prompts leaves them out unless they are named."""


@dataclass(frozen=True)
class Options:
    """How an experiment is run."""

    mode: Mode = Mode.OFF
    model: str | None = None
    split: Split = Split.DEV
    repeats: int = 1
    seed: int = 0
    jobs: int = 4
    max_cost: float | None = None
    only: tuple[str, ...] = ()
    """Cases by id, or by suite/id."""
    only_failing: bool = False
    with_knowledge: bool = False

    @property
    def calls(self) -> CallSettings:
        """What decides a call beside prompt, model and case."""
        return CallSettings(knowledge_tokens=KNOWLEDGE_TOKENS if self.with_knowledge else 0)


def suites_of(names: Sequence[str], leave_out: frozenset[SuiteName] = frozenset()) -> list[Suite]:
    """The suites of these names, in the order in which they run; without names all but those that are left out.

    Raises:
        ConfigurationError: there is no such suite, or no folder of cases here.
    """
    known = {name.value for name in SuiteName}
    for name in names:
        if name not in known:
            raise ConfigurationError(f"There is no suite `{name}`.", remedy=f"The suites are: {', '.join([*known_names(), 'questions'])}.")
    if not ROOT.is_dir():
        raise ConfigurationError(
            "No case was found.",
            where=str(ROOT),
            remedy="Cases come with the source of the project, not with an installed package: run this in the project's folder, "
            "or name one suite and give --cases DIR.",
        )
    return [make(ROOT) for name, make in SUITES.items() if (name.value in names if names else name not in leave_out)]


def known_names() -> list[str]:
    """Every suite, in order."""
    return [name.value for name in SuiteName]


def recorded_suites() -> list[str]:
    """Suites of which anything is recorded."""
    return sorted({kept.path.parent.parent.name for kept in recordings_in(RECORDINGS)})


def model_for(options: Options, settings: Settings, suites: Sequence[Suite]) -> str | None:
    """The model of the arms: as asked for, as configured, or, in replay, the one that the recordings declare. None without any.

    Raises:
        ConfigurationError: in replay, none was named, and several are recorded of which none is declared.
    """
    named = options.model or settings.model
    if named is not None or options.mode is not Mode.REPLAY:
        return named
    return model_to_replay(RECORDINGS, {suite.name.value for suite in suites})


def model_arm(name: str, prompts: str, model: str, results: Results, suites: Sequence[Suite]) -> Arm:
    """An arm with a model and the prompts of a revision or folder, laid out where the report finds them again.

    Raises:
        ConfigurationError: there are no such prompts, or one has a mistake.
    """
    if name in (BASE, HEAD):
        refuse_unversioned(prompts)
    shelf = results.folder / "prompts"
    shelf.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".laying-", dir=shelf) as folder:
        laid = lay_out(prompts, Path(folder) / "prompts")
        kept = shelf / _digest(laid.hashes)
        if not kept.exists():
            shutil.move(laid.folder, kept)
    label = label_of(RECORDINGS, model, {suite.name.value for suite in suites})
    return Arm(name=name, kind=AnalystKind.MODEL, model=model, prompts=laid.model_copy(update={"folder": kept}), label=label)


def _digest(hashes: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(hashes, sort_keys=True).encode()).hexdigest()[:16]


def rules_arm() -> Arm:
    """Plain automation: the arm that is always there."""
    return Arm(name=RULES, kind=AnalystKind.RULES)


def cases_of(options: Options, suites: Sequence[Suite], console: Console, arms: Sequence[Arm] = ()) -> tuple[CaseId, ...] | None:
    """The cases that an experiment is limited to; None for all of them. A replay takes the cases that are recorded in every arm.

    Raises:
        InvalidRequest: a case that is named is not there.
        ConfigurationError: nothing is recorded.
    """
    there = [CaseId(suite.name.value, case.id) for suite in suites for case in suite.cases(options.split)]
    if options.only:
        chosen = [one for one in there if one.case in options.only or "/".join(one) in options.only]
        unknown = [name for name in options.only if not any(name in (one.case, "/".join(one)) for one in there)]
        if unknown:
            raise InvalidRequest(
                f"There is no case {', '.join(unknown)} in these suites.",
                where="--only",
                remedy=f"Some that there are: {', '.join('/'.join(one) for one in there[:5])}.",
            )
        return tuple(chosen)
    if options.mode is not Mode.REPLAY:
        return None
    recorded = {(kept.recording.suite, kept.recording.case) for kept in recordings_in(RECORDINGS) if kept.recording}
    chosen = [one for one in there if tuple(one) in recorded]
    if not chosen:
        raise ConfigurationError(
            "Nothing is recorded of these suites.",
            where=str(RECORDINGS),
            remedy="`discovery-agent eval record` with a model, or no --replay.",
        )
    lacking = lacking_in(RECORDINGS, arms, chosen, options.repeats)
    left_out = {case for cases in lacking.values() for case in cases}
    chosen = [one for one in chosen if one not in left_out]
    if len(chosen) < len(there):
        of_arms = "".join(f"; {arm} lacks {len(cases)} that another arm has" for arm, cases in lacking.items() if cases)
        console.print(f"{len(chosen)} of {plural(len(there), 'case')} are recorded, and replayed; the others are left out{of_arms}.")
    return tuple(chosen)
