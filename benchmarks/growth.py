"""One engagement that grows: `python -m benchmarks.growth`.

10, 100 and 1,000 conversations with 50 findings each, each size in a process of its own: the rules alone, a whole assessment and one
after a further conversation, how long the event loop is kept waiting meanwhile, and the server's time for each list through the API.
Embedding (measured by `benchmarks.embeddings`) is left out, and knowledge pages but in a process of its own. At last, the start of the server.
"""

from __future__ import annotations

import asyncio
import importlib.metadata
import json
import os
import platform
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.organisation import MadeUpEmbeddings, conversations, findings
from discovery_agent.discovery import assessing
from discovery_agent.discovery.analyse import compared_texts
from discovery_agent.discovery.assessments import interview_known
from discovery_agent.discovery.engagements import add_stakeholder, create_engagement
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conflicts import find_conflicts
from discovery_agent.domain.conversation import Conversation
from discovery_agent.domain.decisions import decide
from discovery_agent.domain.engagement import ConversationRecord, ConversationState, Job, JobKind
from discovery_agent.domain.findings import Finding
from discovery_agent.domain.merging import build_goal_tree
from discovery_agent.errors import IndexUnavailable
from discovery_agent.knowledge.likeness import Likeness
from discovery_agent.knowledge.tables import load_tables
from discovery_agent.settings import Settings, data_folder

ROOT = Path(__file__).parents[1]
SIZES = (10, 100, 1000)
RUNS = 5
_LISTS = (
    "conversations",
    "findings",
    "findings?q=invoices",
    "findings?kind=kpi&offset=400",
    "assessments/latest",
    "goal-tree",
    "kpis",
    "verdicts",
    "verdicts?offset=25",
    "conflicts",
    "agenda",
    "agenda/by-person",
    "coverage",
    "changes",
    "jobs",
)


class NoKnowledge:
    """Knowledge pages are not measured here."""

    @property
    def corpus_pages(self) -> object:
        raise IndexUnavailable("No knowledge in this measurement.")

    def close(self) -> None:
        pass


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    done = work()
    return time.perf_counter() - started, done


def rules_alone(found: Sequence[Finding], talks: Sequence[Conversation]) -> dict[str, float]:
    """Seconds of the goal tree, of conflicts, and of all decisions."""
    tables = load_tables(data_folder("knowledge"))
    texts = compared_texts(found)
    likeness = Likeness(texts, MadeUpEmbeddings().embed(texts))
    tree_s, tree = seconds(lambda: build_goal_tree(found, likeness))
    conflicts_s, _ = seconds(lambda: find_conflicts(tree, found, likeness))
    decide_s, _ = seconds(lambda: decide(found, tree, talks, tables, likeness))
    return {"tree s": tree_s, "conflicts s": conflicts_s, "decide s": decide_s}


async def store(ws: Workspace, engagement_id: str, talk: Conversation) -> None:
    """A conversation that was analysed."""
    record = ConversationRecord(
        id=talk.id,
        engagement_id=engagement_id,
        kind=talk.kind,
        title=talk.title,
        source=talk.source,
        format=talk.format,
        state=ConversationState.ANALYSED,
        created_at=ws.now(),
    )
    async with ws.database.unit() as unit:
        await unit.conversations.add(record, talk.utterances, participants=talk.participants)
        await unit.findings.put(engagement_id, talk.id, findings(talk, ws.bench.tables))


async def assess(ws: Workspace, engagement_id: str, *, large: int) -> tuple[float, float]:
    """Seconds of an assessment, in a process of its own beyond so many findings; and how long the event loop was kept waiting at most, in milliseconds."""
    now = ws.now()
    job = Job(id="j", engagement_id=engagement_id, kind=JobKind.ASSESS, title="", created_at=now, updated_at=now)
    longest = 0.0

    async def tick() -> None:
        nonlocal longest
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.005)
            longest = max(longest, time.perf_counter() - before - 0.005)

    ticking = asyncio.create_task(tick())
    assessing.LARGE = large
    started = time.perf_counter()
    await assessing.assess_engagement(ws, job, _no_steps)
    took = time.perf_counter() - started
    ticking.cancel()
    return took, longest * 1000


async def _no_steps(_name: str, work: Callable[[], Awaitable[Any]]) -> Any:
    return await work()


async def lists(ws: Workspace, engagement_id: str) -> dict[str, float]:
    """Milliseconds of the server for each list: the median of some calls, none of which is the first."""
    import httpx2

    from discovery_agent.discovery.access import owner_link, redeem
    from discovery_agent.web.app import create_app
    from discovery_agent.web.pace import Paces

    secret = await owner_link(ws, again=True)
    assert secret is not None
    session, _ = await redeem(ws, secret)
    app = create_app(ws, pages=False, paces=Paces())
    times: dict[str, float] = {}
    headers = {"Authorization": f"Bearer {session}"}
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://here", headers=headers) as client:
        for name in _LISTS:
            took: list[float] = []
            for _ in range(RUNS + 1):
                started = time.perf_counter()
                answer = await client.get(f"/api/v1/engagements/{engagement_id}/{name}")
                took.append(1000 * (time.perf_counter() - started))
                answer.raise_for_status()
            times[name] = statistics.median(took[1:])
    started = time.perf_counter()
    for _ in range(RUNS):
        await interview_known(ws, engagement_id)
    times["(known, before a question)"] = 1000 * (time.perf_counter() - started) / RUNS
    return times


async def measure(count: int, folder: Path) -> dict[str, Any]:
    """Everything for one size. Run in a process that measures nothing else."""
    talks = list(conversations(count + 1))
    before, last = talks[:-1], talks[-1]
    tables = load_tables(data_folder("knowledge"))
    figures: dict[str, Any] = {"conversations": count, **rules_alone([one for talk in before for one in findings(talk, tables)], before)}
    async with await Workspace.open(
        Settings.load(data_dir=folder, cache_dir=Settings.load().cache_dir, model=None, database_url=None)
    ) as ws:
        bench: Any = ws.bench
        bench.embeddings, bench.knowledge = MadeUpEmbeddings(), NoKnowledge()
        engagement = await create_engagement(ws, "Growth")
        for talk in before:
            await store(ws, engagement.id, talk)
        figures["assessment s"], figures["loop kept in a thread ms"] = await assess(ws, engagement.id, large=sys.maxsize)
        await store(ws, engagement.id, last)
        figures["after one more s"], _ = await assess(ws, engagement.id, large=sys.maxsize)
        # All texts have vectors by now, so the process, which has the real model, asks it for knowledge pages only.
        await add_stakeholder(ws, engagement.id, "Somebody")
        figures["first in a process s"], _ = await assess(ws, engagement.id, large=0)
        await add_stakeholder(ws, engagement.id, "Somebody else")
        figures["next in a process s"], figures["loop kept by a process ms"] = await assess(ws, engagement.id, large=0)
        figures["lists"] = await lists(ws, engagement.id)
    figures["database MB"] = sum(file.stat().st_size for file in folder.glob("discovery.db*")) / 1e6
    figures["peak MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures["peak MB of the process"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return figures


def start_of_server() -> float:
    """Seconds from the command to the first 200 of /healthz; the best of three, with warm caches."""
    times: list[float] = []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            environment = os.environ | {"DISCOVERY_DATA_DIR": folder}
            command = [sys.executable, "-c", "from discovery_agent.cli.main import main; main()", "serve", "--port", "0"]
            started = time.perf_counter()
            process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            assert process.stdout is not None
            found = re.search(r"http://\S+", process.stdout.readline())
            assert found is not None
            urllib.request.urlopen(f"{found[0]}/healthz", timeout=10).close()
            times.append(time.perf_counter() - started)
            process.terminate()
            process.communicate()
    return min(times)


def main() -> None:
    """Print the tables."""
    if len(sys.argv) == 2:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(asyncio.run(measure(int(sys.argv[1]), Path(folder)))))
        return
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("sqlalchemy", "fastapi", "dbos", "numpy"))
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, {versions}, SQLite")
    found: list[dict[str, Any]] = []
    for size in SIZES:
        answer = subprocess.run(
            [sys.executable, "-m", "benchmarks.growth", str(size)], check=True, capture_output=True, text=True, cwd=ROOT
        )
        found.append(json.loads(answer.stdout.splitlines()[-1]))
    for name in (name for name in found[0] if name != "lists"):
        print(f"{name:<32}" + "".join(f"{figures[name]:>10.2f}" if name.endswith(" s") else f"{figures[name]:>10.0f}" for figures in found))
    print("milliseconds of the server:")
    for name in found[0]["lists"]:
        print(f"  {name:<30}" + "".join(f"{figures['lists'][name]:>10.1f}" for figures in found))
    print(f"start to the first 200 of /healthz: {start_of_server():.2f} s")


if __name__ == "__main__":
    main()
