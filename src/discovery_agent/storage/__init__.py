"""Floor 1: what is kept, in SQLite or PostgreSQL.

    database = await Database.open("sqlite:///discovery.db")
    async with database.unit() as unit:
        await unit.engagements.add(Engagement(id=new_id("e"), title="Claims", created_at=now))
    async with database.reading() as unit:
        engagements, total = await unit.engagements.list()

Everything belongs to an engagement and is asked for by its id as well: an id of another engagement is not found. Changes carry
the version that they were made from, and are refused if it is no longer the stored one. Errors are `StorageError`, `NotFound`,
`StaleVersion`, `InvalidRequest` and `AccessDenied`, and nothing of a driver.
"""

from discovery_agent.storage.address import sqlite_url
from discovery_agent.storage.database import Database
from discovery_agent.storage.ids import new_id
from discovery_agent.storage.records import (
    AssessmentHead,
    AssessmentRecord,
    ExtractionRecord,
    ExtractionState,
    Session,
    Spent,
    SpentUsage,
    Upload,
)
from discovery_agent.storage.unit import Unit

__all__ = [
    "AssessmentHead",
    "AssessmentRecord",
    "Database",
    "ExtractionRecord",
    "ExtractionState",
    "Session",
    "Spent",
    "SpentUsage",
    "Unit",
    "Upload",
    "new_id",
    "sqlite_url",
]
