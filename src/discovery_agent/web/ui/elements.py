"""The few HTML elements that every page is made of.

Text goes into the page as text, never as markup, and characters that play tricks on the eye are made visible. Native
elements are used throughout, because browsers and screen readers know what to do with them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Protocol, Self

from nicegui.elements.mixins.text_element import TextElement

from discovery_agent.discovery.report.wording import visible

Attribute = str | int | bool | None


class Acting(Protocol):
    """Whoever makes handlers for events: a visit."""

    def acting(self, handler: Callable[[Any], Awaitable[None]]) -> Callable[[Any], Awaitable[None]]:
        """A handler that says what went wrong."""
        ...


class Piece(TextElement):
    """One HTML element. Attributes are given as keywords: `aria_label` becomes `aria-label`, None and False leave one out."""

    def __init__(self, tag: str, text: str = "", classes: str = "", **attributes: Attribute) -> None:
        super().__init__(text=visible(text), tag=tag)
        if classes:
            self.classes(classes)
        with self.props.suspend_updates():
            for name, value in attributes.items():
                self.put(name, value)

    def put(self, name: str, value: Attribute) -> Self:
        """Set an attribute, or take it away with None or False. `for_` becomes `for`."""
        self.props.set_optional(name.rstrip("_").replace("_", "-"), None if value is False else value)
        return self

    def say(self, text: str) -> Self:
        """Replace the text."""
        self.set_text(visible(text))
        return self

    def replace_class(self, name: str, wanted: bool) -> Self:
        """Add a class, or take it away."""
        return self.classes(add=name) if wanted else self.classes(remove=name)


def div(classes: str = "", **attributes: Attribute) -> Piece:
    """A box without a meaning of its own."""
    return Piece("div", "", classes, **attributes)


def p(text: str = "", classes: str = "", **attributes: Attribute) -> Piece:
    """A paragraph of our own words."""
    return Piece("p", text, classes, **attributes)


def span(text: str, classes: str = "", **attributes: Attribute) -> Piece:
    """A run of words."""
    return Piece("span", text, classes, **attributes)


def words_of(text: str, tag: str = "p", classes: str = "") -> Piece:
    """Words that somebody else wrote, in whichever direction their script runs."""
    return Piece(tag, text, classes, dir="auto")


def name(text: str, classes: str = "") -> Piece:
    """The name of a person or file, kept apart from the text around it."""
    return Piece("bdi", text, classes)


def heading(level: int, text: str, classes: str = "", **attributes: Attribute) -> Piece:
    """A heading of level 1 to 6."""
    return Piece(f"h{level}", text, classes, dir="auto", **attributes)


def link(text: str, href: str, classes: str = "", **attributes: Attribute) -> Piece:
    """A link within the service. `href` is made by the program, never by people."""
    return Piece("a", text, classes, href=href, **attributes)


def badge(text: str, tone: str = "") -> Piece:
    """A short remark; `tone` is nothing, `good`, `warn` or `clash`."""
    return span(text, f"badge {tone}".strip())


def quote(text: str, classes: str = "quote") -> Piece:
    """Words as somebody said them."""
    return words_of(text, "blockquote", classes)


def backed(statement: str, proof: str, classes: str = "statement") -> None:
    """A statement with the words that prove it; where those are the same, once, as a quote."""
    if _bare(statement) == _bare(proof):
        quote(proof, f"{classes} quote")
    else:
        words_of(statement, classes=classes)
        quote(proof)


def _bare(text: str) -> str:
    return " ".join(text.split()).rstrip(".!").casefold()


def names(people: Iterable[str], nobody: str = "speaker not named") -> None:
    """Names of people, with commas; each kept apart from its neighbours."""
    found = tuple(people)
    for at, one in enumerate(found):
        name(one)
        if at < len(found) - 1:
            span(", ")
    if not found:
        span(nobody)


class Gauge(Piece):
    """A bar that is filled to a share, 0..1."""

    def __init__(self, label: str, share: float = 0.0) -> None:
        super().__init__("span", "", "gauge", role="progressbar", aria_label=label, aria_valuemin="0", aria_valuemax="100")
        with self:
            self._bar = Piece("i")
        self.show(share)

    def show(self, share: float) -> None:
        """Fill it to another share."""
        whole = round(100 * share)
        self.put("aria_valuenow", str(whole))
        self._bar.style(f"width: {whole}%")


def fold(title: str, count: str = "", classes: str = "", *, opened: bool = False) -> Piece:
    """Something that opens on demand; use it as a context for what is inside."""
    found = Piece("details", "", classes, open=opened)
    with found, Piece("summary", title):
        if count:
            span(f" {count}", "count")
    return found


def lazy(visit: Acting, title: str, count: str, build: Callable[[], Awaitable[None]], classes: str = "") -> Piece:
    """Something that is worked out when it is first opened."""
    found = fold(title, count, classes)
    with found:
        place = div()
    opened = False

    async def open_(_: Any) -> None:
        nonlocal opened
        if not opened:
            with place:
                await build()
            opened = True

    return found.on("toggle", visit.acting(open_), js_handler="(e) => e.target.open && emit()")


def section(title: str, anchor: str, classes: str = "part", level: int = 2) -> Piece:
    """A part of a page with its heading, which names it for those who jump from part to part."""
    found = Piece("section", "", classes, id=anchor, aria_labelledby=f"{anchor}-title")
    with found:
        heading(level, title, id=f"{anchor}-title")
    return found


def empty(title: str, text: str = "") -> Piece:
    """What stands where nothing is yet; put the way on inside."""
    found = div("nothing")
    with found:
        p(title, "strong")
        if text:
            p(text)
    return found


def trouble(what: str, remedy: str | None = None) -> Piece:
    """Something that went wrong, and what can be done about it."""
    found = div("trouble", role="alert")
    with found:
        words_of(what)
        if remedy:
            words_of(remedy, classes="remedy")
    return found
