"""Every rule of axe-core on a page: WCAG 2.0, 2.1 and 2.2 at levels A and AA, and its best practices."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice")
_RUN = """async ([tags, part]) => {
  const found = await axe.run(part ? document.querySelector(part) : document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] });
  return found.violations.flatMap(({ id, impact, help, nodes }) => nodes.map((node) =>
    `${impact} ${id}: ${help}: ${node.target.flat().join(" ")}: ${node.html.slice(0, 160)} ${(node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? ""}`));
}"""


@cache
def _library() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")


def violations(page: Page, part: str = "") -> list[str]:
    """What axe-core finds on a page, or in a part of it, each with how grave it is; it comes from this machine and asks no other."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(_library())
    found: Any = page.evaluate(_RUN, [list(_TAGS), part])
    return found
