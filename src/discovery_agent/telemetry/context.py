"""What the work under way belongs to: a request, an engagement, a job. Logs and traces name it.

    with about(request="r-4f1c", engagement="e_Zb3kQ0vP1sXy"):
        ...   # and everything begun in here: tasks, threads, steps of jobs

Only ids go in here, never a name or a word of anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

NAMES = ("request", "engagement", "interview", "job", "process")
"""What can be known, in the order in which it is shown."""
_ID = re.compile(r"[A-Za-z]{1,3}[-_][A-Za-z0-9_-]{12}")
_known: ContextVar[Mapping[str, str]] = ContextVar("discovery_agent_about", default=MappingProxyType({}))


@contextmanager
def about(**ids: str | None) -> Iterator[None]:
    """Say what all that happens inside belongs to; None says nothing."""
    token = _known.set(MappingProxyType({**_known.get(), **{name: one for name, one in ids.items() if one is not None}}))
    try:
        yield
    finally:
        _known.reset(token)


def also(**ids: str) -> None:
    """Say more of the task under way, until it ends; for a task whose engagement only turns out on its way."""
    _known.set(MappingProxyType({**_known.get(), **ids}))


def known() -> Mapping[str, str]:
    """The ids of what the work under way belongs to."""
    return _known.get()


def request_number() -> str | None:
    """The number of the request that the work under way belongs to."""
    return _known.get().get("request")


def is_id(text: str) -> bool:
    """Whether a text has the form of an id that the program itself gave; what came in an address may be anything."""
    return _ID.fullmatch(text) is not None
