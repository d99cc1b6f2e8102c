"""A small tree of lines, and its three ways to be shown: HTML for notebooks, Markdown, and plain text.

What lines say comes from people and models, so none of it is trusted: in HTML it is escaped, in Markdown too, and characters that no
reader would see are shown in words.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from discovery_agent.discovery.report.wording import visible

_SHOWN = 40
"""Lines below one line that stand open; more can be unfolded in HTML, and are counted elsewhere."""
# No colour is set, so that it reads on any background; what is less important is a little fainter than the text around it.
_FAINT = "opacity:.75"
_QUOTE = "opacity:.75;font-style:italic"
# What begins emphasis, links, HTML, formulas, tables, or a list within the list. A backslash before a sign makes it a letter like others.
_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~&$@])|:(?=//)")
_BEGINS_A_LIST = re.compile(r"^([+-]|\d+[.)])(?=\s)")


@dataclass(frozen=True)
class Line:
    """One line: what it says, a word before it, a remark behind it, and the lines below."""

    text: str
    label: str = ""
    remark: str = ""
    quote: bool = False
    """Whether it is what somebody said."""
    below: tuple[Line, ...] = field(default=())
    folded: bool = False
    """Whether the lines below are for those who want to know more: unfolded in HTML by a click, and left out elsewhere."""


def as_html(top: Line) -> str:
    """The outline as a fragment that brings nothing along: no script, no style sheet, no address."""
    return f'<div style="line-height:1.45"><div style="font-weight:600">{_html_line(top)}</div>{_html_list(top.below)}</div>'


def as_markdown(top: Line) -> str:
    """The outline as Markdown."""
    return "\n".join([f"**{_markdown(top.text)}**{_remark(top, _markdown)}", "", *_listed(top.below, _markdown, 0)]).rstrip() + "\n"


def as_text(top: Line) -> str:
    """The outline as plain text."""
    return "\n".join([f"{_plain(top.text)}{_remark(top, _plain)}", *_listed(top.below, _plain, 1)])


def _html_list(lines: tuple[Line, ...]) -> str:
    if not lines:
        return ""
    first, rest = lines[:_SHOWN], lines[_SHOWN:]
    more = f"<details><summary>{len(rest)} more</summary>{_html_items(rest)}</details>" if rest else ""
    return _html_items(first) + more


def _html_items(lines: tuple[Line, ...]) -> str:
    items = "".join(f"<li>{_html_item(one)}</li>" for one in lines)
    return f'<ul style="margin:.2em 0;padding-left:1.4em">{items}</ul>'


def _html_item(line: Line) -> str:
    if line.folded and line.below:
        return f"<details><summary>{_html_line(line)}</summary>{_html_list(line.below)}</details>"
    return _html_line(line) + _html_list(line.below)


def _html_line(line: Line) -> str:
    label = f'<span style="{_FAINT}">{_html(line.label)}:</span> ' if line.label else ""
    remark = f' <span style="{_FAINT}">({_html(line.remark)})</span>' if line.remark else ""
    text = f'<span style="{_QUOTE}">“{_html(line.text)}”</span>' if line.quote else _html(line.text)
    return label + text + remark


def _html(text: str) -> str:
    return html.escape(_plain(text))


def _listed(lines: tuple[Line, ...], words: Callable[[str], str], depth: int) -> Iterator[str]:
    indent = "  " * depth
    for one in lines[:_SHOWN]:
        label = f"{words(one.label)}: " if one.label else ""
        text = f"“{words(one.text)}”" if one.quote else words(one.text)
        yield f"{indent}- {label}{text}{_remark(one, words)}"
        yield from () if one.folded else _listed(one.below, words, depth + 1)
    if len(lines) > _SHOWN:
        yield f"{indent}- {len(lines) - _SHOWN} more"


def _remark(line: Line, words: Callable[[str], str]) -> str:
    return f" ({words(line.remark)})" if line.remark else ""


def _plain(text: str) -> str:
    """On one line, with nothing hidden in it."""
    return " ".join(visible(text).split())


def _markdown(text: str) -> str:
    escaped = _SIGNS.sub(lambda sign: "\\" + sign[0], _plain(text))
    return _BEGINS_A_LIST.sub(lambda sign: f"{sign[0][:-1]}\\{sign[0][-1]}", escaped)
