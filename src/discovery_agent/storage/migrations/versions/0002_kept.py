"""What an engagement keeps beside its conversations: agreement, blueprints, reviews, execution."""

import sqlalchemy as sa
from alembic import op

from discovery_agent.storage.columns import Plain, UtcTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this shape."""

    op.create_table(
        "kept",
        sa.Column("engagement_id", Plain(), nullable=False),
        sa.Column("kind", Plain(), nullable=False),
        sa.Column("id", Plain(), nullable=False),
        sa.Column("group_key", Plain(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagements.id"], name=op.f("fk_kept_engagement_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("engagement_id", "kind", "id", name=op.f("pk_kept")),
    )
    with op.batch_alter_table("kept", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kept_engagement_id_kind_at_id"), ["engagement_id", "kind", "at", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_kept_engagement_id_kind_group_key_at_id"), ["engagement_id", "kind", "group_key", "at", "id"], unique=False
        )
