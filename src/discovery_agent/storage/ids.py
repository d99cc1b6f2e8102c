"""Identifiers of what is stored."""

from __future__ import annotations

import secrets


def new_id(prefix: str) -> str:
    """A random identifier that is safe in a URL, such as `e_Zb3kQ0vP1sXy`: the prefix, and 12 characters with 72 random bits."""
    return f"{prefix}_{secrets.token_urlsafe(9)}"
