"""Where replies of a model are kept: the seam between a call and what was answered before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import NamedTuple, Protocol

from pydantic import BaseModel, ConfigDict, Field

from discovery_agent.models.messages import Message, PromptMark
from discovery_agent.models.schema import Schema


class Asked(NamedTuple):
    """A call as far as it decides the reply; where replies are kept says which of these parts tell two calls apart."""

    server: str
    model: str
    messages: tuple[Message, ...]
    schema: Schema | None
    """None where free text is asked for."""
    parameters: Mapping[str, object]
    prompt: PromptMark
    output: str = ""
    """Name of the form of the reply, which goes along and decides nothing; empty where free text is asked for."""


class KeptReply(BaseModel):
    """A reply as it is kept: its text, and what it took to get it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    model: str
    text: str
    input_tokens: int
    output_tokens: int
    cost_usd: float | None
    latency_seconds: float
    new: bool = Field(default=False, exclude=True)
    """Whether the run that uses it has paid for it, before it was asked for. Only known while it runs."""


class Replies(Protocol):
    """Keeps replies. Equal keys get the same reply."""

    def key(self, asked: Asked) -> str:
        """What tells a call from another one here."""
        ...

    def get(self, key: str) -> KeptReply | None:
        """The reply kept under a key, if any."""
        ...

    def permit(self, asked: Asked) -> None:
        """Called before the model is: raises where nothing may be called.

        Raises:
            RecordingMissing: replies come from recordings only, and there is none for this call.
            CallDeferred: the call is collected, to be handed in with others.
            ModelError: the call was handed in with others, and has no reply.
            SpendLimitReached: it was not, because the cap has no room for it.
        """
        ...

    def put(self, asked: Asked, reply: KeptReply) -> None:
        """Keep a whole reply. An error is never kept."""
        ...

    def for_engagement(self, engagement: str) -> Replies:
        """Where the replies of an engagement are kept, by the name of its shelf."""
        ...


def call_key(**parts: object) -> str:
    """The hash of everything that decides an answer."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=True).encode()).hexdigest()
