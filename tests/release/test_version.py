"""One version everywhere, one list of Python versions, and a tag that is released only when all is said."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml
from scripts.release_ready import lacking, releases_in

from discovery_agent import __version__

ROOT = Path(__file__).parents[2]
PYTHONS = ["3.11", "3.12", "3.13"]


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_program_the_package_and_its_metadata_name_one_version() -> None:
    assert project()["project"]["version"] == __version__ == version("discovery-agent")


def test_the_changelog_begins_with_what_is_not_released_or_with_this_version_and_never_goes_back() -> None:
    headings = releases_in((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert headings and headings[0] in ("Unreleased", __version__)
    released = [tuple(map(int, one.split("."))) for one in headings if one != "Unreleased"]
    assert released == sorted(set(released), reverse=True)
    assert all(one <= tuple(map(int, project()["project"]["version"].split("."))) for one in released)


def test_every_python_that_is_promised_is_tested_and_every_one_that_is_tested_is_promised() -> None:
    told = project()["project"]
    assert [one.rsplit(" :: ", 1)[1] for one in told["classifiers"] if "Python :: 3." in one] == PYTHONS
    assert told["requires-python"] == ">=3.11,<3.14"
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    assert workflow["jobs"]["test"]["strategy"]["matrix"]["python"] == PYTHONS
    assert re.search(r"Python 3\.11 to 3\.13", (ROOT / "docs" / "release.md").read_text(encoding="utf-8"))
    assert re.search(r"(?m)^ARG PYTHON=3\.1[1-3]$", (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8"))


GOOD: dict[str, Any] = {
    "pyproject": '[project]\nversion = "0.2.0"\n',
    "program": "0.2.0",
    "changelog": "# Changelog\n\n## 0.2.0 - 2026-12-01\n\n- New.\n\n## 0.1.0 - 2026-11-26\n",
    "promised": {"0.1.0", "0.2.0"},
}


def test_a_tag_with_everything_said_may_be_released() -> None:
    assert lacking("v0.2.0", **GOOD) == []


@pytest.mark.parametrize(
    ("tag", "wrong", "said"),
    [
        ("0.2.0", {}, "no tag of a release"),
        ("v0.3.0", {}, "pyproject.toml says 0.2.0"),
        ("v0.2.0", {"pyproject": '[project]\nversion = "0.1.0"\n'}, "pyproject.toml says 0.1.0, not 0.2.0"),
        ("v0.2.0", {"program": "0.1.0"}, "__init__.py says 0.1.0"),
        ("v0.2.0", {"changelog": "# Changelog\n\n## Unreleased\n\n## 0.2.0 - 2026-12-01\n"}, "CHANGELOG.md does not begin"),
        ("v0.2.0", {"changelog": "# Changelog\n\n## 0.2.0\n"}, "CHANGELOG.md does not begin"),
        ("v0.2.0", {"promised": {"0.1.0"}}, "released/0.2.0 is missing"),
    ],
)
def test_a_tag_with_something_unsaid_is_refused_with_what_is_lacking(tag: str, wrong: dict[str, Any], said: str) -> None:
    assert any(said in one for one in lacking(tag, **{**GOOD, **wrong}))
