"""Texts made to keep a pattern busy: each pattern of the program ends soon on them, whatever it is used on.

Patterns go back and forth over what they cannot match. Where three repeats may share a run of spaces, a long run takes hours. What
is counted is the processor time of this process, a multiple of what a pattern needs that looks at each character once for each other.
"""

from __future__ import annotations

import importlib
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FrameType

import pytest

SOURCE = Path(__file__).parents[2] / "src"
PACKAGE = SOURCE / "discovery_agent"
LENGTH = 2_000
MOST_SECONDS = 1.0
USES = ("search", "match", "fullmatch", "sub", "subn", "finditer", "findall", "split")

UNITS = ("a", " ", "9", "-", "\n", ".", "\t", "a ", "A b, ", "1,", "9 9", "- ", "| ", "::", "** ", "[", "(", "<", '"', "'", "the ", "we want ", "two ")  # fmt: skip
TEXTS = {f"{unit!r} again and again": (unit * LENGTH)[:LENGTH] + "\u0001" for unit in UNITS} | {
    "spaces after a number": "about 9" + " " * LENGTH + "!",
    "letters after a word": "use " + "a" * LENGTH + "!",
    "spaces before nothing": "by the" + " " * LENGTH + "!",
    "one word of many parts": "well-" * (LENGTH // 5) + "!",
    "a mark at each line": "\n# " * (LENGTH // 3),
}


@dataclass(frozen=True)
class Known:
    """A pattern, where it stands, and how it is used."""

    place: str
    pattern: re.Pattern[str]
    uses: tuple[str, ...]


class Late(Exception):
    """The processor time is used up."""


@contextmanager
def processor_time(seconds: float) -> Iterator[None]:
    """Raise `Late` inside once this process has computed for so long; waiting does not count."""

    def late(_: int, __: FrameType | None) -> None:
        raise Late

    before = signal.signal(signal.SIGVTALRM, late)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@cache
def sources() -> dict[str, str]:
    """The text of each module, by its name."""
    return {
        ".".join(file.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__"): file.read_text("utf-8")
        for file in sorted(PACKAGE.rglob("*.py"))
    }


def used(module: str, name: str) -> tuple[str, ...]:
    """How a pattern of a module is used there, and in the modules that take it over."""
    last = module.rpartition(".")[2]
    readers = [text for other, text in sources().items() if other == module or (last in text and name in text)]
    found = [one for one in USES if any(re.search(rf"\b{name}\.{one}\b", text) for text in readers)]
    return tuple(found) or ("search",)  # one of a list, of which any use is thinkable


def patterns_in(value: object) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from patterns_in(one)
    elif isinstance(value, tuple | list | set | frozenset):
        for one in value:
            yield from patterns_in(one)


@cache
def patterns() -> tuple[Known, ...]:
    found: dict[int, Known] = {}
    for module, text in sources().items():
        if "re.compile(" not in text:
            continue
        loaded = importlib.import_module(module)
        for name in re.findall(r"^(\w+)(?:: [^=\n]+)? = ", text, re.MULTILINE):
            for number, pattern in enumerate(patterns_in(getattr(loaded, name, None))):
                found.setdefault(id(pattern), Known(f"{module}.{name}[{number}]", pattern, used(module, name)))
    return tuple(found.values())


def applied(pattern: re.Pattern[str], use: str, text: str) -> None:
    match use:
        case "sub" | "subn":
            pattern.sub("", text)
        case "finditer":
            for _ in pattern.finditer(text):
                pass
        case _:
            getattr(pattern, use)(text)


def too_slow(known: Known) -> Iterator[str]:
    for use in known.uses:
        for name, text in TEXTS.items():
            try:
                with processor_time(MOST_SECONDS):
                    applied(known.pattern, use, text)
            except Late:
                yield f"{known.place}.{use}: {name}"


def test_the_patterns_of_the_program_are_found() -> None:
    assert len(patterns()) > 200


@pytest.mark.exhaustive
def test_no_pattern_is_kept_busy_by_a_long_text() -> None:
    found = [one for known in patterns() for one in too_slow(known)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("trap", [r"(a+)+$", r"\s*(?:x\s*)*\s*y"])
def test_a_pattern_that_is_kept_busy_is_seen(trap: str) -> None:
    assert list(too_slow(Known("here", re.compile(trap), ("search",))))
