"""Where Alembic begins; the connection comes from `migrating.py`, which also holds the transaction."""

from alembic import context

from discovery_agent.storage.migrating import VERSION_TABLE
from discovery_agent.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
