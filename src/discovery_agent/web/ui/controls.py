"""Buttons, fields, forms and dialogs: native ones, which keyboards and screen readers work without being told how."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from discovery_agent.errors import DiscoveryError
from discovery_agent.web.ui.elements import Attribute, Piece, div, heading, span, trouble
from discovery_agent.web.ui.visit import Visit, what_and_remedy

_SUBMITTED = "(e) => { e.preventDefault(); emit(Object.fromEntries(new FormData(e.target, e.submitter))); }"

Values = Mapping[str, str]
"""What a form holds, by the names of its fields; an unticked box is left out."""


def button(visit: Visit, text: str, handler: Callable[[], Awaitable[None]], classes: str = "", **attributes: Attribute) -> Piece:
    """A button that does something on the server."""

    async def pressed(_: Any) -> None:
        await handler()

    return Piece("button", text, f"button {classes}".strip(), type="button", **attributes).on(
        "click", visit.acting(pressed), js_handler="() => emit()"
    )


def local_button(text: str, script: str, classes: str = "", **attributes: Attribute) -> Piece:
    """A button that only does something in the browser; `script` is the body of a function, written by the program."""
    return Piece("button", text, f"button {classes}".strip(), type="button", **attributes).on("click", js_handler=f"(e) => {{ {script} }}")


def field(label: str, hint: str = "") -> Piece:
    """A label around a control, which names it; use it as a context for the control."""
    found = Piece("label", "", "field")
    with found:
        span(label, "label")
        if hint:
            span(hint, "hint")
    return found


def text_input(name: str, value: str = "", kind: str = "text", **attributes: Attribute) -> Piece:
    """A field of one line."""
    return Piece("input", "", "input", name=name, type=kind, **{"^value": value or None}, **attributes)


def text_area(name: str, value: str = "", classes: str = "", **attributes: Attribute) -> Piece:
    """A field of several lines."""
    return Piece("textarea", value, f"input {classes}".strip(), name=name, **attributes)


def choice(name: str, options: Iterable[tuple[str, str]], value: str = "", **attributes: Attribute) -> Piece:
    """One of several, from a list of (value, words)."""
    with Piece("select", "", "input", name=name, **attributes) as found:
        for one, words in options:
            Piece("option", words, value=one, selected=one == value)
    return found


def tick(name: str, words: str, *, ticked: bool = False, **attributes: Attribute) -> Piece:
    """A box to tick, with what it means."""
    with Piece("label", "", "check") as found:
        Piece("input", "", "", type="checkbox", name=name, **{"^checked": "" if ticked else None}, **attributes)
        span(words)
    return found


def form(visit: Visit, handler: Callable[[Values], Awaitable[None]], classes: str = "", **attributes: Attribute) -> Piece:
    """A form whose values reach the handler when it is sent; use it as a context for its fields.

    What goes wrong is said at its top, so that nothing that was filled in is lost.
    """
    found = Piece("form", "", classes, **attributes)
    with found:
        place = div("form-trouble")

    def complain(error: DiscoveryError) -> None:
        if visit.gone or place.is_deleted:
            return
        place.clear()
        with place:
            trouble(*what_and_remedy(error))

    async def sent(values: Any) -> None:
        place.clear()
        await handler({str(key): str(value) for key, value in values.items()} if isinstance(values, dict) else {})

    found.on("submit", visit.acting(sent, complain), js_handler=_SUBMITTED)
    return found


@contextmanager
def dialog(title: str) -> Iterator[Piece]:
    """A dialog that stands over the page; gives the element, whose `opener` opens it without asking the server."""
    with Piece("dialog") as found:
        found.put("aria-label", title)
        heading(2, title)
        yield found


def opener(found: Piece) -> str:
    """The script that opens a dialog."""
    return f"discovery.open({found.id})"


def closer(found: Piece, words: str = "Cancel") -> Piece:
    """A button that closes a dialog and changes nothing."""
    return local_button(words, f"discovery.close({found.id})")
