"""Parts of requests and answers that many routes share."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Generic, TypeVar

from fastapi import Path, Query
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from discovery_agent.discovery.naming import clean_name
from discovery_agent.domain.unseen import visible

Item = TypeVar("Item")

_LINE = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f\s][^\x00-\x1f\x7f]*$"
_NAMED = r"^[^\x00-\x1f\x7f]*[^\W_][^\x00-\x1f\x7f]*$"
_DAY = r"\d{4}-\d{2}-\d{2}"
_ID = r"^[A-Za-z0-9_-]{1,80}$"
LARGEST_NUMBER = 2**31 - 1


def _storable(text: str) -> str:
    return text.replace("\x00", "\ufffd").strip()


def _spoken(text: str) -> str:
    if not any(sign.isalnum() for sign in visible(text)):
        raise ValueError("an answer needs a letter or a digit")
    return _storable(text)


def _named(text: str) -> str:
    name = clean_name(text)
    if not any(sign.isalnum() for sign in name):
        raise ValueError("a name needs a letter or a digit")
    return name


def _no_other_kind(value: object) -> object:
    if isinstance(value, (bool, str)):
        raise ValueError("a number is needed")
    return value


def _a_day(value: object) -> object:
    if not isinstance(value, (str, date)) or (isinstance(value, str) and re.fullmatch(_DAY, value) is None):
        raise ValueError("a day is written as 2026-03-31")
    return value


only_numbers = BeforeValidator(_no_other_kind)
"""For a number: words and truth values are none. It comes last, or the description of the API loses the limits."""
Truth = Annotated[bool, Field(strict=True)]
"""True or false; numbers and words are neither."""
Line = Annotated[str, Field(min_length=1, max_length=200, pattern=_LINE), AfterValidator(str.strip)]
"""One line with something on it."""
Name = Annotated[str, Field(min_length=1, max_length=120, pattern=_NAMED), AfterValidator(_named)]
"""The name of a person or a department: it holds a letter or a digit, and nothing that nobody sees."""
Short = Annotated[str, Field(max_length=200), AfterValidator(_storable)]
"""A few words, or nothing."""
Prose = Annotated[str, Field(max_length=2000), AfterValidator(_storable)]
"""A few paragraphs, or nothing."""
Answer = Annotated[str, Field(min_length=1, max_length=20_000, pattern=r"[^\W_]"), AfterValidator(_spoken)]
"""What somebody says: it holds a letter or a digit."""
Statement = Annotated[str, Field(min_length=1, max_length=1000, pattern=r"\S"), AfterValidator(_storable)]
"""How a finding should read."""
Version = Annotated[
    int, Field(ge=1, le=LARGEST_NUMBER, description="The version that the change was made on, as it was last read."), only_numbers
]

Day = Annotated[date, BeforeValidator(_a_day)]
"""A day as ISO 8601 writes it."""
ClientKey = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9_-]{1,80}$", description="Made by the sender, a new one for each act: the same one sent twice counts once."),
]

Id = Annotated[str, Path(pattern=_ID)]
"""An id in a path; what cannot be one is the id of nothing, so it is answered with 404."""

Offset = Annotated[int, Query(ge=0, le=LARGEST_NUMBER, description="How many to leave out at the beginning.")]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]


class Body(BaseModel):
    """Base of what is sent to the API; a field that is not known is a mistake, not ignored."""

    model_config = ConfigDict(extra="forbid")


class Page(BaseModel, Generic[Item]):
    """A part of a list."""

    items: list[Item]
    total: int = Field(ge=0, description="How many there are in all.")
    offset: int = Field(ge=0)
    limit: int = Field(ge=1)


def cut(items: list[Item], offset: int, limit: int) -> Page[Item]:
    """A part of a list that is known whole."""
    return Page(items=items[offset : offset + limit], total=len(items), offset=offset, limit=limit)
