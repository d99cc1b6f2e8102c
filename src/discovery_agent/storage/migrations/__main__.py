"""Writes the next step after `tables.py` changed: `python -m discovery_agent.storage.migrations "what changes"`. Read it before use."""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory

from discovery_agent.storage.address import Address, sqlite_url
from discovery_agent.storage.engines import migrating_engine
from discovery_agent.storage.migrating import configuration, migrate

with tempfile.TemporaryDirectory() as folder:
    address = Address.parse(sqlite_url(Path(folder) / "new.db"))
    migrate(address)
    with migrating_engine(address).connect() as connection:
        config = configuration(connection)
        steps = len(list(ScriptDirectory.from_config(config).walk_revisions()))
        command.revision(config, sys.argv[1], autogenerate=True, rev_id=f"{steps + 1:04}")
