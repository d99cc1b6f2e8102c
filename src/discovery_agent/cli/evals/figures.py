"""Customary figures of one suite on cases of any folder: `eval run SUITE --cases DIR`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from discovery_agent.cli.console import Output
from discovery_agent.cli.exit_codes import Exit
from discovery_agent.cli.progress import shown_progress
from discovery_agent.discovery.analyse import analyse_conversation
from discovery_agent.discovery.assess import assess_conversation, assess_description
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.findings import FindingKind
from discovery_agent.domain.necessity import NecessityAssessment
from discovery_agent.domain.retrieval import PassageFilter
from discovery_agent.errors import ConfigurationError, ModelUnavailable
from discovery_agent.evals.cases import find_cases, load_case
from discovery_agent.evals.extraction import SCORED_FIELDS, CaseScore, KindScore, score_case
from discovery_agent.evals.interview import Arms
from discovery_agent.evals.report import print_scores, total
from discovery_agent.evals.retrieval import load_beir, load_questions, page_of, section_of
from discovery_agent.evals.retrieval import score as score_retrieval
from discovery_agent.evals.retrieval_report import figures as figures_retrieval
from discovery_agent.evals.retrieval_report import print_retrieval
from discovery_agent.evals.verdict import (
    DEFAULT_COSTS,
    VerdictCase,
    VerdictResult,
    load_costs,
    load_verdict_cases,
    majority,
    run_cases,
    score,
)
from discovery_agent.evals.verdict_report import figures, print_verdicts
from discovery_agent.knowledge.search import RANKED, rank
from discovery_agent.settings import Settings


def run_suite(
    suite: str, folder: Path | None, *, details: bool, as_json: bool, personas: Path | None = None, transcripts: Path | None = None
) -> Exit:
    """Run the cases of a suite and print the figures. `personas` and `transcripts` are for the suite `interview`.

    Raises:
        ConfigurationError: the suite or its cases are not there.
    """
    if suite == "interview":
        return _run_interviews(personas or folder or Path("evals") / "interview" / "personas", transcripts, as_json=as_json)
    if suite == "questions":
        return _run_questions(folder, details=details, as_json=as_json)
    if suite == "verdict":
        return _run_verdicts(folder or Path("evals") / "verdict" / "cases", details=details, as_json=as_json)
    if suite == "retrieval":
        return _run_retrieval(folder or Path("evals") / "retrieval" / "questions", details=details, as_json=as_json)
    if suite != "extraction":
        raise ConfigurationError(
            f"There is no suite `{suite}`.", remedy="The suites are: extraction, verdict, retrieval, questions, interview."
        )
    root = folder or Path("evals") / suite / "cases"
    found = find_cases(root)
    if not found:
        raise ConfigurationError("No case was found.", where=str(root), remedy="Run this in the project's folder, or give --cases DIR.")
    settings = Settings.load()
    bench = Workbench(settings)
    scores = asyncio.run(_score_all(found, bench, settings.concurrency))
    if as_json:
        print(json.dumps(_figures(scores, bench.analyst.name), indent=2))
        return _exit(scores)
    console = Output(highlight=False)
    console.print(f"Analyst: {bench.analyst.name}. Cases: {root}")
    print_scores(scores, console, details=details)
    return _exit(scores)


def _run_verdicts(cases_path: Path, *, details: bool, as_json: bool) -> Exit:
    """The verdict suite, beside the majority class."""
    if not cases_path.exists():
        raise ConfigurationError(
            "No case was found.", where=str(cases_path), remedy="Run this in the project's folder, or give --cases DIR."
        )
    cases = load_verdict_cases(cases_path)
    own_costs = Path("evals") / "verdict" / "costs.yaml"
    costs = load_costs(own_costs) if own_costs.exists() else DEFAULT_COSTS
    bench = Workbench(Settings.load())

    async def assess(case: VerdictCase) -> NecessityAssessment:
        if case.folder is None:
            return (await assess_description(case.text, bench)).necessity
        return (await assess_conversation(load_case(case.folder)[1], bench)).necessity

    async def work() -> list[VerdictResult]:
        try:
            return await run_cases(cases, assess)
        finally:
            await bench.aclose()

    results = asyncio.run(work())
    scores = {"majority class": score(majority(cases), costs), bench.analyst.name: score(results, costs)}
    if as_json:
        print(json.dumps(figures(scores, results), indent=2))
    else:
        console = Output(highlight=False)
        console.print(f"Analyst: {bench.analyst.name}. Cases: {cases_path}")
        print_verdicts(scores, results, console, details=details)
    return Exit.PARTLY if any(one.error for one in results) else Exit.OK


def _run_retrieval(cases_path: Path, *, details: bool, as_json: bool) -> Exit:
    """The retrieval suite over the corpus, or over a public set in the layout of BEIR."""
    if not cases_path.exists():
        raise ConfigurationError(
            "No question was found.", where=str(cases_path), remedy="Run this in the project's folder, or give --cases DIR."
        )
    settings = Settings.load()
    bench = Workbench(settings)
    with shown_progress(Console(stderr=True, highlight=False)) as report:
        if (cases_path / "corpus.jsonl").exists():
            pages, cases = load_beir(cases_path)
            index = bench.index_of(pages, f"eval-{cases_path.resolve().name}", report)
            questions = [case.question for case in cases]
            rankings = rank(index, questions, bench.embedding_model.embed(questions), PassageFilter(), RANKED)
            results = score_retrieval(cases, rankings, page_of)
        else:
            cases = load_questions(cases_path, bench.knowledge.corpus_pages)
            found, notes = bench.knowledge.rankings([case.question for case in cases], depth=RANKED, progress=report)
            if notes:
                raise ModelUnavailable(notes[0], remedy="Without vectors there is nothing to compare.")
            results = score_retrieval(cases, [one[0] for one in found], section_of)
    if as_json:
        print(json.dumps({"embedding_model": bench.embedding_model.name, **figures_retrieval(results)}, indent=2))
    else:
        console = Output(highlight=False)
        console.print(f"Embedding model: {bench.embedding_model.name}. Questions: {cases_path}")
        print_retrieval(results, console, details=details)
    return Exit.OK


def _run_questions(folder: Path | None, *, details: bool, as_json: bool) -> Exit:
    """The question checker beside judgements of others; skipped where those are not at hand."""
    from discovery_agent.evals.questions import load_collection, load_readings
    from discovery_agent.evals.questions_report import figures, print_questions

    console = Output(highlight=False)
    if folder is None or not folder.is_dir():
        missing = f"{folder} is not there." if folder else "they are no part of this project."
        console.print(
            f"Skipped, for want of judged questions: {missing} Give the folder of such a collection with --cases.", soft_wrap=True
        )
        return Exit.OK
    collection = load_collection(folder)
    own = Path("evals") / "questions" / "readings.yaml"
    readings = load_readings(own) if own.exists() else {}
    if as_json:
        print(json.dumps(figures(collection, readings), indent=2))
    else:
        print_questions(collection, readings, console, details=details)
    return Exit.OK


def _run_interviews(folder: Path, transcripts: Path | None, *, as_json: bool) -> Exit:
    """Every simulated stakeholder, interviewed by the policy and by a fixed list of questions."""
    from discovery_agent.evals.interview_arms import interview_all
    from discovery_agent.evals.interview_personas import load_personas
    from discovery_agent.evals.interview_report import figures, print_interviews, write_transcripts

    personas = load_personas(folder)
    bench = Workbench(Settings.load())

    async def work() -> Arms:
        try:
            with shown_progress(Console(stderr=True, highlight=False)) as report:
                return await interview_all(personas, bench, report)
        finally:
            await bench.aclose()

    arms = asyncio.run(work())
    if as_json:
        print(json.dumps(figures(arms), indent=2))
    else:
        console = Output(highlight=False)
        console.print(f"{bench.introduction} Personas: {folder}")
        print_interviews(arms, console)
    if transcripts is not None:
        write_transcripts(arms, transcripts)
    return Exit.PARTLY if any(run.error for results in arms.values() for one in results for run in one.runs) else Exit.OK


def _exit(scores: Sequence[CaseScore]) -> Exit:
    """A run with stretches that were not read is no measurement of the analyst."""
    return Exit.PARTLY if any(one.failed_windows for one in scores) else Exit.OK


async def _score_all(folders: Sequence[Path], bench: Workbench, concurrency: int) -> list[CaseScore]:
    try:
        return [await _score(folder, bench, concurrency) for folder in folders]
    finally:
        await bench.aclose()


async def _score(folder: Path, bench: Workbench, concurrency: int) -> CaseScore:
    case, conversation = load_case(folder)
    analysis = await analyse_conversation(conversation, bench.analyst, asyncio.Semaphore(concurrency))
    score = score_case(case, conversation, analysis.findings, len(analysis.unverified), bench.embeddings.embed)
    score.failed_windows = [failed.error for failed in analysis.failed_windows]
    return score


def _figures(scores: list[CaseScore], analyst: str) -> dict[str, object]:
    kinds = {kind: total([one.kinds[kind] for one in scores]) for kind in FindingKind}
    predicted = sum(one.predicted for one in scores)
    return {
        "suite": "extraction",
        "analyst": analyst,
        "cases": [one.case_id for one in scores],
        "kinds": {kind.value: _ratios(one) for kind, one in kinds.items() if one.found + one.missed + one.wrong},
        "goals_either_kind": _ratios(total([one.goals_any for one in scores])),
        "kpi_fields": {
            name: [sum(one.fields[name][0] for one in scores), sum(one.fields[name][1] for one in scores)] for name in SCORED_FIELDS
        },
        "failed_windows": {one.case_id: one.failed_windows for one in scores if one.failed_windows},
        "false_facts": [sum(len(one.on_traps) for one in scores), predicted],
        "quotes": {
            "exact": sum(one.exact for one in scores),
            "normalised": sum(one.normalised for one in scores),
            "unverified_findings": sum(one.unverified for one in scores),
        },
    }


def _ratios(score: KindScore) -> dict[str, float]:
    return {"precision": round(score.precision, 4), "recall": round(score.recall, 4), "f1": round(score.f1, 4)}
