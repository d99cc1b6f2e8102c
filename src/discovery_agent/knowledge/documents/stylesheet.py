"""The part of CSS that says whether a reader sees an element: simple selectors, in the order in which they win over each other.

Selectors with pseudo-classes apply only under the mouse or not to text, and are passed over. Sheets that lie elsewhere are not fetched.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_SCREEN = 1200
"""Width in pixels of the window that a page is thought to be read in."""

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_TELLING = frozenset(
    "display visibility opacity content-visibility font-size color background background-color background-image position left right top bottom "
    "margin margin-left margin-top text-indent transform clip clip-path width height max-width max-height overflow overflow-x overflow-y".split()
)
_SIMPLE = re.compile(
    r"(?P<id>#[\w-]+)|(?P<class>\.[\w-]+)|(?P<attribute>\[[^\]]*\])|(?P<pseudo>::?[\w-]+(?:\([^)]*\))?)|(?P<tag>[\w-]+|\*)"
)
_ATTRIBUTE = re.compile(r"\[\s*([\w-]+)\s*(?:([~|^$*]?=)\s*[\"']?([^\"'\]]*?)[\"']?\s*[is]?\s*)?\]")
_NUMBER = re.compile(r"(-?(?:\d+\.?\d*|\.\d+))\s*(px|em|rem|pt|%|vw|vh|ch|cm|mm|in)?")
_PIXELS = {"px": 1, "em": 16, "rem": 16, "pt": 1.33, "%": 10, "vw": 12, "vh": 8, "ch": 8, "cm": 38, "mm": 3.8, "in": 96}
_FAR = -300
"""Pixels beyond the edge of the page at which nothing is seen any more."""


class _Rule(NamedTuple):
    steps: tuple[tuple[str, str], ...]
    """Combinator before it, and compound selector; the last is that of the element itself."""
    weight: tuple[int, int, int]
    order: int
    declared: Mapping[str, tuple[str, bool]]
    """Value of each property, and whether it is marked as important."""


class Stylesheet:
    """The rules of a page's own style elements."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._by_key: dict[str, list[_Rule]] = defaultdict(list)
        for order, (selector, declared) in enumerate(rule for text in texts for rule in _rules(_COMMENT.sub(" ", text))):
            for one in _split(selector):
                steps = _steps(one)
                if steps is not None:
                    self._by_key[_key(steps[-1][1])].append(_Rule(steps, _weight(steps), order, declared))

    def declared(self, element: HtmlElement) -> dict[str, str]:
        """The properties of an element that tell whether it is seen, its `style` attribute included."""
        names = (element.get("class") or "").split()
        keys = [f"#{element.get('id')}", *(f".{name}" for name in names), str(element.tag), "*"]
        found = [rule for key in keys for rule in self._by_key.get(key, ()) if _applies(rule, element)]
        ranked = [
            ((important, *rule.weight, rule.order), name, value) for rule in found for name, (value, important) in rule.declared.items()
        ]
        inline = declarations(element.get("style") or "")
        ranked += [((important, 9, 0, 0, 0), name, value) for name, (value, important) in inline.items()]
        return {name: value for _, name, value in sorted(ranked, key=lambda one: one[0])}


def hides(declared: Mapping[str, str]) -> bool:
    """Whether these properties take an element out of sight, whatever its colours."""
    value = {name: text.lower() for name, text in declared.items()}
    if value.get("display") == "none" or value.get("visibility") in ("hidden", "collapse") or value.get("content-visibility") == "hidden":
        return True
    if _is_zero(value.get("opacity")) or _is_zero(value.get("font-size")):
        return True
    if value.get("position") in ("absolute", "fixed", "relative") and any(
        _length(value.get(side)) <= _FAR for side in ("left", "right", "top", "bottom")
    ):
        return True
    if any(_length(value.get(name)) <= _FAR for name in ("text-indent", "margin-left", "margin-top", "margin")):
        return True
    moved = re.findall(r"(?:translate\w*|scale)\(([^)]*)\)", value.get("transform", ""))
    if any(_length(part) <= _FAR for one in moved for part in one.split(",")) or "scale(0" in value.get("transform", "").replace(" ", ""):
        return True
    clipped = value.get("clip", "") + value.get("clip-path", "")
    if re.search(r"rect\(\s*(?:0|1px)\D+(?:0|1px)\D+(?:0|1px)\D+(?:0|1px)|inset\(\s*(?:50|100)%", clipped):
        return True
    no_overflow = any(value.get(name, "").startswith(("hidden", "clip")) for name in ("overflow", "overflow-x", "overflow-y"))
    return no_overflow and any(_is_zero(value.get(name)) for name in ("width", "height", "max-width", "max-height"))


def is_white(value: str | None) -> bool:
    """Whether letters of this colour cannot be told from paper: white, nearly white, or transparent."""
    text = (value or "").lower().strip()
    if text in ("white", "transparent", "#fff", "snow", "ivory", "floralwhite", "ghostwhite"):
        return True
    if re.fullmatch(r"#[0-9a-f]{3}(?:[0-9a-f]{3})?", text):
        parts = [text[at : at + 2] for at in (1, 3, 5)] if len(text) == 7 else [2 * one for one in text[1:]]
        return all(int(part, 16) >= 0xF7 for part in parts)
    numbers = re.fullmatch(r"rgba?\(\s*([\d.]+)[\s,]+([\d.]+)[\s,]+([\d.]+)(?:[\s,/]+([\d.]+))?.*\)", text)
    if numbers is None:
        return False
    red, green, blue, opaque = (float(one) if one is not None else 1.0 for one in numbers.groups())
    return min(red, green, blue) >= 0xF7 or opaque <= 0.05


def has_background(declared: Mapping[str, str]) -> bool:
    """Whether something other than white is painted behind the letters."""
    if "url(" in declared.get("background-image", "") or "gradient(" in declared.get("background-image", ""):
        return True
    for name in ("background-color", "background"):
        value = declared.get(name, "").lower().strip()
        if value and value not in ("none", "inherit", "initial", "unset") and not is_white(value.split(" ")[0]):
            return True
    return False


def declarations(text: str) -> dict[str, tuple[str, bool]]:
    """The telling properties of a style attribute or of the body of a rule."""
    found: dict[str, tuple[str, bool]] = {}
    for part in _COMMENT.sub(" ", text).split(";"):
        name, colon, value = part.partition(":")
        name, value = name.strip().lower(), " ".join(value.split())
        if colon and name in _TELLING:
            important = value.lower().endswith("!important")
            plain = value[: value.rindex("!")].strip() if important else value
            if important or name not in found or not found[name][1]:
                found[name] = (plain, important)
    return found


def _rules(text: str) -> Iterator[tuple[str, dict[str, tuple[str, bool]]]]:
    """Selectors and what they declare. Blocks for a window like ours are looked into; those for paper and telephones are not."""
    at = 0
    while (open_ := text.find("{", at)) >= 0:
        head = text[at:open_].rpartition(";")[2].strip()
        end = _end(text, open_)
        body = text[open_ + 1 : end]
        at = end + 1
        if not head.startswith("@"):
            declared = declarations(body)
            if declared:
                yield head, declared
        elif _is_for_us(head.lower()):
            yield from _rules(body)


def _end(text: str, open_: int) -> int:
    """Where the block that begins here ends."""
    depth = 0
    for found in re.compile(r"[{}]").finditer(text, open_):
        depth += 1 if found[0] == "{" else -1
        if depth == 0:
            return found.start()
    return len(text)


def _is_for_us(head: str) -> bool:
    if head.startswith(("@supports", "@layer", "@container", "@scope")):
        return True
    if not head.startswith("@media") or "print" in head or "speech" in head or "not " in head:
        return False
    limits = re.findall(r"(min|max)-width\s*:\s*([\d.]+)(px|em|rem)?", head)
    widths = [(which, float(number) * _PIXELS.get(unit, 1)) for which, number, unit in limits]
    return all(width <= _SCREEN if which == "min" else width >= _SCREEN for which, width in widths)


def _split(selectors: str) -> list[str]:
    return [one.strip() for one in re.split(r",(?![^(\[]*[)\]])", selectors) if one.strip()]


def _steps(selector: str) -> tuple[tuple[str, str], ...] | None:
    """The compound selectors with what joins each to the one before; None where a pseudo-class makes it none of ours."""
    parts = re.split(r"\s*([>+~])\s*(?![^\[]*\])|\s+(?![^\[]*\])", selector)
    steps: list[tuple[str, str]] = []
    joined = " "
    for part in parts:
        if part in (">", "+", "~"):
            joined = part
        elif part:
            if any(one.lastgroup == "pseudo" for one in _SIMPLE.finditer(part)):
                return None
            steps.append((joined, part))
            joined = " "
    return tuple(steps) or None


def _weight(steps: tuple[tuple[str, str], ...]) -> tuple[int, int, int]:
    kinds = [one.lastgroup for _, compound in steps for one in _SIMPLE.finditer(compound) if one[0] != "*"]
    return kinds.count("id"), kinds.count("class") + kinds.count("attribute"), kinds.count("tag")


def _key(compound: str) -> str:
    """What an element must have for the rule to be looked at."""
    named = {one.lastgroup: one[0] for one in _SIMPLE.finditer(compound)}
    return named.get("id") or named.get("class") or (named.get("tag") or "*").lower()


def _applies(rule: _Rule, element: HtmlElement) -> bool:
    *before, (joined, compound) = rule.steps
    return _fits(compound, element) and _led_to(before, joined, element)


def _led_to(before: list[tuple[str, str]], joined: str, element: HtmlElement) -> bool:
    """Whether what a selector says of the elements around holds."""
    if not before:
        return True
    *rest, (next_joined, compound) = before
    match joined:
        case ">":
            around = [parent] if (parent := element.getparent()) is not None else []
        case "+":
            around = [one for one in [next(element.itersiblings(preceding=True), None)] if one is not None]
        case "~":
            around = list(element.itersiblings(preceding=True))
        case _:
            around = list(element.iterancestors())
    return any(_fits(compound, one) and _led_to(rest, next_joined, one) for one in around)


def _fits(compound: str, element: HtmlElement) -> bool:
    if not isinstance(element.tag, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # a comment has a function for its tag
        return False
    classes = (element.get("class") or "").split()
    for one in _SIMPLE.finditer(compound):
        text = one[0]
        match one.lastgroup:
            case "id":
                fits = element.get("id") == text[1:]
            case "class":
                fits = text[1:] in classes
            case "attribute":
                fits = _has_attribute(text, element)
            case _:
                fits = text == "*" or text.lower() == element.tag.lower()
        if not fits:
            return False
    return True


def _has_attribute(text: str, element: HtmlElement) -> bool:
    found = _ATTRIBUTE.fullmatch(text)
    if found is None:
        return False
    name, comparison, wanted = found.groups()
    value = element.get(name.lower())
    if value is None or comparison is None:
        return value is not None
    match comparison:
        case "=":
            return value == wanted
        case "~=":
            return wanted in value.split()
        case "^=":
            return bool(wanted) and value.startswith(wanted)
        case "$=":
            return bool(wanted) and value.endswith(wanted)
        case "*=":
            return bool(wanted) and wanted in value
        case _:
            return value == wanted or value.startswith(f"{wanted}-")


def _length(value: str | None) -> float:
    found = _NUMBER.search(value or "")
    return float(found[1]) * _PIXELS.get(found[2] or "px", 1) if found else 0.0


def _is_zero(value: str | None) -> bool:
    found = _NUMBER.match(value or "")
    return found is not None and float(found[1]) <= 0.01
