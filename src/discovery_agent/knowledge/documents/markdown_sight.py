"""What a reader of rendered Markdown does not see: comments, hidden HTML elements, and definitions of links that nothing uses.

Code is shown as it is written, so nothing in it is hidden.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from discovery_agent.knowledge.documents.stylesheet import declarations, hides, is_white

_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(?:.(?!\n[ \t]*\n))*?.(?<!`)\1(?!`)", re.DOTALL)
_COMMENT = re.compile(r"<!--(?:.*?-->|.*\Z)|<\?.*?\?>|<![A-Z][^>]*>", re.DOTALL)
_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)((?:\s[^<>]*)?)(/?)>")
_ATTRIBUTE = re.compile(r"([\w-]+)\s*(?:=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
# `[//]: # (nobody sees this)`, the customary way to write a comment, and other definitions with words in them.
_DEFINITION = re.compile(r"^ {0,3}\[[^\]\n]+\]:[ \t]*\S+[ \t]*\n?[ \t]*(?:\"[^\"]*\"|'[^']*'|\([^)]*\))[ \t]*$", re.MULTILINE)
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_NEVER_SHOWN = frozenset("script style template noscript head title iframe object audio video canvas datalist".split())


class Seen(NamedTuple):
    """Markdown without what is not seen, and how many pieces were left out."""

    text: str
    left_out: int


def without_hidden(text: str) -> Seen:
    """Leave out what a reader of the rendered page would not see."""
    code = _code(text)
    in_code = _Ranges(code)
    hidden: list[tuple[int, int]] = []
    for pattern in (_COMMENT, _DEFINITION):
        hidden += [found.span() for found in pattern.finditer(text) if not in_code.hold(found.start())]
    hidden += _hidden_elements(text, _Ranges([*code, *hidden]))
    kept: list[str] = []
    at = pieces = 0
    for start, end in sorted(hidden):
        if end <= at:
            continue
        if start >= at:
            pieces += 1
        kept.append(text[at:start])
        at = max(at, end)
    kept.append(text[at:])
    return Seen("".join(kept), pieces)


def _code(text: str) -> list[tuple[int, int]]:
    """Where code stands: blocks as markdown-it finds them, and spans in the rest."""
    from markdown_it import MarkdownIt

    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    blocks: list[tuple[int, int]] = []
    if re.search(r"^[ \t]*(?:```|~~~)|^(?: {4}|\t)", text, re.MULTILINE):
        for token in MarkdownIt("commonmark").parse(text):
            if token.type in ("fence", "code_block") and token.map:
                blocks.append((starts[token.map[0]], starts[min(token.map[1], len(starts) - 1)]))
    in_blocks = _Ranges(blocks)
    spans = [found.span() for found in _CODE_SPAN.finditer(text) if not in_blocks.hold(found.start())] if "`" in text else []
    return [*blocks, *spans]


class _Ranges:
    """Stretches of the text, of which some may lie within others."""

    def __init__(self, ranges: Sequence[tuple[int, int]]) -> None:
        ordered = sorted(ranges)
        self._starts = [start for start, _ in ordered]
        self._reach = list(accumulate((end for _, end in ordered), max))

    def hold(self, place: int) -> bool:
        """Whether a place lies within one."""
        before = bisect_right(self._starts, place)
        return before > 0 and place < self._reach[before - 1]


def _hidden_elements(text: str, elsewhere: _Ranges) -> Iterator[tuple[int, int]]:
    """Hidden elements from their opening tag to the closing one that belongs to it, or to the end where none does."""
    if "<" not in text:
        return
    tags = [tag for tag in _TAG.finditer(text) if not elsewhere.hold(tag.start())]
    until = 0
    for number, tag in enumerate(tags):
        name = tag[2].lower()
        if tag.start() < until or tag[1] or tag[4] or name in _VOID or not (name in _NEVER_SHOWN or _is_hidden(tag[3])):
            continue
        until = _closing(tags[number + 1 :], name) or len(text)
        yield tag.start(), until


def _closing(tags: Sequence[re.Match[str]], name: str) -> int | None:
    depth = 1
    for tag in tags:
        if tag[2].lower() == name and not tag[4]:
            depth += -1 if tag[1] else 1
            if depth == 0:
                return tag.end()
    return None


def _is_hidden(attributes: str) -> bool:
    found = {one[1].lower(): one[2] or one[3] or one[4] or "" for one in _ATTRIBUTE.finditer(attributes)}
    declared = {name: value for name, (value, _) in declarations(found.get("style", "")).items()}
    return (
        "hidden" in found
        or found.get("aria-hidden") == "true"
        or hides(declared)
        or (is_white(declared.get("color") or found.get("color")) and "background" not in found.get("style", ""))
    )
