"""The first tables."""

import sqlalchemy as sa
from alembic import op

from discovery_agent.storage.columns import Plain, UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this shape."""
    op.create_table(
        "engagements",
        sa.Column("id", Plain(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagements")),
    )
    op.create_index(op.f("ix_engagements_created_at_id"), "engagements", ["created_at", "id"], unique=False)
    op.create_table(
        "assessments",
        sa.Column("engagement_id", Plain(), nullable=False),
        sa.Column("id", Plain(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagements.id"], name=op.f("fk_assessments_engagement_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("engagement_id", "id", name=op.f("pk_assessments")),
    )
    op.create_index(op.f("ix_assessments_engagement_id_created_at_id"), "assessments", ["engagement_id", "created_at", "id"], unique=False)
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("engagement_id", Plain(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagements.id"], name=op.f("fk_audit_engagement_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_engagement_id_id"), "audit", ["engagement_id", "id"], unique=False)
    op.create_table(
        "jobs",
        sa.Column("engagement_id", Plain(), nullable=False),
        sa.Column("id", Plain(), nullable=False),
        sa.Column("state", Plain(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagements.id"], name=op.f("fk_jobs_engagement_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("engagement_id", "id", name=op.f("pk_jobs")),
    )
    op.create_index(op.f("ix_jobs_engagement_id_created_at_id"), "jobs", ["engagement_id", "created_at", "id"], unique=False)
    op.create_index(op.f("ix_jobs_engagement_id_state"), "jobs", ["engagement_id", "state"], unique=False)
    op.create_table(
        "spending",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("engagement_id", Plain(), nullable=False),
        sa.Column("conversation_id", Plain(), nullable=True),
        sa.Column("purpose", Plain(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("cached_calls", sa.Integer(), nullable=False),
        sa.Column("input_tokens", sa.Integer(), nullable=False),
        sa.Column("output_tokens", sa.Integer(), nullable=False),
        sa.Column("cost_usd", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagements.id"], name=op.f("fk_spending_engagement_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spending")),
    )
    op.create_index(op.f("ix_spending_engagement_id"), "spending", ["engagement_id"], unique=False)
    op.create_table(
        "stakeholders",
        sa.Column("engagement_id", Plain(), nullable=False),
        sa.Column("id", Plain(), nullable=False),
        sa.Column("name_key", Plain(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagements.id"], name=op.f("fk_stakeholders_engagement_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("engagement_id", "id", name=op.f("pk_stakeholders")),
    )
    op.create_index(op.f("ix_stakeholders_engagement_id_name_key_id"), "stakeholders", ["engagement_id", "name_key", "id"], unique=False)
    op.create_table(
        "uploads",
        sa.Column("engagement_id", Plain(), nullable=False),
        sa.Column("id", Plain(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagements.id"], name=op.f("fk_uploads_engagement_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("engagement_id", "id", name=op.f("pk_uploads")),
    )
    op.create_table(
        "access_keys",
        sa.Column("id", Plain(), nullable=False),
        sa.Column("engagement_id", Plain(), nullable=True),
        sa.Column("stakeholder_id", Plain(), nullable=True),
        sa.Column("secret_hash", Plain(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["engagement_id", "stakeholder_id"],
            ["stakeholders.engagement_id", "stakeholders.id"],
            name=op.f("fk_access_keys_engagement_id_stakeholder_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagements.id"], name=op.f("fk_access_keys_engagement_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_keys")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_access_keys_secret_hash")),
    )
    op.create_index(op.f("ix_access_keys_engagement_id_created_at_id"), "access_keys", ["engagement_id", "created_at", "id"], unique=False)
    op.create_index(op.f("ix_access_keys_engagement_id_stakeholder_id"), "access_keys", ["engagement_id", "stakeholder_id"], unique=False)
    op.create_table(
        "assessment_items",
        sa.Column("engagement_id", Plain(), nullable=False),
        sa.Column("assessment_id", Plain(), nullable=False),
        sa.Column("section", Plain(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["engagement_id", "assessment_id"],
            ["assessments.engagement_id", "assessments.id"],
            name=op.f("fk_assessment_items_engagement_id_assessment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("engagement_id", "assessment_id", "section", "position", name=op.f("pk_assessment_items")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "conversations",
        sa.Column("engagement_id", Plain(), nullable=False),
        sa.Column("id", Plain(), nullable=False),
        sa.Column("kind", Plain(), nullable=False),
        sa.Column("state", Plain(), nullable=False),
        sa.Column("stakeholder_id", Plain(), nullable=True),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("people", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["engagement_id", "stakeholder_id"],
            ["stakeholders.engagement_id", "stakeholders.id"],
            name=op.f("fk_conversations_engagement_id_stakeholder_id"),
        ),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagements.id"], name=op.f("fk_conversations_engagement_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("engagement_id", "id", name=op.f("pk_conversations")),
    )
    op.create_index(
        op.f("ix_conversations_engagement_id_created_at_id"), "conversations", ["engagement_id", "created_at", "id"], unique=False
    )
    op.create_index(op.f("ix_conversations_engagement_id_released"), "conversations", ["engagement_id", "released"], unique=False)
    op.create_index(
        op.f("ix_conversations_engagement_id_stakeholder_id_created_at_id"),
        "conversations",
        ["engagement_id", "stakeholder_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_conversations_id"), "conversations", ["id"], unique=False)
    op.create_table(
        "extractions",
        sa.Column("engagement_id", Plain(), nullable=False),
        sa.Column("conversation_id", Plain(), nullable=False),
        sa.Column("window_key", Plain(), nullable=False),
        sa.Column("state", Plain(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["engagement_id", "conversation_id"],
            ["conversations.engagement_id", "conversations.id"],
            name=op.f("fk_extractions_engagement_id_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("engagement_id", "conversation_id", "window_key", name=op.f("pk_extractions")),
    )
    op.create_index(op.f("ix_extractions_engagement_id_state"), "extractions", ["engagement_id", "state"], unique=False)
    op.create_table(
        "findings",
        sa.Column("engagement_id", Plain(), nullable=False),
        sa.Column("id", Plain(), nullable=False),
        sa.Column("conversation_id", Plain(), nullable=False),
        sa.Column("kind", Plain(), nullable=False),
        sa.Column("status", Plain(), nullable=False),
        sa.Column("said_at", UtcTime(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("words", Plain(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["engagement_id", "conversation_id"],
            ["conversations.engagement_id", "conversations.id"],
            name=op.f("fk_findings_engagement_id_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("engagement_id", "id", name=op.f("pk_findings")),
    )
    op.create_index(
        op.f("ix_findings_engagement_id_conversation_id_position_id"),
        "findings",
        ["engagement_id", "conversation_id", "position", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_findings_engagement_id_kind_said_at_conversation_id_position_id"),
        "findings",
        ["engagement_id", "kind", "said_at", "conversation_id", "position", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_findings_engagement_id_said_at_conversation_id_position_id"),
        "findings",
        ["engagement_id", "said_at", "conversation_id", "position", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_findings_engagement_id_status_kind_conversation_id"),
        "findings",
        ["engagement_id", "status", "kind", "conversation_id"],
        unique=False,
    )
    op.create_table(
        "sessions",
        sa.Column("secret_hash", Plain(), nullable=False),
        sa.Column("key_id", Plain(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["access_keys.id"], name=op.f("fk_sessions_key_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_expires_at"), "sessions", ["expires_at"], unique=False)
    op.create_index(op.f("ix_sessions_key_id"), "sessions", ["key_id"], unique=False)
    op.create_table(
        "utterances",
        sa.Column("engagement_id", Plain(), nullable=False),
        sa.Column("conversation_id", Plain(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("client_key", Plain(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["engagement_id", "conversation_id"],
            ["conversations.engagement_id", "conversations.id"],
            name=op.f("fk_utterances_engagement_id_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("engagement_id", "conversation_id", "position", name=op.f("pk_utterances")),
        sa.UniqueConstraint(
            "engagement_id", "conversation_id", "client_key", name=op.f("uq_utterances_engagement_id_conversation_id_client_key")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "finding_speakers",
        sa.Column("engagement_id", Plain(), nullable=False),
        sa.Column("speaker", Plain(), nullable=False),
        sa.Column("finding_id", Plain(), nullable=False),
        sa.ForeignKeyConstraint(
            ["engagement_id", "finding_id"],
            ["findings.engagement_id", "findings.id"],
            name=op.f("fk_finding_speakers_engagement_id_finding_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("engagement_id", "speaker", "finding_id", name=op.f("pk_finding_speakers")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_finding_speakers_engagement_id_finding_id"), "finding_speakers", ["engagement_id", "finding_id"], unique=False)
