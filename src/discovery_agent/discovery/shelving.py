"""Where the documents of engagements are kept: in the database, if that is PostgreSQL with pgvector; in the data folder otherwise."""

from __future__ import annotations

import logging
from dataclasses import replace
from itertools import chain, count

from sqlalchemy import select

from discovery_agent.knowledge.file_shelves import FileShelves
from discovery_agent.knowledge.shelves import Shelves
from discovery_agent.knowledge.stored import WAIT_SECONDS, sound
from discovery_agent.settings import Settings
from discovery_agent.storage.address import Address
from discovery_agent.storage.tables import engagements
from discovery_agent.storage.threads import ThreadDatabase

_log = logging.getLogger(__name__)


def shelves_of(settings: Settings) -> Shelves:
    """The place that the settings name.

    Raises:
        StorageError: the database cannot be opened.
    """
    files = FileShelves(settings.data_dir / "engagements")
    if not _in_database(settings):
        return files
    assert settings.database_url is not None
    database = ThreadDatabase(settings.database_url)
    reason = database.without_vectors()
    if reason is not None:
        _log.warning("Documents of engagements stay in %s, for this machine alone: %s %s", settings.data_dir, *reason)
        database.close()
        return files
    from discovery_agent.knowledge.postgres import DatabaseShelves

    shelves = DatabaseShelves(database)
    _take_over(files, shelves, database)
    return shelves


def _take_over(files: FileShelves, shelves: Shelves, database: ThreadDatabase) -> None:
    """Bring documents that an earlier version, or a server without pgvector, left in this machine's data folder into the database.

    Only those of engagements that are in this database: the folder may hold those of another one, too.
    """
    from discovery_agent.discovery.engagements import shelf_name

    names = files.names()
    if not names:
        return
    with database.reading() as connection:
        ours = {shelf_name(id_): id_ for id_ in connection.execute(select(engagements.c.id)).scalars()}
    for name in names:
        if name in ours:
            _take_over_one(files, shelves, name, ours[name])


def _take_over_one(files: FileShelves, shelves: Shelves, name: str, engagement_id: str) -> None:
    source, target = files.documents(name), shelves.documents(name, belongs_to=engagement_id)
    source.lock(WAIT_SECONDS, lambda: None)
    try:
        target.lock(WAIT_SECONDS, lambda: None)
        try:
            there = target.load()
            taken, known = {page.id for page in there}, {page.front.file for page in there}
            found = source.load()
            for page in sound(found):
                if page.front.file not in known:
                    free = next(id_ for id_ in chain([page.id], (f"{page.id}-{n}" for n in count(2))) if id_ not in taken)
                    taken.add(free)
                    target.put(replace(page, id=free))
        finally:
            target.release()  # they are in the database then
        if len(sound(found)) == len(found):
            files.clear(name)
        _log.info("Documents of engagement %s were moved from the data folder into the database: %d.", engagement_id, len(sound(found)))
    finally:
        source.release()


def where_documents_are(settings: Settings) -> tuple[str, str | None]:
    """Where the documents of engagements are kept, in a few words, and what to do so that all machines share them; for `doctor`.

    Raises:
        StorageError: the database cannot be opened.
    """
    if not _in_database(settings):
        return f"files in {settings.data_dir}", None
    assert settings.database_url is not None
    database = ThreadDatabase(settings.database_url)
    try:
        reason = database.without_vectors()
    finally:
        database.close()
    if reason is None:
        return f"in the database, with pgvector ({database.shown})", None
    return f"files in {settings.data_dir}, for this machine alone. {reason.what}", reason.remedy


def _in_database(settings: Settings) -> bool:
    return settings.database_url is not None and Address.parse(settings.database_url).file is None
