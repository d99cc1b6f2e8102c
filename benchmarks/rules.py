"""The rules analyst alone, on one core: `python -m benchmarks.rules`.

Conversations of 1,000, 3,000 and 10,000 utterances, put together from the sentences of the project's transcripts, each size in a process
of its own: seconds, and the most memory beyond what the process had before it read the conversation. And the tuning transcripts, one
after another, as transcripts a second.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import resource
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.retrieval import sentences

ROOT = Path(__file__).parents[1]
SIZES = (1_000, 3_000, 10_000)


async def conversation(utterances: int) -> dict[str, float]:
    """Seconds and megabytes for one conversation of that many utterances."""
    from discovery_agent.discovery.analyse import analyse_conversation
    from discovery_agent.discovery.workbench import Workbench
    from discovery_agent.domain.conversation import Conversation, Utterance
    from discovery_agent.settings import Settings

    pool, drawn = sentences(), random.Random(1)
    said = tuple(Utterance(index=at, speaker=f"Speaker {at % 5}", text=f"{drawn.choice(pool)} ({at})") for at in range(utterances))
    talk = Conversation(id="long", title="Long", source="long.txt", format="text", participants=(), utterances=said)
    bench = Workbench(Settings.load(model=None))
    short = talk.model_copy(update={"utterances": said[:50]})
    limit = asyncio.Semaphore(1)
    await analyse_conversation(short, bench.analyst, limit, tables=bench.tables)  # loads what is loaded once
    before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    done = await analyse_conversation(talk, bench.analyst, limit, tables=bench.tables)
    seconds = time.perf_counter() - begun
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {"utterances": utterances, "seconds": seconds, "MB": before / 1024, "more MB": grown / 1024, "findings": len(done.findings)}


async def transcripts() -> dict[str, float]:
    """Transcripts and words a second."""
    from discovery_agent.discovery.analyse import analyse_conversation
    from discovery_agent.discovery.files_read import read_conversations
    from discovery_agent.discovery.workbench import Workbench
    from discovery_agent.settings import Settings

    talks, _ = read_conversations(sorted((ROOT / "evals" / "extraction" / "cases").glob("*/transcript.txt")))
    bench, limit = Workbench(Settings.load(model=None)), asyncio.Semaphore(1)
    await analyse_conversation(talks[0], bench.analyst, limit, tables=bench.tables)
    begun = time.perf_counter()
    for talk in talks[1:]:
        await analyse_conversation(talk, bench.analyst, limit, tables=bench.tables)
    seconds = time.perf_counter() - begun
    words = sum(len(one.text.split()) for talk in talks[1:] for one in talk.utterances)
    return {"a second": (len(talks) - 1) / seconds, "words a second": words / seconds}


def measure(what: str) -> dict[str, float]:
    """One measurement in a process that measures nothing else, kept to one core."""
    answer = subprocess.run([sys.executable, "-m", "benchmarks.rules", what], check=True, capture_output=True, text=True, cwd=ROOT)
    return json.loads(answer.stdout.splitlines()[-1])


def main() -> None:
    """Print the figures."""
    if len(sys.argv) == 2:
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        print(json.dumps(asyncio.run(transcripts() if sys.argv[1] == "transcripts" else conversation(int(sys.argv[1])))))
        return
    for size in SIZES:
        print(measure(str(size)), flush=True)
    print(measure("transcripts"))


if __name__ == "__main__":
    main()
