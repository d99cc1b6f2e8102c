"""Somebody who has a keyboard and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, Mouse, Page

_HANDS = ("click", "dblclick", "check", "uncheck", "set_checked", "tap", "fill", "clear", "press", "type", "press_sequentially")
_MORE = ("select_option", "hover", "focus", "drag_to", "dispatch_event", "set_input_files")

# What is wrong with the focus, and whether it is on `target`.
_FOCUS = """(target) => {
  const one = document.activeElement;
  const atTarget = Boolean(target) && one === target;
  const say = (wrong) => [wrong, atTarget];
  if (!one || one === document.body) return say("nothing has the focus");
  const tell = `${one.tagName.toLowerCase()}.${one.className} “${(one.getAttribute("aria-label") ?? one.textContent).trim().slice(0, 50)}”`;
  const drawn = [one, one.closest("label"), one.closest(".frame")].filter((each) => each).some((each) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each);
    return (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || boxShadow !== "none";
  });
  // What takes the focus only to be read from there, such as a heading, is no control.
  if (!drawn && one.tabIndex >= 0) return say(`the focus is not seen: ${tell}`);
  const box = (one.closest("label") ?? one).getBoundingClientRect();
  if (one.tabIndex >= 0 && (box.bottom <= 0 || box.top >= innerHeight)) return say(`the focus is out of sight: ${tell}`);
  if (one.tabIndex >= 0 && one.matches("a, button, input, summary, select")) {
    const at = document.elementFromPoint(box.left + Math.min(box.width, 20) / 2, Math.max(1, Math.min(innerHeight - 1, box.top + box.height / 2)));
    const beside = one.closest("label") ?? one;
    if (at && !beside.contains(at) && !at.contains(beside)) return say(`the focus is covered by ${at.tagName}.${at.className}: ${tell}`);
  }
  return say("");
}"""


class Keyboard:
    """Works one page with Tab, Enter, Space, arrows, Escape and letters. After every key the focus is somewhere, and can be seen."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        """Type words where the focus is."""
        self.page.keyboard.type(text)

    def to(self, target: Locator, *, most: int = 150, back: bool = False) -> None:
        """Reach something with Tab, or Shift and Tab."""
        target.wait_for()
        wanted = target.element_handle()
        for _ in range(most):
            wrong, there = self.page.evaluate(_FOCUS, wanted)
            if there:
                assert wrong == "", wrong
                return
            # Behind the last control the browser itself has the focus.
            assert wrong in ("", "nothing has the focus"), wrong
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
        raise AssertionError(f"{target} cannot be reached with the Tab key")

    def go(self, target: Locator, key: str = "Enter", *, back: bool = False) -> None:
        """Reach something and press it."""
        self.to(target, back=back)
        self.page.keyboard.press(key)

    def seen(self) -> None:
        """The focus is on something, which shows it and is not covered."""
        wrong, _ = self.page.evaluate(_FOCUS, None)
        assert wrong == "", wrong

    def kept(self) -> None:
        """After something was done, and the page was drawn anew, the focus is on something again."""
        self.page.wait_for_function("document.activeElement && document.activeElement !== document.body")
        self.seen()


@contextmanager
def no_mouse() -> Iterator[None]:
    """Whatever would move a mouse, or set a value without keys, fails."""

    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("here is no mouse")

    with pytest.MonkeyPatch.context() as patched:
        for kind in (Locator, Page):
            for method in (*_HANDS, *_MORE):
                if hasattr(kind, method):
                    patched.setattr(kind, method, forbidden)
        for method in ("click", "dblclick", "down", "move"):
            patched.setattr(Mouse, method, forbidden)
        yield
