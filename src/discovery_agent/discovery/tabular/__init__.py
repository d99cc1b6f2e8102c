"""The results of an analysis as tables: conversations, findings, claims without proof, and what could not be read.

docs/schemas/tables.md has every column.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from discovery_agent.discovery.results import AnalysedConversations
from discovery_agent.discovery.tabular.rows import rows_of
from discovery_agent.discovery.tabular.schema import TABLES
from discovery_agent.discovery.tabular.writing import WRITERS, TableWriter
from discovery_agent.errors import ExportError
from discovery_agent.files.claimed import claimed_folder

__all__ = ["TABLE_FORMATS", "write_tables"]

TABLE_FORMATS = tuple(WRITERS)
"""Formats that `write_tables` knows: each is the ending of its files."""


def write_tables(conversations: AnalysedConversations, folder: Path, formats: Sequence[str]) -> list[Path]:
    """Write every table in every format into `folder`, which is made if it is not there; gives the paths.

    The conversations are gone through once and never held together. Each file is written whole beside its
    place; the files are moved when all are whole, so a crash or a full disk leaves no half table.

    Raises:
        ExportError: the disk refused, or a format is unknown. The tables of before stand.
    """
    endings = tuple(dict.fromkeys(formats))
    for ending in endings:
        if ending not in WRITERS:
            raise ExportError(f"Tables cannot be written as {ending!r}.", remedy=f"Choose among: {', '.join(TABLE_FORMATS)}.")
    if not endings:
        return []
    names = [f"{table}.{ending}" for ending in endings for table in TABLES]
    moved = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with claimed_folder(folder, ".tables-") as staging:
            _write(conversations, staging, endings)
            for name in names:
                os.replace(staging / name, folder / name)
                moved += 1
    except OSError as error:
        kept = "The tables of before stand." if not moved else f"{moved} of {len(names)} tables are new, the others are as they were."
        raise ExportError(
            f"The tables cannot be written: {error.strerror or error}.",
            where=str(folder),
            remedy=f"{kept} Make room or choose another folder, then try again.",
        ) from error
    return [folder / name for name in names]


def _write(conversations: AnalysedConversations, folder: Path, endings: Sequence[str]) -> None:
    """Go through the conversations and fill all files side by side."""
    with ExitStack() as opened:
        files: list[BinaryIO] = []
        writers: dict[str, list[TableWriter]] = {name: [] for name in TABLES}
        for ending in endings:
            for name, table in TABLES.items():
                file = opened.enter_context((folder / f"{name}.{ending}").open("wb"))
                files.append(file)
                writers[name].append(WRITERS[ending](table, file))
        for analysis in conversations:
            for name, row in rows_of(analysis):
                for writer in writers[name]:
                    writer.add(row)
        for several in writers.values():
            for writer in several:
                writer.finish()
        for file in files:
            file.flush()
            os.fsync(file.fileno())
