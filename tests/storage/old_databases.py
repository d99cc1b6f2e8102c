"""Databases as earlier programs left them, on SQLite or PostgreSQL; `released/README.md` says what is in them."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import Boolean, Connection, MetaData, Table, text

from discovery_agent.storage.address import Address
from discovery_agent.storage.engines import migrating_engine, prepare_file
from discovery_agent.storage.migrating import configuration

FOLDER = Path(__file__).parent / "released"
REVISIONS = {"0001": "0001", "0002": "0002", "0003": "0004", "0004": "0004"}
"""The file whose rows a database of that revision gets."""


def make_old(url: str, revision: str) -> None:
    """Bring an empty database to an old revision, and fill it with what the program of that time wrote."""
    address = Address.parse(url)
    if address.file:
        prepare_file(address.file, address.shown)
    engine = migrating_engine(address)
    with engine.begin() as connection:
        command.upgrade(configuration(connection), revision)
        kept: dict[str, dict[str, list[Any]]] = json.loads(gzip.decompress((FOLDER / f"{REVISIONS[revision]}.json.gz").read_bytes()))[
            "tables"
        ]
        described = MetaData()
        described.reflect(connection)
        for table in described.sorted_tables:
            if table.name in kept:
                _insert(connection, table, **kept[table.name])
                if not address.file:
                    _count_on(connection, table)
    engine.dispose()


def _insert(connection: Connection, table: Table, columns: list[str], rows: list[list[Any]]) -> None:
    """Rows as SQLite keeps them. PostgreSQL reads its times and JSON from the same text."""
    flags = {column.name for column in table.columns if isinstance(column.type, Boolean)}
    marks = ", ".join(f":{one}" for one in columns)
    names = ", ".join(f'"{one}"' for one in columns)
    filled = [{name: _value(value, name in flags) for name, value in zip(columns, row, strict=True)} for row in rows]
    connection.execute(text(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'), filled)


def _count_on(connection: Connection, table: Table) -> None:
    """PostgreSQL numbers its rows by a counter, which rows that bring their number do not move."""
    for column in table.primary_key.columns:
        named = {"table": table.name, "column": column.name}
        if counter := connection.execute(text("SELECT pg_get_serial_sequence(:table, :column)"), named).scalar():
            connection.execute(text(f'SELECT setval(:counter, max("{column.name}")) FROM "{table.name}"'), {"counter": counter})


def _value(value: Any, flag: bool) -> Any:
    if isinstance(value, dict):
        return base64.b64decode(value["base64"])
    return bool(value) if flag and value is not None else value
