"""Speed and memory of the whole command: `python -m benchmarks.command`.

Takes the longest meeting of `../shared/data/meetings` (or of DISCOVERY_TEST_DATA) where it is, and otherwise the
annotated transcripts one after another; analyses 1, 10 and 100 copies, each size in a process of its own.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
COMMAND = [sys.executable, "-c", "from discovery_agent.cli.main import main; main()"]


def longest_meeting() -> list[dict[str, str]]:
    """Turns of a long conversation, as speaker and content."""
    data = Path(os.environ.get("DISCOVERY_TEST_DATA", ROOT.parent / "shared" / "data"))
    meetings = sorted((data / "meetings").glob("*.json"), key=lambda path: path.stat().st_size)
    if meetings:
        return json.loads(meetings[-1].read_text(encoding="utf-8"))["meeting_transcripts"]
    turns: list[dict[str, str]] = []
    for path in sorted((ROOT / "evals" / "extraction" / "cases").glob("*/transcript.txt")):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        turns += [{"speaker": f"Speaker {number % 4}", "content": line} for number, line in enumerate(lines)]
    return turns


def measure(copies: int) -> tuple[float, float]:
    """Seconds and peak megabytes of `analyze` over this many copies. Run in a process that measures nothing else."""
    turns = longest_meeting()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(copies):
            # A word of its own makes each copy a conversation of its own.
            own = [{**turns[0], "content": f"{turns[0]['content']} Copy {number}."}, *turns[1:]]
            Path(folder, f"meeting-{number:03}.json").write_text(json.dumps({"meeting_transcripts": own}), encoding="utf-8")
        started = time.perf_counter()
        subprocess.run([*COMMAND, "analyze", folder, "--out", str(Path(folder, "out")), "--quiet"], check=True)
        seconds = time.perf_counter() - started
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def start_of_help() -> float:
    """Best of five times of `--help`, in seconds, with warm caches."""
    times: list[float] = []
    for _ in range(5):
        started = time.perf_counter()
        subprocess.run([*COMMAND, "--help"], check=True, capture_output=True)
        times.append(time.perf_counter() - started)
    return min(times)


def main() -> None:
    """Print the table."""
    if len(sys.argv) == 2:
        print(*measure(int(sys.argv[1])))
        return
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("numpy", "tokenizers", "langchain"))
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, {versions}")
    print(f"words in the conversation: {sum(len(turn['content'].split()) for turn in longest_meeting())}")
    print(f"{'copies':>6} {'seconds':>8} {'per copy':>9} {'peak MB':>8}")
    for copies in (1, 10, 100):
        command = [sys.executable, "-m", "benchmarks.command", str(copies)]
        answer = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
        seconds, megabytes = map(float, answer.stdout.split())
        print(f"{copies:>6} {seconds:>8.1f} {seconds / copies:>9.2f} {megabytes:>8.0f}")
    print(f"--help: {start_of_help():.2f} s")


if __name__ == "__main__":
    main()
