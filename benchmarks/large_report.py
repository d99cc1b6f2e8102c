"""Report and tables of a large batch: `python -m benchmarks.large_report`.

1,000 and 10,000 conversations of 100 turns with 20 findings each lie on the disk as JSON, as after an analysis. Each size is written in a
process of its own: the report, then the tables in both formats. Reading the conversations once is measured alone, since the report does it twice.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks.organisation import SUBJECTS, MadeUpEmbeddings, conversations, findings
from discovery_agent.analysts.protocol import Window
from discovery_agent.discovery.analyse import compared_texts
from discovery_agent.discovery.report.large import write_large_report
from discovery_agent.discovery.results import BatchAnalysis, ConversationAnalysis, FailedWindow
from discovery_agent.discovery.tabular import write_tables
from discovery_agent.domain.conversation import Conversation
from discovery_agent.domain.decisions import Decisions, decide
from discovery_agent.domain.findings import Finding, FindingKind
from discovery_agent.domain.goals import BusinessGoalNode, GoalTree, KpiNode, OperationalGoalNode
from discovery_agent.knowledge.likeness import Likeness
from discovery_agent.knowledge.tables import load_tables
from discovery_agent.settings import data_folder

ROOT = Path(__file__).parents[1]
SIZES = (1_000, 10_000)
TURNS = 100
FINDINGS = 20
DECIDED = 60
"""Verdicts are worked out from so many conversations: how long that takes is not measured here."""


class OnDisk:
    """Analysed conversations, a file each."""

    def __init__(self, folder: Path) -> None:
        self._files = sorted(folder.iterdir())

    def __len__(self) -> int:
        return len(self._files)

    def __iter__(self) -> Iterator[ConversationAnalysis]:
        for file in self._files:
            yield ConversationAnalysis.model_validate_json(file.read_bytes())


def analysed(count: int) -> Iterator[ConversationAnalysis]:
    """So many conversations. What was found is what was said: every quote stands in its turn."""
    tables = load_tables(data_folder("knowledge"))
    for number, talk in enumerate(conversations(count, turns=TURNS)):
        found = random.Random(talk.id).sample(findings(talk, tables), FINDINGS)
        said = {one.quotes[0].utterance_id: one.quotes[0].text for one in found}
        turns = tuple(turn.model_copy(update={"text": said.get(turn.id, turn.text), "start": turn.index * 8.0}) for turn in talk.utterances)
        held = date(2025, 1, 1) + timedelta(days=number % 600)
        failed = (FailedWindow(window=Window(first=90, last=95), error="The model did not answer within 60 seconds."),)
        yield ConversationAnalysis(
            conversation=talk.model_copy(update={"utterances": turns, "held_on": held}),
            analyst="rules",
            findings=tuple(found),
            failed_windows=failed if number % 50 == 0 else (),
        )


def subject_of(finding: Finding) -> str:
    """What a finding is about."""
    return next(subject for subject in SUBJECTS if subject in finding.statement)


def tree_of(by_subject: dict[tuple[FindingKind, str], list[Finding]]) -> GoalTree:
    """A business goal, an operational goal and a KPI for each subject, with all findings about it."""

    def node(kind: FindingKind, subject: str) -> dict[str, object]:
        found = by_subject[kind, subject]
        return {
            "id": f"{kind.value}-{SUBJECTS.index(subject)}",
            "statement": found[0].statement,
            "finding_ids": tuple(one.id for one in found),
        }

    def kpis(subject: str) -> tuple[KpiNode, ...]:
        found = by_subject.get((FindingKind.KPI, subject))
        if not found:
            return ()
        targets = {one.kpi.target.value for one in found if one.kpi and one.kpi.target}
        disputed = ("target",) if len(targets) > 1 else ()
        return (KpiNode.model_validate({**node(FindingKind.KPI, subject), "kpi": found[0].kpi, "disputed": disputed}),)

    def operational(subject: str) -> tuple[OperationalGoalNode, ...]:
        if (FindingKind.OPERATIONAL_GOAL, subject) not in by_subject:
            return ()
        return (OperationalGoalNode.model_validate({**node(FindingKind.OPERATIONAL_GOAL, subject), "kpis": kpis(subject)}),)

    above = [subject for subject in SUBJECTS if (FindingKind.BUSINESS_GOAL, subject) in by_subject]
    loose = [subject for subject in SUBJECTS if subject not in above]
    return GoalTree(
        business_goals=tuple(
            BusinessGoalNode.model_validate(
                {
                    **node(FindingKind.BUSINESS_GOAL, subject),
                    "operational_goals": operational(subject),
                    "kpis": () if operational(subject) else kpis(subject),
                }
            )
            for subject in above
        ),
        unlinked_operational_goals=tuple(goal for subject in loose for goal in operational(subject)),
        unlinked_kpis=tuple(kpi for subject in loose if not operational(subject) for kpi in kpis(subject)),
    )


def decided(tree: GoalTree, sample: Sequence[ConversationAnalysis]) -> Decisions:
    """Verdicts on all goals, from the findings of some conversations."""
    found = [one for analysis in sample for one in analysis.findings]
    texts = compared_texts(found)
    talks: list[Conversation] = [analysis.conversation for analysis in sample]
    return decide(found, tree, talks, load_tables(data_folder("knowledge")), Likeness(texts, MadeUpEmbeddings().embed(texts)))


def batch_of(count: int, folder: Path) -> BatchAnalysis:
    """A batch whose conversations lie in `folder`."""
    by_subject: dict[tuple[FindingKind, str], list[Finding]] = defaultdict(list)
    sample: list[ConversationAnalysis] = []
    for number, analysis in enumerate(analysed(count)):
        (folder / f"{number:06}.json").write_text(analysis.model_dump_json(), encoding="utf-8")
        sample += [analysis] if number < DECIDED else []
        for finding in analysis.findings:
            if finding.kind in (FindingKind.BUSINESS_GOAL, FindingKind.OPERATIONAL_GOAL, FindingKind.KPI):
                by_subject[finding.kind, subject_of(finding)].append(finding)
    tree = tree_of(by_subject)
    return BatchAnalysis(
        title="A large organisation",
        created_at=datetime(2026, 3, 12, 9, 30, tzinfo=UTC),
        analyst="rules",
        conversations=OnDisk(folder),
        goal_tree=tree,
        decisions=decided(tree, sample),
    )


def timed(name: str, work: Callable[[], object]) -> dict[str, float]:
    """Seconds that passed, and seconds that this process computed: they differ where the machine has more to do. Memory before, and at most."""
    started, computed, before = time.perf_counter(), time.process_time(), _memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
    work()
    took = {f"{name} s": time.perf_counter() - started, f"{name} cpu s": time.process_time() - computed}
    return {**took, f"{name} MB before": before, f"{name} MB peak": _memory("VmHWM")}


def measure(count: int, folder: Path) -> dict[str, float]:
    """Everything for one size. Run in a process that measures nothing else."""
    (folder / "analysed").mkdir()
    made = subprocess.run(
        [sys.executable, "-m", "benchmarks.large_report", "make", str(count), str(folder)], check=True, capture_output=True, cwd=ROOT
    ).stdout
    batch = BatchAnalysis(**{**_parts(made), "conversations": OnDisk(folder / "analysed")})  # pyright: ignore[reportArgumentType]
    figures = {"conversations": float(count), **timed("read once", lambda: sum(1 for _ in batch.conversations))}
    figures |= timed("report", lambda: write_large_report(batch, folder / "report"))
    figures |= timed("tables", lambda: write_tables(batch.conversations, folder / "tables", ("jsonl", "parquet")))
    files = [path for path in (folder / "report").rglob("*") if path.is_file()]
    figures["files"], figures["report MB"] = float(len(files)), sum(path.stat().st_size for path in files) / 1e6
    figures["largest page kB"] = max(path.stat().st_size for path in files if path.suffix == ".html") / 1e3
    figures["tables MB"] = sum(path.stat().st_size for path in (folder / "tables").iterdir()) / 1e6
    return figures


def _parts(made: bytes) -> dict[str, object]:
    """The parts of a batch as another process printed them."""
    raw = json.loads(made)
    return {
        "title": raw["title"],
        "created_at": datetime.fromisoformat(raw["created_at"]),
        "analyst": raw["analyst"],
        "goal_tree": GoalTree.model_validate_json(json.dumps(raw["goal_tree"])),
        "decisions": Decisions.model_validate_json(json.dumps(raw["decisions"])),
    }


def _make(count: int, folder: Path) -> None:
    batch = batch_of(count, folder / "analysed")
    print(
        json.dumps(
            {
                "title": batch.title,
                "created_at": batch.created_at.isoformat(),
                "analyst": batch.analyst,
                "goal_tree": batch.goal_tree.model_dump(mode="json"),
                "decisions": batch.decisions.model_dump(mode="json") if batch.decisions else None,
            }
        )
    )


def _memory(name: str) -> float:
    """Megabytes, of Linux's account of this process."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(f"{name}:")).split()[1]) / 1024


def main() -> None:
    """Print the table."""
    match sys.argv[1:]:
        case ["make", count, folder]:
            _make(int(count), Path(folder))
        case ["one", count]:
            with tempfile.TemporaryDirectory() as folder:
                print(json.dumps(measure(int(count), Path(folder))))
        case ["keep", count, folder]:
            print(json.dumps(measure(int(count), Path(folder))))
        case sizes:
            _table([int(size) for size in sizes] or SIZES)


def _table(sizes: Sequence[int]) -> None:
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("pydantic", "jinja2", "pyarrow"))
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, {versions}", flush=True)
    for size in sizes:
        command = [sys.executable, "-m", "benchmarks.large_report", "one", str(size)]
        answer = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
        for name, figure in json.loads(answer.stdout.splitlines()[-1]).items():
            print(f"{name:<22}{figure:>12,.1f}", flush=True)


if __name__ == "__main__":
    main()
