"""Hooks of mkdocs.yml: what pages link to outside docs/ is copied into the site, so that the links work there as they do in the repository."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from urllib.parse import urlsplit

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

_PAGES = {"CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md", "README.md": "readme.md"}
"""Documents of the repository that become pages."""
_FIRST = {"docs/schemas": "reference/schemas.md"}
"""Folders that have another first page than their index."""
_LINK = re.compile(r"(\]\()([^)\s]+)(\))")
_NEVER = frozenset({".git", ".venv", "site"})


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the documents of the repository, and a copy of every other file outside docs/ that some page links to."""
    root = Path(config.config_file_path).parent
    for name, page in _PAGES.items():
        files.append(File.generated(config, page, content=(root / name).read_text(encoding="utf-8")))
    for page in list(files.documentation_pages()):
        for _, target, _ in _LINK.findall(page.content_string):
            outside = _outside(page.src_uri, target, root)
            if outside and outside not in _PAGES and files.get_file_from_path(_copy_of(outside)) is None:
                files.append(File.generated(config, _copy_of(outside), abs_src_path=str(root / outside)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Point links that lead out of docs/ to the pages and copies in the site."""
    root = Path(config.config_file_path).parent

    def moved(found: re.Match[str]) -> str:
        link = found[2]
        outside = _outside(page.file.src_uri, link, root)
        inside = _PAGES.get(outside, _copy_of(outside)) if outside else _into_docs(page.file.src_uri, link, root)
        if inside is None:
            return found[0]
        anchor = f"#{urlsplit(link).fragment}" if urlsplit(link).fragment else ""
        return f"{found[1]}{posixpath.relpath(inside, posixpath.dirname(page.file.src_uri) or '.')}{anchor}{found[3]}"

    return _LINK.sub(moved, markdown)


def _place(page: str, link: str) -> str | None:
    """Where in the repository a link of a page leads; None if it leads elsewhere."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc or not parts.path:
        return None
    folder = "" if page in _PAGES.values() else posixpath.join("docs", posixpath.dirname(page))
    return posixpath.normpath(posixpath.join(folder, parts.path))


def _outside(page: str, link: str, root: Path) -> str | None:
    """The file of the repository, outside docs/, that a link leads to."""
    place = _place(page, link)
    if place is None or place.startswith(("../", "docs/")) or place.split("/")[0] in _NEVER:
        return None
    return place if (root / place).is_file() else None


def _into_docs(page: str, link: str, root: Path) -> str | None:
    """The page below docs/ that a link of a document of the repository leads to, or that stands for a folder; None where the link is right as it is."""
    place = _place(page, link)
    if place is None or not place.startswith("docs/"):
        return None
    if not (root / place).is_dir():
        return place.removeprefix("docs/") if page in _PAGES.values() else None
    return _FIRST.get(place) or f"{place.removeprefix('docs/')}/index.md"


def _copy_of(outside: str) -> str:
    """Where in the site the copy of a file lies. What has no ending, or that of a page, would not be shown as it is."""
    return f"source/{outside}" if posixpath.splitext(outside)[1] not in ("", ".md") else f"source/{outside}.txt"
