"""The recorded replies in `evals/recordings`: what is there, whose are replayed, what is used by nothing any more."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from discovery_agent.errors import ConfigurationError, HarnessError, StorageError
from discovery_agent.evals.harness.arms import Arm
from discovery_agent.evals.harness.design import CaseId
from discovery_agent.evals.harness.replayed_model import DEFAULT, default_model
from discovery_agent.evals.harness.replayed_model import FOLDER as FOLDER
from discovery_agent.evals.harness.running import Ran
from discovery_agent.models.recordings import Missing, Mode, Recording, read_recording


class Kept(NamedTuple):
    """A recording and its file; None where the file is damaged."""

    path: Path
    recording: Recording | None


def model_to_replay(folder: Path, suites: Collection[str] | None = None) -> str | None:
    """Whose recordings a replay takes where no model is named: the declared one's, otherwise the only one's. None if nothing is recorded.

    Raises:
        ConfigurationError: several models are recorded, and none of them is declared.
    """
    if (declared := default_model(folder)) is not None:
        return declared
    recorded = sorted({kept.recording.model for kept in recordings_in(folder, suites) if kept.recording})
    if len(recorded) > 1:
        raise ConfigurationError(
            f"Several models are recorded: {', '.join(recorded)}.",
            where=str(folder),
            remedy=f"Name one with --model or DISCOVERY_MODEL, or for everybody in {folder / DEFAULT}: `model: {recorded[0]}`.",
        )
    return recorded[0] if recorded else None


class Standing(NamedTuple):
    """How the recordings stand to an experiment."""

    used: int
    stale: tuple[Kept, ...]
    """Of the experiment's suites, and used by none of its arms."""
    missing: tuple[Missing, ...]
    """By suite, case and prompt."""


def recordings_in(folder: Path, suites: Collection[str] | None = None) -> Iterator[Kept]:
    """Every recording of these suites (None: of all), in a fixed order."""
    for path in sorted(folder.glob("*/*/*.json")):
        if suites is None or path.parent.parent.name in suites:
            yield Kept(path, read_recording(path))


def standing(ran: Ran, folder: Path) -> Standing:
    """What is stale and what is missing, as an experiment in replay has shown: it costs nothing, and is exact where hashes of prompts are not.

    An experiment with every arm that the recordings serve says of each of them whether anything still asks for it.

    Raises:
        HarnessError: the experiment was not run in replay, or not all of it now, so that what it uses is not known.
    """
    if ran.design.mode is not Mode.REPLAY:
        raise HarnessError("Only a replay shows which recordings are used.")
    if ran.resumed or ran.design.only is not None:
        raise HarnessError("Only a replay of the whole experiment shows which recordings are used.", remedy="Replay it into a new folder.")
    missing = sorted({lack for one in ran.unrun for lack in one.missing})
    stale = tuple(kept for kept in recordings_in(folder, {name.value for name in ran.design.suites}) if kept.path not in ran.used)
    return Standing(len(ran.used), stale, tuple(missing))


def lacking_in(folder: Path, arms: Sequence[Arm], cases: Sequence[CaseId], repeats: int) -> dict[str, tuple[CaseId, ...]]:
    """By name of each arm with a model: the cases of which another arm has every repeat recorded, and it has not.

    An arm of whose prompts nothing is recorded in a suite lacks nothing here: its replay tells what is missing, or finds it after all,
    where only the front matter of a prompt has changed. So does the replay of a case with a damaged recording.
    """
    there: dict[CaseId, set[tuple[str, str, str, int]]] = {}
    damaged: set[CaseId] = set()
    for kept in recordings_in(folder, {case.suite for case in cases}):
        if kept.recording is None:
            damaged.add(CaseId(kept.path.parent.parent.name, kept.path.parent.name))
        else:
            one = kept.recording
            there.setdefault(CaseId(one.suite, one.case), set()).add((one.model, one.prompt, one.prompt_hash, one.repeat))

    hashes = {arm.name: arm.prompts.hashes if arm.prompts else {} for arm in arms}

    def asked(case: CaseId) -> set[str]:
        """The prompts that a case asks with, as far as any arm shows."""
        return {prompt for _, prompt, digest, _ in there.get(case, ()) if any(one.get(prompt) == digest for one in hashes.values())}

    def whole(arm: Arm, case: CaseId) -> bool:
        kept = {
            (prompt, repeat)
            for model, prompt, digest, repeat in there.get(case, ())
            if model == arm.model and hashes[arm.name].get(prompt) == digest
        }
        return bool(kept) and all((prompt, repeat) in kept for prompt in asked(case) for repeat in range(repeats))

    lacking: dict[str, tuple[CaseId, ...]] = {}
    for arm in arms:
        if arm.prompts is None:
            continue
        have = {case for case in cases if whole(arm, case)}
        suites = {case.suite for case in have}
        lacking[arm.name] = tuple(case for case in cases if case.suite in suites and case not in have and case not in damaged)
    return lacking


def prune(stale: Sequence[Kept]) -> int:
    """Remove recordings that nothing uses; how many. Only when asked: an old prompt may be compared again.

    Raises:
        StorageError: a file cannot be removed.
    """
    for kept in stale:
        try:
            kept.path.unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(f"The recording cannot be removed: {error.strerror or error}.", where=str(kept.path)) from error
        for folder in (kept.path.parent, kept.path.parent.parent):
            if not any(folder.iterdir()):
                folder.rmdir()
    return len(stale)


def label_of(folder: Path, model: str, suites: Collection[str] | None = None) -> str:
    """What is said of where the recorded replies of a model come from."""
    labels = {kept.recording.label for kept in recordings_in(folder, suites) if kept.recording and kept.recording.model == model}
    return "; ".join(sorted(labels - {""}))
