"""Discovery Agent: find out whether an initiative needs AI, and prove it with what people said.

    from discovery_agent import analyze, assess, draft, interview

The functions wait for their result; `discovery_agent.aio` has them to be awaited. They are loaded when first asked for, so that the command
line, which has its own way in, stays quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from discovery_agent.errors import DiscoveryError
    from discovery_agent.library import Interview, Reply, Transcript, analyze, assess, draft, export, interview, write_report
    from discovery_agent.settings import Settings

__version__ = "0.1.0"

__all__ = [
    "DiscoveryError",
    "Interview",
    "Reply",
    "Settings",
    "Transcript",
    "__version__",
    "analyze",
    "assess",
    "draft",
    "export",
    "interview",
    "write_report",
]

_ELSEWHERE = {"DiscoveryError": "discovery_agent.errors", "Settings": "discovery_agent.settings"}


def __getattr__(name: str) -> object:
    """A public name, loaded from where it lies."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_ELSEWHERE.get(name, "discovery_agent.library")), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
