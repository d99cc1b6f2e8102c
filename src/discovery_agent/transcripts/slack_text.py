"""The text of a Slack message as a person reads it: names for codes, letters for entities, and only what its author wrote."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

_USER = re.compile(r"<@([A-Z0-9]{2,30})(?:\|([^<>]{0,200}))?>")
_CHANNEL = re.compile(r"<#([A-Z0-9]{2,30})(?:\|([^<>]{0,200}))?>")
_SPECIAL = re.compile(r"<!([^<>|]{1,200})(?:\|([^<>]{0,200}))?>")
_LINK = re.compile(r"<((?:https?|mailto|tel|ftp|slack):[^<>|\s]{1,2000})(?:\|([^<>]{0,2000}))?>")
_QUOTED = re.compile(r"^(?:&gt;|>)")
_QUOTED_TO_THE_END = re.compile(r"^(?:&gt;|>){3}")
_CODE = "```"
_EMOJI = re.compile(r"(?<![\w:/]):([a-z0-9_+'-]{1,80}):(?::skin-tone-[2-6]:)?(?![\w/])")
_BOLD = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]{1,2000}?)(?<=\S)\*(?![\w*])")
# Those that say something; others are decoration.
_MEANT = {
    "+1": "👍", "thumbsup": "👍", "-1": "👎", "thumbsdown": "👎", "white_check_mark": "✅", "heavy_check_mark": "✔", "x": "❌",
    "warning": "⚠", "question": "❓", "exclamation": "❗",
}  # fmt: skip


def readable(text: str, people: Mapping[str, str]) -> tuple[str, bool]:
    """The words of a message by the names in `people`, and whether it quoted others, whose words are left out."""
    kept: list[str] = []
    quotes = in_code = False
    closed = text.count(_CODE) % 2 == 0
    for line in text.split("\n"):
        was_in_code = in_code
        in_code ^= closed and line.count(_CODE) % 2 == 1
        if not was_in_code and _QUOTED.match(line):
            quotes = True
            if _QUOTED_TO_THE_END.match(line):
                break
            continue
        kept.append(line)
    plain = "\n".join(kept)
    plain = _USER.sub(lambda found: "@" + (people.get(found[1]) or found[2] or found[1]), plain)
    plain = _CHANNEL.sub(lambda found: "#" + (found[2] or found[1]), plain)
    plain = _SPECIAL.sub(lambda found: found[2] or "@" + found[1].partition("^")[0], plain)
    plain = _LINK.sub(_link, plain)
    plain = _EMOJI.sub(_emoji, plain)
    plain = _BOLD.sub(r"\1", plain)
    return html.unescape(plain).strip(), quotes


def _link(found: re.Match[str]) -> str:
    address, label = found[1].removeprefix("mailto:").removeprefix("tel:"), found[2]
    return f"{label} ({address})" if label and label != address else address


def _emoji(found: re.Match[str]) -> str:
    if not any(letter.isalpha() for letter in found[1]) and found[1] not in _MEANT:
        return found[0]  # `10:30:45`
    return _MEANT.get(found[1], "")


_MOST_LEVELS = 8


def text_of_blocks(blocks: Any) -> str:
    """The text of a message that has it in blocks only, marked as the text of other messages is; see `readable`."""
    return "\n".join(_block_lines(blocks, 0)).strip()


def _block_lines(blocks: Any, level: int) -> Iterator[str]:
    for block in blocks if isinstance(blocks, list) and level < _MOST_LEVELS else ():
        if not isinstance(block, dict):
            continue
        kind, inside = block.get("type"), block.get("elements")
        if kind in ("rich_text", "rich_text_list"):
            before = "- " if kind == "rich_text_list" else ""
            yield from (before + line for line in _block_lines(inside, level + 1))
        elif kind in ("rich_text_section", "rich_text_preformatted"):
            yield from _inline(inside).split("\n")
        elif kind == "rich_text_quote":
            yield from ("&gt; " + line for line in _inline(inside).split("\n"))
        elif kind in ("section", "header") and isinstance(text := block.get("text"), dict) and isinstance(text.get("text"), str):
            yield from text["text"].split("\n")


def _inline(elements: Any) -> str:
    said: list[str] = []
    for one in elements if isinstance(elements, list) else ():
        if not isinstance(one, dict):
            continue
        words = html.escape(text, quote=False) if isinstance(text := one.get("text"), str) else ""
        match one.get("type"):
            case "text":
                said.append(words)
            case "user":
                said.append(f"<@{one.get('user_id')}>")
            case "channel":
                said.append(f"<#{one.get('channel_id')}>")
            case "link":
                said.append(f"<{one.get('url')}|{words}>" if words else f"<{one.get('url')}>")
            case "emoji":
                said.append(f":{one.get('name')}:")
            case "broadcast":
                said.append(f"<!{one.get('range')}>")
            case _:
                pass
    return "".join(said)
