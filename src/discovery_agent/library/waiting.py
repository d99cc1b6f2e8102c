"""The functions of `calls` for callers that wait: in a script, a shell, or a notebook whose own event loop runs."""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

from discovery_agent.discovery.loop_thread import run_in_a_thread
from discovery_agent.library import calls

P = ParamSpec("P")
T = TypeVar("T")


def _waiting(work: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, T]:
    """The same function, which returns when it is done. It runs in a thread of its own, and Ctrl-C stops it."""

    @functools.wraps(work)
    def wait(*args: P.args, **kwargs: P.kwargs) -> T:
        return run_in_a_thread(work(*args, **kwargs))

    return wait


analyze = _waiting(calls.analyze)
assess = _waiting(calls.assess)
draft = _waiting(calls.draft)
