"""The service under load for an hour: `python -m benchmarks.soak`.

The real command `serve`, on SQLite, with a model server in a process of its own. Simulated stakeholders (the personas of the evaluation
harness) begin their interviews one after another over the whole time, answer, think, close with the recap and release; meanwhile
transcripts are uploaded at a fixed pace, and the lead looks at every list. Each half minute the memory, open files, threads and
processor time of the server are noted. At the end: everything that went wrong, and how memory went after the warm-up.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from discovery_agent.cli.main import main; main()"]
ENGAGEMENTS = 5
SAMPLE_SECONDS = 30.0
LOOKING_SECONDS = 7.0
LISTS = (
    "conversations",
    "findings",
    "goal-tree",
    "kpis",
    "verdicts",
    "conflicts",
    "agenda",
    "coverage",
    "changes",
    "jobs",
    "assessments/latest",
)


@dataclass
class Load:
    """How much is asked of the service."""

    seconds: float
    interviews: int
    thinking: float
    upload_every: float


@dataclass
class Seen:
    """What was seen."""

    begun: float = field(default_factory=time.monotonic)
    samples: list[dict[str, float]] = field(default_factory=list[dict[str, float]])
    first_words: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    """Seconds since the beginning, and seconds to the first word of a reply."""
    looks: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    counts: Counter[str] = field(default_factory=Counter[str])
    wrong: Counter[str] = field(default_factory=Counter[str])

    @property
    def now(self) -> float:
        return time.monotonic() - self.begun


class Client:
    """Asks the service as one person, and notes whatever is not as it should be."""

    def __init__(self, http: httpx2.AsyncClient, key: str, seen: Seen) -> None:
        self._http = http
        self._headers = {"authorization": f"Bearer {key}"}
        self._seen = seen

    async def ask(self, method: str, path: str, *, well: tuple[int, ...] = (200, 201, 202, 204), **more: Any) -> Any:
        response = await self._http.request(method, f"/api/v1{path}", headers=self._headers, **more)
        if response.status_code not in well:
            self._seen.wrong[f"{method} {re.sub('/[a-z]+_[^/]+', '/…', path)}: {response.status_code} {response.text[:120]}"] += 1
            return None
        return response.json() if response.content else None

    async def hear(self, path: str, body: dict[str, Any]) -> tuple[str, str | None]:
        """The words of a reply, and the name of the event that ended it."""
        begun, first, words, last = time.perf_counter(), None, [], None
        async with self._http.stream("POST", f"/api/v1{path}", json=body, headers=self._headers) as response:
            if response.status_code != 200:
                await response.aread()
                self._seen.wrong[f"POST {re.sub('/[a-z]+_[^/]+', '/…', path)}: {response.status_code} {response.text[:120]}"] += 1
                return "", "refused"
            async for line in response.aiter_lines():
                if line.startswith("event:"):
                    last = line[6:].strip()
                elif line.startswith("data:") and last == "delta":
                    first = first or time.perf_counter() - begun
                    words.append(json.loads(line[5:]).get("text") or "")
        if first is not None:
            self._seen.first_words.append((self._seen.now, first))
        if last == "failed":
            self._seen.wrong[f"POST {path.rpartition('/')[2]}: the stream failed"] += 1
        return "".join(words), last


async def interview(number: int, engagement: str, owner: Client, http: httpx2.AsyncClient, seen: Seen, thinking: float, embed: Any) -> None:
    """One stakeholder, from the invitation to the release."""
    from discovery_agent.evals.interview_personas import load_personas
    from discovery_agent.evals.interview_simulator import Simulator

    shuffle = random.Random(number)
    personas = load_personas(ROOT / "evals" / "interview" / "personas")
    persona = personas[number % len(personas)]
    simulator = Simulator(persona, embed)
    added = await owner.ask(
        "POST", f"/engagements/{engagement}/stakeholders", json={"name": f"{persona.name} {number}", "role": persona.role}
    )
    invited = added and await owner.ask("POST", f"/engagements/{engagement}/invites", json={"stakeholder_id": added["id"]})
    if not invited:
        return
    own = Client(http, invited["link"].rpartition("/")[2] if "link" in invited else invited["secret"], seen)
    begun = await own.ask("POST", f"/engagements/{engagement}/interviews", json={})
    if not begun:
        return
    at = f"/conversations/{begun['id']}"
    said, _ = await own.hear(f"{at}/opening", {})
    seen.counts["interviews begun"] += 1
    turn = 0
    for turn in range(40):
        view = await own.ask("GET", at)
        if not view or view["record"]["state"] != "open":
            break
        await asyncio.sleep(shuffle.uniform(0.5, 1.5) * thinking)
        answer = await asyncio.to_thread(simulator.answer, said)
        said, ended = await own.hear(f"{at}/turns", {"text": answer.text, "client_key": f"a{turn}"})
        seen.counts["answers"] += 1
        if ended in ("refused", "failed"):
            break
    if turn > 30:
        await own.ask("POST", f"{at}/stop")
    view = await own.ask("GET", at)
    lines = {one["id"]: {"decision": "confirm"} for one in (view or {}).get("recap", ())}
    if await own.ask("POST", f"{at}/recap", json={"decisions": lines, "rating": 4, "release": True}):
        seen.counts["interviews released"] += 1


def transcripts() -> Iterator[tuple[str, str]]:
    """Names and texts of transcripts without end, no two alike."""
    files = sorted(ROOT.glob("samples/*/*.txt")) + sorted(ROOT.glob("evals/extraction/cases/*/transcript.txt"))
    number = 0
    while True:
        for file in files:
            number += 1
            text = file.read_text(encoding="utf-8")
            yield f"{file.parent.name}-{number}{file.suffix}", f"{text.rstrip()}\n\nMara: And that was meeting number {number} about it.\n"


async def upload(engagement: str, owner: Client, seen: Seen, name: str, text: str) -> None:
    """One transcript, followed to the end of its job."""
    handed = await owner.ask("POST", f"/engagements/{engagement}/transcripts", files={"files": (name, text.encode())})
    if handed is None:
        return
    seen.counts["transcripts uploaded"] += 1
    jobs = handed["jobs"] if isinstance(handed, dict) and "jobs" in handed else handed if isinstance(handed, list) else [handed]
    for _ in range(300):
        await asyncio.sleep(2.0)
        now = await owner.ask("GET", f"/engagements/{engagement}/jobs/{jobs[0]['id']}")
        if now is None:
            return
        if now["state"] in ("done", "failed"):
            seen.counts[f"transcript jobs {now['state']}"] += 1
            if now["state"] == "failed":
                seen.wrong[f"job: {now['message']}"] += 1
            return
    seen.wrong["job: not ended after 10 minutes"] += 1


async def look(engagement: str, owner: Client, seen: Seen) -> None:
    """The lead looks at every list."""
    for name in LISTS:
        begun = time.perf_counter()
        await owner.ask("GET", f"/engagements/{engagement}/{name}", well=(200, 404))
        seen.looks.append((seen.now, time.perf_counter() - begun))


async def every(seconds: float, until: float, seen: Seen, work: Any) -> None:
    """Begin some work again and again; each runs beside the next."""
    running: set[asyncio.Task[Any]] = set()
    number = 0
    while seen.now < until:
        task = asyncio.create_task(_noted(work(number), seen))
        running.add(task)
        task.add_done_callback(running.discard)
        number += 1
        await asyncio.sleep(seconds)
    await asyncio.gather(*running)


async def _noted(work: Any, seen: Seen) -> None:
    try:
        await work
    except Exception as error:
        seen.wrong[f"{type(error).__name__}: {str(error)[:120]}"] += 1


async def hold(load: Load, address: str, owner_secret: str, server: int, data: Path, seen: Seen) -> None:
    """The whole load."""
    from discovery_agent.knowledge.embeddings import MiniLMEmbeddings

    embed = MiniLMEmbeddings().embed
    # The server closes connections that were idle for five seconds; one that is used again just then would be an error of ours.
    limits = httpx2.Limits(max_connections=400, keepalive_expiry=2.0)
    async with httpx2.AsyncClient(base_url=address, timeout=120, limits=limits) as http:
        entered = await http.post("/api/v1/sessions", json={"secret": owner_secret})
        owner = Client(http, entered.json()["session"], seen)
        engagements: list[str] = []
        for number in range(ENGAGEMENTS):
            made = await owner.ask("POST", "/engagements", json={"title": f"Soak {number}", "question_budget": 12})
            engagements.append(made["id"])
        texts = transcripts()

        async def uploading(number: int) -> None:
            name, text = next(texts)
            await upload(engagements[number % ENGAGEMENTS], owner, seen, name, text)

        async def interviewing(number: int) -> None:
            await interview(number, engagements[number % ENGAGEMENTS], owner, http, seen, load.thinking, embed)

        async def looking(number: int) -> None:
            await look(engagements[number % ENGAGEMENTS], owner, seen)

        async def sampling(_: int) -> None:
            seen.samples.append({"at": seen.now, **sample(server, data)})
            if len(seen.samples) % 10 == 1:
                print(f"{seen.now / 60:5.1f} min  {seen.samples[-1]}  {dict(seen.counts)}  wrong: {dict(seen.wrong)}", flush=True)

        most = 0.92 * load.seconds  # the last interviews need time to end
        await asyncio.gather(
            every(most / load.interviews, most - 1, seen, interviewing),
            every(load.upload_every, most, seen, uploading),
            every(LOOKING_SECONDS, load.seconds, seen, looking),
            every(SAMPLE_SECONDS, load.seconds, seen, sampling),
        )


def sample(pid: int, data: Path) -> dict[str, float]:
    """Memory, open files, threads and processor seconds of a process, and the size of its data."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return {
        "MB": int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) // 1024,
        "files": len(list(Path(f"/proc/{pid}/fd").iterdir())),
        "threads": int(re.findall(r"Threads:\s+(\d+)", status)[0]),
        "CPU s": round((int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")),
        "data MB": sum(one.stat().st_size for one in data.rglob("*") if one.is_file()) // 2**20,
    }


def report(seen: Seen, load: Load, log: str) -> None:
    """Print what was seen."""
    print(f"\n{dict(seen.counts)} in {seen.now / 60:.1f} minutes")
    third = load.seconds / 3
    for title, times in (("first word of a reply", seen.first_words), ("a list", seen.looks)):
        for name, low, high in (("first third", 0.0, third), ("last third", 2 * third, 1e9)):
            part = sorted(took for at, took in times if low <= at < high)
            if part:
                print(
                    f"{title}, {name}: p50 {1000 * statistics.median(part):.0f} ms, p95 {1000 * part[int(0.95 * (len(part) - 1))]:.0f} ms ({len(part)})"
                )
    late = [one for one in seen.samples if one["at"] >= load.seconds / 4]
    if len(late) > 2:
        print(f"after the warm-up (a quarter of the time), {len(late)} samples:")
        for name in ("MB", "files", "threads"):
            slope = statistics.linear_regression([one["at"] / 3600 for one in late], [one[name] for one in late]).slope
            print(
                f"  {name}: from {late[0][name]:.0f} to {late[-1][name]:.0f}, most {max(one[name] for one in late):.0f}, slope {slope:+.1f} an hour"
            )
    print(f"errors seen by clients: {sum(seen.wrong.values())}")
    for what, count in seen.wrong.most_common(20):
        print(f"  {count} x {what}")
    lines = [line for line in log.splitlines() if re.search(r"warning|error|critical|traceback", line, re.IGNORECASE)]
    print(f"warnings and errors in the server's log: {len(lines)}")
    for line in lines[:20]:
        print(f"  {line[:200]}")


def main() -> None:
    """Start the processes, hold the load, print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model-server", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--interviews", type=int, default=100)
    parser.add_argument("--thinking", type=float, default=15.0, help="seconds between a question and its answer")
    parser.add_argument("--upload-every", type=float, default=20.0, metavar="SECONDS")
    given = parser.parse_args()
    if given.model_server:
        from benchmarks.soak.model_server import serve

        asyncio.run(serve())
        return
    load = Load(60 * given.minutes, given.interviews, given.thinking, given.upload_every)
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}; {load}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        fake = subprocess.Popen([sys.executable, "-m", "benchmarks.soak", "--model-server"], stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert fake.stdout
        environment = os.environ | {
            "DISCOVERY_MODEL": "openai:fake",
            "OPENAI_API_KEY": "none",
            "OPENAI_BASE_URL": f"http://127.0.0.1:{int(fake.stdout.readline())}/v1",
            "DISCOVERY_DATA_DIR": folder,
            "DISCOVERY_CACHE_DIR": f"{folder}/cache",
        }
        with (data / "server.log").open("w", encoding="utf-8") as log:
            server = subprocess.Popen(
                [*COMMAND, "serve", "--port", "0"], env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert server.stdout
        seen = Seen()
        try:
            address = secret = ""
            while not secret:
                line = server.stdout.readline()
                address = address or "".join(re.findall(r"http://[\w.:\[\]]+", line))
                secret = "".join(re.findall(r"/enter/(\S+)", line))
            asyncio.run(hold(load, address, secret, server.pid, data, seen))
        finally:
            server.terminate()
            try:
                ended = server.wait(60)
                print(f"the server ended with {ended}")
            except subprocess.TimeoutExpired:
                seen.wrong["the server did not end within a minute"] += 1
                server.kill()
            fake.terminate()
        report(seen, load, (data / "server.log").read_text(encoding="utf-8", errors="replace"))


if __name__ == "__main__":
    main()
