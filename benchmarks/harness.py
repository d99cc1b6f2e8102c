"""What the evaluation harness costs beside the work itself: `python -m benchmarks.harness`.

A suite that does next to nothing, under an arm whose model answers at once from a server in another process. Overhead is the time of a
case less that of its call made without the harness, one at a time, so that waiting is not hidden; memory is that of a process of its own.
"""

from __future__ import annotations

import asyncio
import importlib.metadata
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Coroutine, Mapping, Sequence
from pathlib import Path

from discovery_agent.analysts.llm import LLMAnalyst
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.conversation import Conversation, Utterance
from discovery_agent.evals.harness.arms import AnalystKind, Arm
from discovery_agent.evals.harness.design import Design
from discovery_agent.evals.harness.metrics import Metric, SuiteName, SuiteTable
from discovery_agent.evals.harness.outcomes import Attempt, Note, Outcome
from discovery_agent.evals.harness.prompts_at import lay_out
from discovery_agent.evals.harness.running import run_experiment
from discovery_agent.evals.harness.suite import CaseRef, Split
from discovery_agent.models.budget import Budget
from discovery_agent.models.recordings import Mode, Place, Recordings
from discovery_agent.settings import Settings

ROOT = Path(__file__).parents[1]
REPLY = '{"findings": []}'
SIZES = (100, 1000)
NOTE = "What was found, with the words that prove it. " * 40
"""About as long as the notes of a transcript."""


class Nothing:
    """A suite whose cases take one call each and are scored at once."""

    name = SuiteName.EXTRACTION
    table = SuiteTable(
        suite=SuiteName.EXTRACTION,
        title="Nothing",
        unit="case",
        metrics=(Metric(name="found", title="Found", primary=True, margin=0.1),),
    )

    def __init__(self, count: int) -> None:
        self._cases = [CaseRef(id=f"case-{at}", split=Split.DEV, source=Path("."), digest=str(at)) for at in range(count)]

    def cases(self, split: Split) -> Sequence[CaseRef]:
        return self._cases

    async def run(self, case: CaseRef, bench: Workbench, repeat: int) -> Attempt:
        assert bench.model is not None
        await ask(bench.model, case.id)
        return Attempt(scores={"found": 0.0}, notes=(Note(kind="found", text=NOTE),))

    def figures(self, outcomes: Sequence[Outcome]) -> Mapping[str, object]:
        return {}


async def ask(model: LLMAnalyst, words: str) -> None:
    """One call."""
    said = Utterance(index=0, speaker="Ada", text=f"We want claims paid in five days ({words}).")
    talk = Conversation(id=words, title=words, source="talk.txt", format="text", participants=(), utterances=(said,))
    await model.extract(talk, model.windows(talk)[0])


async def serve() -> None:
    """Answer every call at once; prints its port."""

    def event(delta: object, finish: str | None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return f"data: {json.dumps({'id': 'x', 'object': 'chat.completion.chunk', 'created': 0, 'model': 'x', 'choices': [choice]})}\n\n"

    body = event({"role": "assistant", "content": REPLY}, None) + event({}, "stop") + "data: [DONE]\n\n"
    head = f"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: {len(body)}\r\n\r\n"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                sent = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
                await reader.readexactly(int(sent.partition("content-length:")[2].partition("\r\n")[0]))
                writer.write((head + body).encode())
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, limit=2**20)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def measure(count: int, folder: Path) -> dict[str, float]:
    """Milliseconds of a call alone and of a case, as time passed and as this process computed; peak megabytes before and after.

    Run in a process that measures nothing else.
    """
    arm = Arm(name="head", kind=AnalystKind.MODEL, model="openai:fake", prompts=lay_out(str(ROOT / "prompts"), folder / "prompts"))
    recordings = Recordings(folder / "recordings", Mode.OFF)

    async def experiment(cases: int, name: str) -> None:
        suite = Nothing(cases)
        design = Design.of([arm], [suite])
        ran = await run_experiment(design, [suite], folder / name, recordings=recordings, jobs=1)
        assert ran.done == cases and not ran.failed

    async def calls(model: LLMAnalyst) -> None:
        for at in range(count):
            await ask(model, f"alone-{at}")

    await experiment(5, "first")  # loads what is loaded once
    alone = LLMAnalyst.from_settings(Settings.load(model="openai:fake", cache_dir=folder / "cache", knowledge_tokens=0))
    uncached = alone.keeping(recordings.of(Place("extraction", "alone")), Budget(None))
    await ask(uncached, "first")
    call = await timed(calls(uncached), count)
    await alone.aclose()
    before = _peak()
    case = await timed(experiment(count, "measured"), count)
    return {"call": call[0], "call_cpu": call[1], "case": case[0], "case_cpu": case[1], "before": before, "after": _peak()}


async def timed(work: Coroutine[object, object, None], count: int) -> tuple[float, float]:
    """Milliseconds for each of so many: time passed, and time computed."""
    begun, computed = time.perf_counter(), time.process_time()
    await work
    return 1000 * (time.perf_counter() - begun) / count, 1000 * (time.process_time() - computed) / count


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print the table."""
    if sys.argv[1:] == ["serve"]:
        asyncio.run(serve())
        return
    if len(sys.argv) == 2:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(asyncio.run(measure(int(sys.argv[1]), Path(folder)))))
        return
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("pydantic-evals", "langchain"))
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, {versions}")
    print(f"{'':>6} {'call alone, ms':>16} {'case, ms':>16} {'overhead, ms':>16} {'memory, MB':>16}")
    print(f"{'cases':>6}" + f" {'passed':>8}{'computed':>9}" * 3 + f" {'peak':>8}{'grown':>8}")
    server = subprocess.Popen([sys.executable, "-m", "benchmarks.harness", "serve"], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert server.stdout is not None
        address = f"http://127.0.0.1:{server.stdout.readline().strip()}/v1"
        told = os.environ | {"OPENAI_BASE_URL": address, "OPENAI_API_KEY": "none"}
        for count in SIZES:
            command = [sys.executable, "-m", "benchmarks.harness", str(count)]
            answer = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT, env=told)
            took = json.loads(answer.stdout)
            over, over_cpu = took["case"] - took["call"], took["case_cpu"] - took["call_cpu"]
            print(
                f"{count:>6} {took['call']:>8.2f}{took['call_cpu']:>9.2f} {took['case']:>8.2f}{took['case_cpu']:>9.2f} "
                f"{over:>8.2f}{over_cpu:>9.2f} {took['after']:>8.0f}{took['after'] - took['before']:>8.1f}"
            )
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
