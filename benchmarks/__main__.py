"""Every figure that this project aims at, in one table: `python -m benchmarks`, or some of its parts: `python -m benchmarks start batch`.

The physical limit of the program is its model, so most rows are ratios: what we take over what the model server alone takes, in one run.
Details of each part: `python -m benchmarks.chat`, `.batch`, `.rules`, `.retrieval`, `.growth`, `.command`, `.harness`, `.decisions`, `.soak`, `.pages`.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
COMMAND = [sys.executable, "-c", "from discovery_agent.cli.main import main; main()"]


class Row(NamedTuple):
    """A line of the table."""

    what: str
    how: str
    figure: str
    aim: str
    met: bool | None
    """None where there is nothing to reach, only to state."""


def start() -> Iterator[Row]:
    """The first byte of `--help`, and the server's first 200."""
    from benchmarks.growth import start_of_server

    times: list[float] = []
    for _ in range(5):
        begun = time.perf_counter()
        process = subprocess.Popen([*COMMAND, "--help"], stdout=subprocess.PIPE)
        assert process.stdout
        process.stdout.read(1)
        times.append(time.perf_counter() - begun)
        process.communicate()
    bare = _best(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True))
    heavy = _imported(("numpy", "openai", "langchain", "chromadb", "fastapi", "nicegui", "sqlalchemy", "pyarrow"))
    yield Row(
        "start: `--help` to its first byte",
        "seconds, best of 5; Python alone beside it",
        f"{min(times):.2f} ({bare:.2f})",
        "no heavy import",
        not heavy,
    )
    yield Row("start: server to its first 200", "seconds, best of 3", f"{start_of_server():.1f}", "stated", None)


def _imported(names: tuple[str, ...]) -> list[str]:
    """Which of these libraries `--help` imports."""
    code = "import sys; sys.argv = ['x', '--help']\nfrom discovery_agent.cli.main import main\ntry: main()\nfinally: print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    return [name for name in names if name in done.stderr.split()]


def _best(work: Callable[[], object]) -> float:
    times: list[float] = []
    for _ in range(5):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return min(times)


def chat() -> Iterator[Row]:
    """Time to the first streamed token of a reply, ours over the model server's own."""
    from statistics import median

    from benchmarks.chat.__main__ import _run

    for interviews, aim in ((1, 1.05), (50, None), (200, 1.25)):
        found = _run("api", interviews, 15 if interviews == 1 else 3)
        ratio = median(found.ours) / median(found.model)
        what = f"chat: first token, {interviews} interview{'s' if interviews > 1 else ''} at once"
        wanted = f"≤ {aim}" if aim else "stated"
        yield Row(what, "p50, ours / the model server's own", f"{ratio:.2f}", wanted, ratio <= aim if aim else None)


def batch() -> Iterator[Row]:
    """200 transcripts, beside LangExtract."""
    from benchmarks.batch.__main__ import CONCURRENCY, LATENCY_SECONDS, TRANSCRIPTS, measure

    found = measure(TRANSCRIPTS)
    own, peers = found.ours, found.peers
    yield Row(
        f"batch: makespan of {TRANSCRIPTS} transcripts",
        f"wall time of the whole command / ({own.calls} calls x {LATENCY_SECONDS:g} s / {CONCURRENCY})",
        f"{own.makespan:.2f} ({'; '.join(f'{one.name} {one.makespan:.2f}' for one in peers)})",
        "≤ 1.05",
        own.makespan <= 1.05,
    )
    yield Row(
        "batch: input tokens of one extraction pass",
        "sent / tokens of the transcripts",
        f"{own.tokens:.2f} ({'; '.join(f'{one.name} {one.tokens:.2f}' for one in peers)})",
        "≤ 1.15",
        own.tokens <= 1.15,
    )
    yield Row(
        "batch: the same without the instructions",
        "which are alike in each call, so that a provider can keep them",
        f"{own.fresh:.2f} ({'; '.join(f'{one.name} {one.fresh:.2f}' for one in peers)})",
        "stated",
        None,
    )
    yield Row(
        "batch: calls and wall seconds",
        "of both programs; ours reads twice, LangExtract once",
        f"{own.calls}, {own.seconds:.0f} ({'; '.join(f'{one.name} {one.calls}, {one.seconds:.0f}' for one in peers)})",
        "stated",
        None,
    )
    yield Row(
        "batch: altered quotes accepted",
        "of those that the model gave out",
        f"{own.accepted} of {own.altered} ({'; '.join(f'{one.name} {one.accepted} of {one.altered}' for one in peers)})",
        "0",
        own.accepted == 0,
    )
    again = found.again / found.needed
    yield Row("batch: after one changed transcript", "calls made / calls that it needs", f"{again:.2f}", "1.00", again == 1)


def rules() -> Iterator[Row]:
    """The rules analyst on one core."""
    from benchmarks.rules import SIZES, measure

    speed = measure("transcripts")
    yield Row(
        "rules analyst: transcripts a second",
        "tuning transcripts, one core",
        f"{speed['a second']:.2f} ({speed['words a second']:.0f} words a second)",
        "stated",
        None,
    )
    small, *_, large = (measure(str(size)) for size in SIZES)
    growth = (large["seconds"] / small["seconds"]) / (large["utterances"] / small["utterances"])
    yield Row(
        f"rules analyst: {SIZES[-1]:,} utterances",
        "seconds; most memory, and of it beyond the start",
        f"{large['seconds']:.0f} s; {large['MB'] + large['more MB']:.0f} MB, {large['more MB']:.0f} MB",
        "stated",
        None,
    )
    yield Row(
        "rules analyst: growth with length",
        f"time per utterance, {SIZES[-1]:,} / {SIZES[0]:,}",
        f"{growth:.2f}",
        "linear: about 1",
        growth < 1.3,
    )


def retrieval() -> Iterator[Row]:
    """Search among 100,000 passages, and what it finds."""
    done = subprocess.run([sys.executable, "-m", "benchmarks.retrieval", "100000"], check=True, capture_output=True, text=True, cwd=ROOT)
    found = json.loads(done.stdout)
    p50, p95 = found["ours_ms"]
    both = found["chroma_ms"][0] + found["bm25s_ms"][0]
    yield Row(
        "retrieval: latency among 100,000 passages", "p50/p95 ms; Chroma + bm25s alone", f"{p50:.1f}/{p95:.1f} ({both:.1f})", "stated", None
    )
    for name, title in (("recall_at_5", "recall@5"), ("mrr", "MRR")):
        words, meaning, fused = (found[name][arm] for arm in ("words", "meaning", "fused"))
        yield Row(
            f"retrieval: {title} among 100,000 passages",
            "fused; keywords alone, vectors alone",
            f"{fused:.2f} ({words:.2f}, {meaning:.2f})",
            "fused beats each",
            fused > max(words, meaning),
        )


def growth() -> Iterator[Row]:
    """One engagement at 10, 100 and 1,000 conversations."""
    from benchmarks.growth import SIZES

    found = [
        json.loads(
            subprocess.run(
                [sys.executable, "-m", "benchmarks.growth", str(size)], check=True, capture_output=True, text=True, cwd=ROOT
            ).stdout.splitlines()[-1]
        )
        for size in SIZES
    ]
    times = [one["assessment s"] for one in found]
    each = (times[2] / times[1]) / (SIZES[2] / SIZES[1])
    yield Row(
        "growth: assessment of 10, 100, 1,000 conversations",
        "seconds; time per conversation, 1,000 / 100",
        f"{', '.join(f'{one:.1f}' for one in times)}; {each:.2f}",
        "near-linear",
        each < 1.3,
    )
    yield Row(
        "growth: memory at 10, 100, 1,000 conversations", "most MB", ", ".join(f"{one['peak MB']:.0f}" for one in found), "stated", None
    )
    slowest = max(found[2]["lists"].items(), key=lambda one: one[1])
    yield Row("growth: slowest list at 1,000 conversations", "ms of the server", f"{slowest[1]:.0f} ({slowest[0]})", "stated", None)


def pages() -> Iterator[Row]:
    """What a browser is sent, and how soon a page can be used."""
    from benchmarks.pages import SLOWER, measure

    for one in measure(("overview", "interview"), ("Fast 4G",)):
        sizes = f"{one.cold.bytes / 1000:.0f}, {one.warm.bytes / 1000:.0f}"
        yield Row(f"pages: weight of {one.name}", "kB sent, first visit and again", sizes, "stated", None)
        first, again = one.slow["Fast 4G"]
        times = f"{one.cold.usable / 1000:.1f}, {one.warm.usable / 1000:.1f}; {first.usable / 1000:.1f}, {again.usable / 1000:.1f}"
        how = f"seconds, first visit and again; on Fast 4G with a processor {SLOWER} times slower"
        yield Row(f"pages: {one.name} can be used", how, times, "stated", None)


PARTS: dict[str, Callable[[], Iterator[Row]]] = {
    "start": start,
    "chat": chat,
    "batch": batch,
    "rules": rules,
    "retrieval": retrieval,
    "growth": growth,
    "pages": pages,
}


def machine() -> str:
    """The machine and the versions."""
    kinds = re.findall(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8")) if Path("/proc/cpuinfo").exists() else []
    names = ("discovery-agent", "fastapi", "langchain-openai", "openai", "chromadb", "numpy", "langextract")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    return f"{os.cpu_count()} cores ({kinds[0] if kinds else platform.machine()}), {platform.system()}, Python {platform.python_version()}, {versions}"


def main() -> None:
    """Print the table, a row as soon as it is measured."""
    wanted = sys.argv[1:] or list(PARTS)
    unknown = [one for one in wanted if one not in PARTS]
    if unknown:
        raise SystemExit(f"There is no part {', '.join(unknown)}. Parts: {', '.join(PARTS)}.")
    print(machine(), flush=True)
    print("\n| what | measured as | figure | aim | |\n|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("DISCOVERY_CACHE_DIR", folder)
        for name in wanted:
            for row in PARTS[name]():
                mark = {True: "reached", False: "NOT reached", None: ""}[row.met]
                print(f"| {row.what} | {row.how} | {row.figure} | {row.aim} | {mark} |", flush=True)


if __name__ == "__main__":
    main()
