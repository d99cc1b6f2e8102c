"""Documents of engagements, and what is made from them to search them: on PostgreSQL only. On SQLite they are files."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from discovery_agent.storage.columns import Plain
from discovery_agent.storage.vector_extension import make_vectors

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this shape."""

    if op.get_context().dialect.name != "postgresql":
        return
    op.create_table(
        "shelves",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", Plain(), nullable=False),
        sa.Column("engagement_id", Plain(), nullable=True),
        sa.Column("generation", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("behind", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=True),
        sa.Column("passages", sa.Integer(), server_default="0", nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagements.id"], name=op.f("fk_shelves_engagement_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shelves")),
        sa.UniqueConstraint("name", name=op.f("uq_shelves_name")),
    )
    op.create_index(op.f("ix_shelves_engagement_id"), "shelves", ["engagement_id"])
    op.create_table(
        "shelf_documents",
        _shelf(),
        sa.Column("id", Plain(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        _of_shelf("shelf_documents"),
        sa.PrimaryKeyConstraint("shelf_id", "id", name=op.f("pk_shelf_documents")),
    )
    op.create_table(
        "shelf_pages",
        _shelf(),
        sa.Column("page", Plain(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("hash", Plain(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", Plain(), nullable=False),
        sa.Column("phases", ARRAY(sa.Text()), nullable=False),
        sa.Column("audiences", ARRAY(sa.Text()), nullable=False),
        sa.Column("tags", ARRAY(sa.Text()), nullable=False),
        sa.Column("file", sa.Text(), nullable=True),
        _of_shelf("shelf_pages"),
        sa.PrimaryKeyConstraint("shelf_id", "page", name=op.f("pk_shelf_pages")),
    )
    op.create_table(
        "shelf_passages",
        _shelf(),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("page", Plain(), nullable=False),
        sa.Column("headings", ARRAY(sa.Text()), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("instructs", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shelf_id", "page"],
            ["shelf_pages.shelf_id", "shelf_pages.page"],
            name=op.f("fk_shelf_passages_shelf_id_page"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shelf_id", "number", name=op.f("pk_shelf_passages")),
    )
    op.create_index(op.f("ix_shelf_passages_shelf_id_page"), "shelf_passages", ["shelf_id", "page"])
    op.create_table(
        "shelf_remembered",
        _shelf(),
        sa.Column("purpose", Plain(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        _of_shelf("shelf_remembered"),
        sa.PrimaryKeyConstraint("shelf_id", "purpose", "key", name=op.f("pk_shelf_remembered")),
    )
    make_vectors(op.get_bind())


def _shelf() -> sa.Column[int]:
    return sa.Column("shelf_id", sa.BigInteger(), nullable=False)


def _of_shelf(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["shelf_id"], ["shelves.id"], name=op.f(f"fk_{table}_shelf_id"), ondelete="CASCADE")
