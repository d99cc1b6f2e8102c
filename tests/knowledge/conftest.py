"""Tests of shelves run in a folder and in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.knowledge.keeping import Keeping, keeping_in


@pytest.fixture(params=["files", "postgres"])
def keeping(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Keeping]:
    """A place for shelves with nothing in it."""
    made = keeping_in(request.param, request, tmp_path / "engagements")
    yield made
    made.close()
