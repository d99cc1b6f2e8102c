"""The text of a Slack message as a person reads it: names for codes, letters for entities, and only what its author wrote."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

_USER = re.compile(r"<@([A-Z0-9]{2,30})(?:\|([^<>]{0,200}))?>")
_CHANNEL = re.compile(r"<#([A-Z0-9]{2,30})(?:\|([^<>]{0,200}))?>")
_SPECIAL = re.compile(r"<!([^<>|]{1,200})(?:\|([^<>]{0,200}))?>")
_LINK = re.compile(r"<((?:https?|mailto|tel|ftp|slack):[^<>|\s]{1,2000})(?:\|([^<>]{0,2000}))?>")
_QUOTED = re.compile(r"^(?:&gt;|>)")
_QUOTED_TO_THE_END = re.compile(r"^(?:&gt;|>){3}")
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
    quotes = False
    for line in text.split("\n"):
        if _QUOTED.match(line):
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
