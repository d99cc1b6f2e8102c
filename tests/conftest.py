"""What the tests of several folders share."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import TYPE_CHECKING

# Tests run side by side, a process for each core; matrix products that take all cores for themselves mostly wait for one another.
# It counts only if it is set before numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
from hypothesis import settings

from discovery_agent.knowledge.embeddings import MiniLMEmbeddings

if TYPE_CHECKING:
    from tests.storage.postgres import Postgres

# Where tests run must not decide what they find: comparisons refuse uncommitted prompts where CI is set, rich colours and widths follow the terminal's.
# Tests of such a variable set it themselves.
for _name in ("CI", "GITHUB_ACTIONS", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES"):
    os.environ.pop(_name, None)
# Whatever is begun in the background of a shell ignores Ctrl-C, and so does all that it starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# `make test` says the same of the same commit every time: a rare counter-example is looked for by `make fuzz`, and becomes a test of its own.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("fuzz", max_examples=1000, deadline=None)
settings.load_profile("same")


@pytest.fixture(scope="session")
def embeddings() -> MiniLMEmbeddings:
    """The local embeddings, loaded once for all tests."""
    return MiniLMEmbeddings()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL server for all tests of a process; each test takes an empty database of it."""
    from tests.storage.postgres import running_postgres  # the storage floor is heavy, and most tests need none of it

    with running_postgres() as server:
        yield server


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a file's bytes after its parameter: an archive holds the second it was made in, and every test process must give a test the same name."""
    return argname if isinstance(val, bytes | bytearray) else None
