"""A process that writes: answers with a finding each, one unit for both, saying after each commit how many there are.

    python -m tests.storage.writer URL ENGAGEMENT CONVERSATION [ANSWERS]

Without a number of answers it goes on until it is killed.
"""

from __future__ import annotations

import asyncio
import sys
from itertools import count

from discovery_agent.storage import Database
from tests.storage.filling import answer, finding


async def write(url: str, of: str, talk: str, answers: str | None = None) -> None:
    """Go on from where the conversation is."""
    database = await Database.open(url)
    async with database.reading() as unit:
        first = (await unit.conversations.get(of, talk)).utterances
    for index in count(first) if answers is None else range(first, first + int(answers)):
        async with database.unit() as unit:
            await unit.conversations.append(of, talk, answer(index, f"Answer {index}", key=f"k{index}"))
            await unit.findings.put(of, talk, [finding(talk, f"Answer {index}", said=index)])
        print(index + 1, flush=True)
    await database.aclose()


if __name__ == "__main__":
    asyncio.run(write(*sys.argv[1:]))
