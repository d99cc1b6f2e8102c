"""What the tests of several folders share."""

from __future__ import annotations

import pytest

from discovery_agent.knowledge.embeddings import MiniLMEmbeddings


@pytest.fixture(scope="session")
def embeddings() -> MiniLMEmbeddings:
    """The local embeddings, loaded once for all tests."""
    return MiniLMEmbeddings()
