"""The tables.

A row holds the whole value as JSON in `body`, and beside it, in columns, what rows are found, ordered, counted or guarded by.
So a value that gains a field with a default needs no migration, and text that a database could not hold (a NUL) is kept as it is.
Everything that belongs to an engagement has its id first in the primary key, and goes when the engagement goes.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from discovery_agent.storage.columns import Plain, Serial, UtcTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _engagement() -> Column[str]:
    return Column("engagement_id", Plain, ForeignKey("engagements.id", ondelete="CASCADE"), nullable=False)


def _of_conversation() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["engagement_id", "conversation_id"], ["conversations.engagement_id", "conversations.id"], ondelete="CASCADE"
    )


def _body() -> Column[str]:
    return Column("body", Text, nullable=False)


engagements = Table(
    "engagements",
    metadata,
    Column("id", Plain, primary_key=True),
    Column("created_at", UtcTime, nullable=False),
    Column("version", Integer, nullable=False),
    _body(),
    Index(None, "created_at", "id"),
)

stakeholders = Table(
    "stakeholders",
    metadata,
    _engagement(),
    Column("id", Plain, nullable=False),
    Column("name_key", Plain, nullable=False),
    Column("version", Integer, nullable=False),
    _body(),
    PrimaryKeyConstraint("engagement_id", "id"),
    Index(None, "engagement_id", "name_key", "id"),
)

conversations = Table(
    "conversations",
    metadata,
    _engagement(),
    Column("id", Plain, nullable=False),
    Column("kind", Plain, nullable=False),
    Column("state", Plain, nullable=False),
    Column("stakeholder_id", Plain),
    Column("released", Boolean, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("version", Integer, nullable=False),
    Column("people", Text, nullable=False),
    _body(),
    PrimaryKeyConstraint("engagement_id", "id"),
    ForeignKeyConstraint(["engagement_id", "stakeholder_id"], ["stakeholders.engagement_id", "stakeholders.id"]),
    Index(None, "engagement_id", "created_at", "id"),
    Index(None, "engagement_id", "stakeholder_id", "created_at", "id"),
    Index(None, "engagement_id", "released"),
    Index(None, "id"),
)

utterances = Table(
    "utterances",
    metadata,
    Column("engagement_id", Plain, nullable=False),
    Column("conversation_id", Plain, nullable=False),
    Column("position", Integer, nullable=False),
    Column("client_key", Plain),
    _body(),
    PrimaryKeyConstraint("engagement_id", "conversation_id", "position"),
    UniqueConstraint("engagement_id", "conversation_id", "client_key"),
    _of_conversation(),
    sqlite_with_rowid=False,
)

findings = Table(
    "findings",
    metadata,
    Column("engagement_id", Plain, nullable=False),
    Column("id", Plain, nullable=False),
    Column("conversation_id", Plain, nullable=False),
    Column("kind", Plain, nullable=False),
    Column("status", Plain, nullable=False),
    Column("said_at", UtcTime, nullable=False),
    Column("position", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("words", Plain, nullable=False),
    _body(),
    PrimaryKeyConstraint("engagement_id", "id"),
    _of_conversation(),
    Index(None, "engagement_id", "said_at", "conversation_id", "position", "id"),
    Index(None, "engagement_id", "kind", "said_at", "conversation_id", "position", "id"),
    Index(None, "engagement_id", "conversation_id", "position", "id"),
    Index(None, "engagement_id", "status", "kind", "conversation_id"),
)

finding_speakers = Table(
    "finding_speakers",
    metadata,
    Column("engagement_id", Plain, nullable=False),
    Column("speaker", Plain, nullable=False),
    Column("finding_id", Plain, nullable=False),
    PrimaryKeyConstraint("engagement_id", "speaker", "finding_id"),
    ForeignKeyConstraint(["engagement_id", "finding_id"], ["findings.engagement_id", "findings.id"], ondelete="CASCADE"),
    Index(None, "engagement_id", "finding_id"),
    sqlite_with_rowid=False,
)

extractions = Table(
    "extractions",
    metadata,
    Column("engagement_id", Plain, nullable=False),
    Column("conversation_id", Plain, nullable=False),
    Column("window_key", Plain, nullable=False),
    Column("state", Plain, nullable=False),
    Column("first", Integer, nullable=False),
    _body(),
    PrimaryKeyConstraint("engagement_id", "conversation_id", "window_key"),
    _of_conversation(),
    Index(None, "engagement_id", "state"),
)

assessments = Table(
    "assessments",
    metadata,
    _engagement(),
    Column("id", Plain, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    _body(),
    Column("payload", Text, nullable=False),
    PrimaryKeyConstraint("engagement_id", "id"),
    Index(None, "engagement_id", "created_at", "id"),
)

assessment_items = Table(
    "assessment_items",
    metadata,
    Column("engagement_id", Plain, nullable=False),
    Column("assessment_id", Plain, nullable=False),
    Column("section", Plain, nullable=False),
    Column("position", Integer, nullable=False),
    _body(),
    PrimaryKeyConstraint("engagement_id", "assessment_id", "section", "position"),
    ForeignKeyConstraint(["engagement_id", "assessment_id"], ["assessments.engagement_id", "assessments.id"], ondelete="CASCADE"),
    sqlite_with_rowid=False,
)

jobs = Table(
    "jobs",
    metadata,
    _engagement(),
    Column("id", Plain, nullable=False),
    Column("state", Plain, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    _body(),
    PrimaryKeyConstraint("engagement_id", "id"),
    Index(None, "engagement_id", "created_at", "id"),
    Index(None, "engagement_id", "state"),
)

uploads = Table(
    "uploads",
    metadata,
    _engagement(),
    Column("id", Plain, nullable=False),
    _body(),
    Column("data", LargeBinary, nullable=False),
    PrimaryKeyConstraint("engagement_id", "id"),
)

access_keys = Table(
    "access_keys",
    metadata,
    Column("id", Plain, primary_key=True),
    Column("engagement_id", Plain, ForeignKey("engagements.id", ondelete="CASCADE")),
    Column("stakeholder_id", Plain),
    Column("secret_hash", Plain, nullable=False),
    Column("email", Plain),
    Column("created_at", UtcTime, nullable=False),
    _body(),
    UniqueConstraint("secret_hash"),
    ForeignKeyConstraint(["engagement_id", "stakeholder_id"], ["stakeholders.engagement_id", "stakeholders.id"], ondelete="CASCADE"),
    Index(None, "engagement_id", "created_at", "id"),
    Index(None, "engagement_id", "stakeholder_id"),
    Index(None, "email"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("secret_hash", Plain, primary_key=True),
    Column("key_id", Plain, ForeignKey("access_keys.id", ondelete="CASCADE"), nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("signed_in", Plain),
    Index(None, "key_id"),
    Index(None, "expires_at"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("engagement_id", Plain, ForeignKey("engagements.id", ondelete="CASCADE")),
    _body(),
    Index(None, "engagement_id", "id"),
)

kept = Table(
    "kept",
    metadata,
    _engagement(),
    Column("kind", Plain, nullable=False),
    Column("id", Plain, nullable=False),
    Column("group_key", Plain, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("version", Integer, nullable=False),
    _body(),
    PrimaryKeyConstraint("engagement_id", "kind", "id"),
    Index(None, "engagement_id", "kind", "at", "id"),
    Index(None, "engagement_id", "kind", "group_key", "at", "id"),
)

spending = Table(
    "spending",
    metadata,
    Column("id", Serial, primary_key=True),
    _engagement(),
    Column("conversation_id", Plain),
    Column("purpose", Plain, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("calls", Integer, nullable=False),
    Column("cached_calls", Integer, nullable=False),
    Column("input_tokens", Integer, nullable=False),
    Column("output_tokens", Integer, nullable=False),
    Column("cost_usd", Float),
    Index(None, "engagement_id"),
)

charges = Table(
    "charges",
    metadata,
    _engagement(),
    Column("id", Plain, nullable=False),
    Column("usd", Float, nullable=False),
    Column("until", UtcTime),
    PrimaryKeyConstraint("engagement_id", "id"),
)

replies = Table(
    "replies",
    metadata,
    _engagement(),
    Column("key", Plain, nullable=False),
    _body(),
    PrimaryKeyConstraint("engagement_id", "key"),
)
