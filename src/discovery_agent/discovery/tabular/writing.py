"""Writers of one table each: rows go to the disk as they come, so that a table of any length takes little memory."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import BinaryIO, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from discovery_agent.discovery.tabular.rows import Row
from discovery_agent.discovery.tabular.schema import Table

ROWS_IN_A_GROUP = 5_000
"""Rows that are held in memory, and that a reader of the Parquet file reads at once."""
# Some programs end a line at these as well.
_LINE_ENDS = re.compile("[\u0085\u2028\u2029]")


class TableWriter(Protocol):
    """Writes one table into an open file."""

    def add(self, row: Row) -> None:
        """One more row."""
        ...

    def finish(self) -> None:
        """Write what is held back. The file stays open."""
        ...


class JsonLines:
    """One JSON object a line."""

    def __init__(self, table: Table, file: BinaryIO) -> None:
        self._file = file

    def add(self, row: Row) -> None:
        """One more line."""
        text = json.dumps(row, ensure_ascii=False, allow_nan=False, default=_iso, separators=(",", ":"))
        text = _LINE_ENDS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
        self._file.write(_whole_letters(text).encode("utf-8") + b"\n")

    def finish(self) -> None:
        """Nothing is held back."""


class Parquet:
    """Rows in groups, compressed."""

    def __init__(self, table: Table, file: BinaryIO) -> None:
        self._schema = table.schema
        self._writer = pq.ParquetWriter(file, self._schema, compression="zstd")
        self._rows: list[Row] = []

    def add(self, row: Row) -> None:
        """One more row; a full group is written."""
        self._rows.append(row)
        if len(self._rows) >= ROWS_IN_A_GROUP:
            self._write()

    def finish(self) -> None:
        """Write the last group and the end of the file."""
        if self._rows:
            self._write()
        self._writer.close()

    def _write(self) -> None:
        try:
            batch = pa.RecordBatch.from_pylist(self._rows, schema=self._schema)
        except UnicodeEncodeError:
            batch = pa.RecordBatch.from_pylist([_mended(row) for row in self._rows], schema=self._schema)
        self._writer.write_batch(batch)
        self._rows.clear()


WRITERS: Mapping[str, Callable[[Table, BinaryIO], TableWriter]] = {"jsonl": JsonLines, "parquet": Parquet}
"""The writer of each format; its name is the ending of the file."""


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"A table holds no {type(value).__name__}.")


def _whole_letters(text: str) -> str:
    """The text with halves of letters joined where both are there, and replaced where one is missing."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _mended(row: Row) -> Row:
    return {name: _mended_value(value) for name, value in row.items()}


def _mended_value(value: object) -> object:
    if isinstance(value, str):
        return _whole_letters(value)
    if isinstance(value, dict):
        return {name: _mended_value(one) for name, one in value.items()}
    return [_mended_value(one) for one in value] if isinstance(value, list) else value
