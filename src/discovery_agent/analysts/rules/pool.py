"""The rules analyst on all cores: conversations are read in processes of their own, each whole in one of them.

Both passes over a conversation share the vectors of its sentences, which are most of the work, so they run in the same process. On one core
a process reads as fast as here; starting one takes about two seconds, so it pays from some dozens of conversations on.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from discovery_agent.analysts.protocol import Extraction, Window
from discovery_agent.analysts.rules.analyst import RulesAnalyst
from discovery_agent.domain.conversation import Conversation
from discovery_agent.domain.decisions import Tables
from discovery_agent.domain.findings import ProposedFinding
from discovery_agent.errors import ModelUnavailable

Proposals = tuple[tuple[ProposedFinding, ...], tuple[ProposedFinding, ...]]
"""Findings, and ratings of criteria and of the data."""

_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


class PooledRules:
    """Reads as `RulesAnalyst` does, in so many processes. Close it when all is read."""

    def __init__(self, folder: Path, processes: int) -> None:
        """`folder` is the knowledge folder."""
        self._folder = folder
        self._processes = processes
        self._under_way: dict[str, asyncio.Future[Proposals]] = {}
        # Nothing is ever sent. Where this end is closed, the processes end at once, whatever they are at.
        self._listens, self._lifeline = multiprocessing.Pipe(duplex=False)
        for name in _ONE_THREAD:  # of arithmetic in each process; the others have the other cores
            os.environ.setdefault(name, "1")
        self._pool: ProcessPoolExecutor = self._made()

    def _made(self) -> ProcessPoolExecutor:
        # Spawned, because a fork would copy threads in the middle of their work.
        return ProcessPoolExecutor(self._processes, multiprocessing.get_context("spawn"), _begin, (self._folder, self._listens))

    @property
    def name(self) -> str:
        """Shown as the origin of each finding."""
        return "rules"

    def windows(self, conversation: Conversation) -> Sequence[Window]:
        """One window that holds everything."""
        return [Window(first=0, last=len(conversation.utterances) - 1)]

    async def extract(self, conversation: Conversation, window: Window) -> Extraction:
        """Findings of the conversation; its ratings come of the same reading.

        Raises:
            ModelUnavailable: a process was ended from outside, such as for want of memory.
        """
        reading = self._under_way[conversation.id] = asyncio.ensure_future(self._read(conversation))
        try:
            return Extraction(proposals=(await reading)[0])
        except BaseException:
            self._under_way.pop(conversation.id, None)
            raise

    async def rate(self, conversation: Conversation, window: Window, tables: Tables) -> Extraction:
        """What the conversation shows of the criteria and of the data.

        Raises:
            ModelUnavailable: as for `extract`.
        """
        reading = self._under_way.pop(conversation.id, None)
        return Extraction(proposals=(await (reading or self._read(conversation)))[1])

    async def _read(self, conversation: Conversation) -> Proposals:
        for last in (False, True):
            pool = self._pool
            try:
                return await asyncio.wrap_future(pool.submit(_read, conversation))
            except BrokenProcessPool:
                # All that was under way is lost with one process: each is tried once more, in a pool that the first of them makes.
                if self._pool is pool:
                    self._pool = self._made()
                if last:
                    break
        raise ModelUnavailable(
            "The process that read this was ended from outside, twice.",
            remedy="There may be too little memory: lower DISCOVERY_CONCURRENCY.",
        )

    def close(self) -> None:
        """End the processes; what they are at is given up."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._lifeline.close()


_analyst: RulesAnalyst | None = None
_tables: Tables | None = None


def _begin(folder: Path, lifeline: Connection) -> None:
    """Make a process ready to read."""
    global _analyst, _tables
    from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
    from discovery_agent.knowledge.tables import load_tables

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one that started it
    threading.Thread(target=_end_with, args=(lifeline, multiprocessing.parent_process()), daemon=True).start()
    _analyst, _tables = RulesAnalyst(folder, MiniLMEmbeddings()), load_tables(folder)


def _end_with(lifeline: Connection, parent: BaseProcess | None) -> None:
    """Do not outlive a parent that was killed, or that needs nothing any more."""
    wait([lifeline] if parent is None else [lifeline, parent.sentinel])
    os._exit(1)


def _read(conversation: Conversation) -> Proposals:
    assert _analyst is not None and _tables is not None
    return _analyst.propose(conversation), _analyst.propose_ratings(conversation, _tables)
