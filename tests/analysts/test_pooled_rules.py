"""The rules analyst in processes of its own reads as in this one."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from discovery_agent.analysts.rules import RulesAnalyst
from discovery_agent.analysts.rules.pool import PooledRules
from discovery_agent.discovery.analyse import analyse_each
from discovery_agent.discovery.files_read import read_conversations
from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
from discovery_agent.knowledge.tables import load_tables
from discovery_agent.settings import data_folder


async def test_processes_find_what_one_finds_and_go_on_when_one_dies(embeddings: MiniLMEmbeddings, tmp_path: Path) -> None:
    folder = data_folder("knowledge")
    tables = load_tables(folder)
    talks, _ = read_conversations(sorted(Path(data_folder("samples") / "halden-spare-parts").glob("0*"))[:2])
    alone = RulesAnalyst(folder, embeddings)
    expected = {one.conversation.id: one async for one in analyse_each(talks, alone, concurrency=2, tables=tables)}
    pooled = PooledRules(folder, 1)
    try:
        found = {one.conversation.id: one async for one in analyse_each(talks, pooled, concurrency=2, tables=tables)}
        assert found == expected
        for process in list(pooled._pool._processes.values()):
            os.kill(process.pid or 0, signal.SIGKILL)
            process.join()
        again = {one.conversation.id: one async for one in analyse_each(talks, pooled, concurrency=2, tables=tables)}
        assert again == expected
        os.mkfifo(begun := tmp_path / "begun")
        pooled._pool.submit(begin_what_takes_an_hour, begun)
        begun.read_text()  # waits until the other process has it in hand
        (process,) = pooled._pool._processes.values()
    finally:
        pooled.close()
    process.join(60)
    assert process.exitcode == 1, "what it was at was not given up"


def test_nothing_is_started_before_anything_is_read() -> None:
    pooled = PooledRules(data_folder("knowledge"), 2)
    assert not pooled._pool._processes
    pooled.close()


def begin_what_takes_an_hour(begun: Path) -> None:
    begun.write_text("yes")
    time.sleep(3600)
