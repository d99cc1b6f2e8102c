"""Values as the JSON that their rows hold."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from pydantic_core import PydanticSerializationError

from discovery_agent.domain.conversation import Value
from discovery_agent.errors import InvalidRequest


def body_of(value: Value, *, include: AbstractSet[str] | None = None, exclude: AbstractSet[str] | None = None) -> str:
    """The JSON of a value, or of some of its fields.

    Raises:
        InvalidRequest: it holds half of a letter (a lone surrogate), which no encoding can write.
    """
    try:
        return value.model_dump_json(include=None if include is None else set(include), exclude=None if exclude is None else set(exclude))
    except PydanticSerializationError:
        raise InvalidRequest("The text holds half of a letter, which cannot be stored.", remedy="Leave it out.") from None
