"""The documentation as a site: built whole, without the network, and without asking anybody for anything when it is read."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT

_FETCHED = re.compile(
    r"""<(?:link|script|img|iframe|source|video|audio|object|embed)\b[^>]*?(?:src|href|data)=["']?(https?:)?//[^\s"'>]+"""
    r"""|@import\s+["'(u][^;]*//|url\(\s*["']?(?:https?:)?//""",
    re.I,
)
_CANONICAL = re.compile(r'<link rel="canonical"[^>]*>')


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as `make site` does; a link or anchor that leads nowhere ends it."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "NO_MKDOCS_2_WARNING": "1", "HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_every_page_is_there_and_can_be_searched(site: Path) -> None:
    for page in ("index.html", "tutorial.html", "comparison.html", "reference/cli.html", "reference/api.html", "contributing.html"):
        assert (site / page).stat().st_size > 2000, page
    assert "ladder" in (site / "search" / "search_index.json").read_text(encoding="utf-8")


def test_no_page_asks_another_host_for_anything(site: Path) -> None:
    for file in site.rglob("*"):
        if file.suffix in (".html", ".css"):
            text = _CANONICAL.sub("", file.read_text(encoding="utf-8"))
            found = _FETCHED.search(text)
            assert not found, (file.relative_to(site), found and found[0])
            assert 'class="mermaid"' not in text, "the theme fetches what draws such diagrams"


def test_the_check_sees_what_would_be_fetched() -> None:
    for one in (
        '<script src="https://cdn.example.org/a.js">',
        "<link href=//fonts.example.org/a.css rel=stylesheet>",
        "a { background: url(http://x.org/a.png) }",
    ):
        assert _FETCHED.search(one)
    assert not _FETCHED.search('<a href="https://github.com/joemooney/aida"> <script src="../assets/a.js">')


def test_files_outside_the_documentation_are_copies_that_pages_reach(site: Path) -> None:
    proxy = (site / "deployment" / "proxy.html").read_text(encoding="utf-8")
    assert "source/deploy/nginx.conf" in proxy
    assert (site / "source" / "deploy" / "nginx.conf").read_text(encoding="utf-8") == (ROOT / "deploy" / "nginx.conf").read_text(
        encoding="utf-8"
    )


def test_every_decision_is_in_the_list_of_decisions() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"\]\((.+?\.md)\)", (folder / "index.md").read_text(encoding="utf-8"))
    assert listed == sorted(one.name for one in folder.glob("0*.md"))
