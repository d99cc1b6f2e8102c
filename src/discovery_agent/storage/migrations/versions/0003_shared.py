"""What several processes share while they call a model: money put aside, and replies."""

import sqlalchemy as sa
from alembic import op

from discovery_agent.storage.columns import Plain, UtcTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this shape; what was spent so far counts against the cap from now on, as it did before."""

    op.create_table(
        "charges",
        sa.Column("engagement_id", Plain(), nullable=False),
        sa.Column("id", Plain(), nullable=False),
        sa.Column("usd", sa.Float(), nullable=False),
        sa.Column("until", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagements.id"], name=op.f("fk_charges_engagement_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("engagement_id", "id", name=op.f("pk_charges")),
    )
    op.create_table(
        "replies",
        sa.Column("engagement_id", Plain(), nullable=False),
        sa.Column("key", Plain(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagements.id"], name=op.f("fk_replies_engagement_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("engagement_id", "key", name=op.f("pk_replies")),
    )
    op.execute(
        "INSERT INTO charges (engagement_id, id, usd) "
        "SELECT engagement_id, 'ended', sum(cost_usd) FROM spending WHERE cost_usd > 0 GROUP BY engagement_id"
    )
