"""What is said to a model and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, NamedTuple, TypeVar

from discovery_agent.models.usage import Usage

T = TypeVar("T")


class Message(NamedTuple):
    """One message of a conversation with a model."""

    role: Literal["system", "user", "assistant"]
    content: str


class PromptMark(NamedTuple):
    """Which prompt wrote the messages: its name, and the hash of its text."""

    name: str = ""
    hash: str = ""


@dataclass(frozen=True)
class Reply(Generic[T]):
    """A checked reply, and what it took.

    `latency_seconds` is the time that the server took, also where the reply came from the cache.
    """

    value: T
    usage: Usage
    cached: bool
    latency_seconds: float
