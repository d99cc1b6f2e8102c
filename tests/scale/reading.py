"""Transcripts that several workers read, and a model that keeps count of who asked it what."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections import Counter

from tests import fake_model_server as fake
from tests.discovery.jobs.working import is_rating, until

LINES = 24


def transcript(about: str) -> bytes:
    """Some windows long, and unlike every other."""
    points = (f"Ada: Point {at} on {about} is that we have to deal with claims, letters, scans and calls." for at in range(LINES))
    return "\n".join(points).encode()


def _window(exchange: fake.Exchange) -> tuple[str, str, str]:
    """The first utterance that is to be read: its id, the point that it makes, and on what."""
    found = re.search(r"To read:\n(u\d+) Ada: (Point \d+) on (\w+)", exchange.text)
    assert found is not None, exchange.text
    return found[1], found[2], found[3]


class Read:
    """A model that finds one thing in each window. A process can be kept waiting from its n-th question on."""

    def __init__(self) -> None:
        self.asked: dict[str, list[str]] = {}
        """Each question, with the processes that asked it."""
        self.answered: Counter[str] = Counter()
        """Each question, and how often its answer went out."""
        self._left: dict[str, int] = {}
        self._kept: Counter[str] = Counter()
        self._lock = threading.Lock()

    def keep_waiting(self, process: str, after: int) -> None:
        """Answer so many questions of a process, and then none."""
        self._left[process] = after

    async def keeps_waiting(self, process: str, many: int) -> None:
        """Until so many questions of a process wait for their answer."""

        async def waits() -> bool:
            return self._kept[process] == many

        await until(waits)

    def answer_all(self) -> None:
        """Answer everything from now on, also what waits."""
        self._left.clear()

    def __call__(self, exchange: fake.Exchange) -> fake.Behaviour:
        process = exchange.headers["authorization"].removeprefix("Bearer sk-")
        question = json.dumps(exchange.body["messages"])
        with self._lock:
            self.asked.setdefault(question, []).append(process)
            waits = self._left.get(process) == 0
            self._kept[process] += waits
            if self._left.get(process):
                self._left[process] -= 1

        async def behave(request: fake.Exchange) -> None:
            while waits and self._left.get(process) == 0 and not request.closing.is_set():
                await asyncio.sleep(0.002)
            await fake.answer(_found(request))(request)
            with self._lock:
                self.answered[question] += 1

        return behave


def _found(exchange: fake.Exchange) -> dict[str, object]:
    if is_rating(exchange):
        return {"ratings": [], "data": []}
    utterance, point, about = _window(exchange)
    return {
        "findings": [
            {
                "quotes": [{"utterance": utterance, "text": f"{point} on {about} is that we have to deal with claims"}],
                "kind": "operational_goal",
                "statement": f"Deal with claims, as {point.lower()} on {about} says",
                "confidence": 0.9,
                "stance": None,
                "kpi": None,
            }
        ]
    }
