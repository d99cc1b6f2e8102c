"""Utterances that stage something nobody says aloud: turns of others, mark-up, output of a program, text in a code."""

from __future__ import annotations

import re
import unicodedata

_PARTS = r"(?:transcript|system|user|assistant|human|knowledge|instructions?|prompt|tool[_-]?\w*|context|document|data|conversation|developer|message|passages?|input|output)"

_MARK_UP = re.compile(
    rf"</?{_PARTS}[\w-]*(?:\s[^<>]*)?/?>|<\|[\w ]{{2,20}}\|>|\[/?inst\]|<</?sys>>|<!--|<(?:script|img|iframe|style|svg|object)\b|!\[[^\]]*\]\(|\]\((?:https?:)?//|\bon(?:error|load)="
    # Code fences, front matter, and a transcript that ends before it does.
    r"|\{\{ ?/?[\w ]+\}\}|\{%|\b[a-z]+_[a-z_]+ ?= ?(?:true|false|none|null|\d)|^```|^---\s*\n[\w ]+:.*\n|^[ \t]{0,20}#{1,6} .{0,40}\b(?:system|developer|user|assistant|guidelines?|instructions?|prompt|message|summari[sz]er|task)\b"
    rf"|[-=*#~_]{{3}} ?(?:begin|start|end|close|stop)\w* (?:of )?(?:the )?(?:{_PARTS}|meeting|text|file)\b|(?:{_PARTS}|meeting) (?:ends|continues|resumes|starts) ?[-=*#~_]{{3}}",
    re.MULTILINE,
)
_BREAKS_OUT = re.compile(
    r"</(?:transcript|knowledge|system|instructions?|prompt|conversation|passages?)[\w-]*\s*>|<(?:transcript|system|tool_result)[\w-]*>"
    r"|<\|[\w ]{2,20}\|>|\[/?inst\]|<</?sys>>"
)
_SPEAKERS = (
    r"(?:system|assistant|user|human|ai|bot|interviewer|moderator|developer|all|everybody|everyone|tool(?: (?:result|call|output))?)"
)
_TURNS = re.compile(rf"(?:^|[.!?]\s+|\n)({_SPEAKERS})\s?(?:\([^)]{{0,20}}\))?:(?=\s)", re.MULTILINE)
_RESULT = re.compile(r"^\W{0,10}(?:tool|function|api) (?:result|call|output|response)\b[^:\n]{0,20}:", re.MULTILINE)
_KEYS = re.compile(
    r"[\"']?\b(findings|kind|statement|confidence|quotes?|kpi|verdict|baseline|criterion|evidence|baselines?|target)\b[\"']?\s*[:=]"
)
_OWN_KEY = re.compile(
    r"[{,]\s*[\"'](?:findings?|kind|statement|verdict|decisions?|goals?|objectives?|kpis?|risks?|constraints?|rating|criteri\w+)[\"']\s*:"
)
_QUOTED_KEY = re.compile(r"[{,]\s*[\"']\w+[\"']\s*:|^[ \t]{0,20}-\s\w+:\s", re.MULTILINE)
_SHOWN = re.compile(
    r"\bexample (?:input|output|answer|reply)\b[^\n]{0,80}\bexample (?:input|output|answer|reply)\b|^\W{0,10}(?:sure|certainly|of course|understood|okay)[!,.:]? here (?:is|are) the\b"
    r"|^\W{0,10}here (?:is|are) the (?:extracted|requested|final) (?:\w+ )?(?:goal|finding|json|list|summary|output|kpi)s?\b",
    re.MULTILINE,
)
_FENCED = re.compile(
    r"\b(?:BEGIN|START|OPEN) (?:OF )?(?:[A-Z]{3,} ){0,3}[A-Z]{3,}\b.{0,2000}?\b(?:END|STOP|CLOSE)(?: OF)? [A-Z]{3,}", re.DOTALL
)
"""Stretches fenced by words in capitals."""
_LETTERS_APART = 14
"""Letters that stand apart one by one: a name that is spelled out is shorter."""
_TAG_LETTERS = re.compile("[\U000e0020-\U000e007e]{8,}")
"""More than the flag of a country takes."""
_TURNED_ROUND = re.compile("\u202e([^\u202c\u2069\n]{6,})")
_FIGURE_IN_WORD = re.compile(r"\b(?=\w*[a-z])(?=\w*[013457])[a-z013457]{3,}\b")


def stages(folded_lines: str) -> bool:
    """Whether folded text, with its line breaks, holds turns, mark-up or output that nobody speaks."""
    if _MARK_UP.search(folded_lines) or _RESULT.search(folded_lines) or _SHOWN.search(folded_lines) or _OWN_KEY.search(folded_lines):
        return True
    if len({found[1] for found in _TURNS.finditer(folded_lines)}) >= 2:
        return True
    keys = {found[1] for found in _KEYS.finditer(folded_lines)}
    return len(keys) >= 2 and bool(_QUOTED_KEY.search(folded_lines))


def breaks_out(folded_lines: str) -> bool:
    """Whether folded text closes or opens the fences that a model is shown data in. A page may hold other mark-up."""
    return bool(_BREAKS_OUT.search(folded_lines))


def hides(text: str, spaced: tuple[str, ...]) -> bool:
    """Whether a text as it stands hides words from its readers: in letters without shape, spaced out or of two alphabets."""
    if _TAG_LETTERS.search(text) or _FENCED.search(text) or any(len(run) >= _LETTERS_APART for run in spaced):
        return True
    return not text.isascii() and sum(_of_two_alphabets(word) for word in text.split()) >= 2


def turned_round(text: str) -> list[str]:
    """What a reader sees where marks turn the direction of the text."""
    return [found[1][::-1] for found in _TURNED_ROUND.finditer(text)]


def swaps_letters_for_figures(text: str) -> bool:
    """Whether several words of a folded text hold figures in place of letters."""
    return sum(1 for _ in _FIGURE_IN_WORD.finditer(text)) >= 3


def _of_two_alphabets(word: str) -> bool:
    scripts = {unicodedata.name(one, "").split(" ")[0] for one in word if one.isalpha() and not one.isascii()}
    return any(one.isascii() and one.isalpha() for one in word) and bool(scripts & {"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})
