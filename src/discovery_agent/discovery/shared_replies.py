"""Replies of a model in the database that several processes share: one that a process got before it died is not paid for by another."""

from __future__ import annotations

import logging

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from discovery_agent.errors import StorageError
from discovery_agent.models.cache import CallCache
from discovery_agent.models.replies import Asked, KeptReply
from discovery_agent.storage.replies import StoredReplies

_log = logging.getLogger(__name__)


class SharedReplies:
    """The replies of one engagement, as `models.cache.CallCache` keeps them in files. They wait for the database: not for an event loop."""

    def __init__(self, stored: StoredReplies, engagement_id: str) -> None:
        self._stored = stored
        self._engagement = engagement_id
        self._alike = CallCache(None)

    def key(self, asked: Asked) -> str:
        """The same calls are one as in files."""
        return self._alike.key(asked)

    def get(self, key: str) -> KeptReply | None:
        """The reply kept under a key, if any. What cannot be read counts as not there."""
        try:
            body = self._stored.get(self._engagement, key)
            return None if body is None else KeptReply.model_validate_json(body)
        except (StorageError, ValidationError) as error:
            _log.warning("A kept reply cannot be read: %s", type(error).__name__)
            return None

    def permit(self, asked: Asked) -> None:
        """Every call may be made."""

    def put(self, asked: Asked, reply: KeptReply) -> None:
        """Keep a reply, unless the engagement is gone. A fault of the database, or letters that are none, lose the copy and not the reply."""
        try:
            self._stored.put(self._engagement, reply.key, reply.model_dump_json())
        except (StorageError, PydanticSerializationError) as error:
            _log.warning("A reply cannot be kept: %s", type(error).__name__)

    def for_engagement(self, engagement: str) -> SharedReplies:
        """These belong to one engagement, and there is no other name for it."""
        return self
