"""A batch of many transcripts through the whole command: `python -m benchmarks.large_batch [COUNT ...] [--rules] [--seconds S] [--concurrency N]`.

Each size in a process of its own, with invented transcripts that all differ, and with a local model server that answers after a fixed
time (or, with `--rules`, without a model). The ratio is wall time / (calls x time of an answer / concurrency). At last the same
command again, and again after one transcript was changed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from benchmarks.many_transcripts import write_transcripts

COMMAND = [sys.executable, "-c", "from discovery_agent.cli.main import main; main()"]


class Server:
    """Answers any number of requests at once, each after the same time, with what is in the request."""

    def __init__(self, seconds: float) -> None:
        self.calls = 0
        self._seconds = seconds
        self._ready = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True).start()
        self._ready.wait()

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._handle, "127.0.0.1", 0, backlog=1024)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await asyncio.Event().wait()

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
                size = re.search(r"content-length: (\d+)", head)
                body = json.loads(await reader.readexactly(int(size[1]) if size else 0))
                self.calls += 1
                await asyncio.sleep(self._seconds)
                events = "".join(f"data: {json.dumps(event)}\n\n" for event in _events(body)) + "data: [DONE]\n\n"
                answer = events.encode()
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: %d\r\n\r\n" % len(answer) + answer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            writer.close()


def _events(body: dict[str, Any]) -> list[dict[str, Any]]:
    said = "\n".join(message["content"] or "" for message in body["messages"])
    turns = re.findall(r"^(u\d+) [^:]+: (.*)$", said.split("To read:")[-1], re.MULTILINE)
    if "RatingsReply" in json.dumps(body.get("response_format", {})):
        reply: dict[str, Any] = {"ratings": [], "data": []}
    else:
        kinds = ("operational_goal", "process_step", "pain_point", "data_source")
        reply = {
            "findings": [
                {
                    "quotes": [{"utterance": turn, "text": text}],
                    "kind": kinds[at % 4],
                    "statement": text,
                    "confidence": 0.7,
                    "stance": None,
                    "kpi": None,
                }
                for at, (turn, text) in enumerate(turns[::2])
            ]
        }
    about = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": body.get("model")}
    choices = [{"index": 0, "delta": {"role": "assistant", "content": json.dumps(reply)}, "finish_reason": None}]
    ends = [{"index": 0, "delta": {}, "finish_reason": "stop"}]
    usage = {"prompt_tokens": 1500, "completion_tokens": 300, "total_tokens": 1800}
    return [about | {"choices": choices}, about | {"choices": ends}, about | {"choices": [], "usage": usage}]


def run(folder: Path, environment: dict[str, str], *more: str) -> tuple[float, float, float]:
    """Wall seconds, seconds of the processor, and peak megabytes of the command."""
    started = time.perf_counter()
    process = subprocess.Popen([*COMMAND, "analyze", "talks", "-o", "out", *more], cwd=folder, env=environment, stderr=subprocess.PIPE)
    assert process.stderr is not None
    said = process.stderr.read().decode()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"ended with {process.returncode}: {said}")
    return time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def measure(count: int, *, rules: bool, seconds: float, concurrency: int, knowledge: int) -> None:
    """Print the row of one size."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_transcripts(folder / "talks", count)
        server = Server(seconds)
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("DISCOVERY_", "OPENAI_"))}
        environment = clean | {
            "DISCOVERY_CACHE_DIR": str(folder / "cache"),
            "DISCOVERY_DATA_DIR": str(folder / "data"),
            "PYTHONPATH": os.getcwd(),
        }
        if not rules:
            environment |= {
                "DISCOVERY_MODEL": "openai:unheard-of",
                "OPENAI_API_KEY": "key",
                "OPENAI_BASE_URL": f"http://127.0.0.1:{server.port}/v1",
                "DISCOVERY_CONCURRENCY": str(concurrency),
                "DISCOVERY_KNOWLEDGE_TOKENS": str(knowledge),
                "DISCOVERY_INPUT_PRICE_USD": "1",
                "DISCOVERY_OUTPUT_PRICE_USD": "1",
            }
        wall, processor, megabytes = run(folder, environment)
        calls = server.calls
        again, processor_again, _ = run(folder, environment)
        calls_again = server.calls - calls
        first = next(iter(sorted((folder / "talks" / "000").iterdir())))
        first.write_text(first.read_text(encoding="utf-8").replace("the", "this", 1), encoding="utf-8")
        run(folder, environment)
        calls_changed = server.calls - calls - calls_again
    ratio = f"{wall / (calls * seconds / concurrency):.3f}" if calls and seconds else "-"
    print(
        f"{count:>7} {wall:>9.1f} {processor:>10.1f} {megabytes:>8.0f} {calls:>7} {ratio:>7} {again:>9.1f} {processor_again:>10.1f} "
        f"{calls_again:>7} {calls_changed:>8}",
        flush=True,
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("counts", type=int, nargs="*", default=[100, 1000])
    parser.add_argument("--rules", action="store_true")
    parser.add_argument("--seconds", type=float, default=0.0)
    parser.add_argument("--concurrency", type=int, default=8)
    parser.add_argument("--knowledge", type=int, default=500, help="tokens of knowledge pages in each call")
    given = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {platform.machine()}, Python {platform.python_version()}")
    print("  files    wall s processor s  peak MB   calls   ratio   again s processor s  calls  changed: calls")
    for count in given.counts:
        measure(count, rules=given.rules, seconds=given.seconds, concurrency=given.concurrency, knowledge=given.knowledge)


if __name__ == "__main__":
    main()
