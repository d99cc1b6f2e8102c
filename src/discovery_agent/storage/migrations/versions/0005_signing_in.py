"""Who may sign in at a provider: the e-mail address of a key, and of whoever opened a session so."""

import sqlalchemy as sa
from alembic import op

from discovery_agent.storage.columns import Plain

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this shape; keys that were given out before have no address, and their sessions came by a link."""

    op.add_column("access_keys", sa.Column("email", Plain(), nullable=True))
    op.create_index(op.f("ix_access_keys_email"), "access_keys", ["email"])
    op.add_column("sessions", sa.Column("signed_in", Plain(), nullable=True))


def downgrade() -> None:
    """Take them out again; whoever had signed in is signed out first, as the older program would take them for holders of a link."""

    op.execute("DELETE FROM sessions WHERE signed_in IS NOT NULL")
    op.drop_column("sessions", "signed_in")
    op.drop_index(op.f("ix_access_keys_email"), table_name="access_keys")
    op.drop_column("access_keys", "email")
