"""How many sentences a second the local embedding model encodes, with one and with two threads.

Run `python -m benchmarks.embeddings`. Each thread count runs in a process of its own, because the
matrix library reads it once, when it loads.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from time import perf_counter

SENTENCES = 512
_TEXT = (
    "we want to cut the time that claims handlers spend on typing invoices into the old system "
    "because customers wait nine days for an answer and some of them leave before it comes"
)
_WORDS = _TEXT.split()


def sentences(count: int) -> list[str]:
    """Distinct sentences of 8 to 30 words, the same on every run."""
    made: list[str] = []
    for number in range(count):
        length = 8 + number % 23
        words = [_WORDS[(number * 7 + place * (1 + number % 5)) % len(_WORDS)] for place in range(length)]
        made.append(f"Case {number}: {' '.join(words)}.")
    return made


def measure() -> None:
    """Print one row for the thread count of this process."""
    from discovery_agent.knowledge.embeddings import MiniLMEmbeddings

    embeddings = MiniLMEmbeddings(remember=0)
    started = perf_counter()
    embeddings.embed(["warm up"])
    loaded = perf_counter() - started
    texts = sentences(SENTENCES)
    times: list[float] = []
    for _ in range(3):
        started = perf_counter()
        embeddings.embed(texts)
        times.append(perf_counter() - started)
    started = perf_counter()
    for text in texts[:64]:
        embeddings.embed([text])
    one = (perf_counter() - started) / 64
    threads = os.environ["OPENBLAS_NUM_THREADS"]
    print(f"| {threads} | {SENTENCES / min(times):.0f} | {one * 1000:.1f} | {loaded:.2f} |")


def main() -> None:
    """Print the table."""
    import numpy

    versions = f"Python {platform.python_version()}, numpy {numpy.__version__}"
    print(f"{platform.machine()}, {os.cpu_count()} cores, {versions}")
    print(f"{SENTENCES} distinct sentences of 8 to 30 words\n")
    print("| threads | sentences/s | ms for one | s to load |\n|---|---|---|---|", flush=True)
    for threads in ("1", "2"):
        settings = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), threads)
        command = [sys.executable, "-m", "benchmarks.embeddings", "--measure"]
        subprocess.run(command, env={**os.environ, **settings, "TOKENIZERS_PARALLELISM": "false"}, check=True)


if __name__ == "__main__":
    if "--measure" in sys.argv:
        measure()
    else:
        main()
