"""Shelves in PostgreSQL: documents, passages, vectors (pgvector) and word indexes, for all machines that work with one database."""

from discovery_agent.knowledge.postgres.shelves import DatabaseShelves

__all__ = ["DatabaseShelves"]
