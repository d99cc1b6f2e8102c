"""May this tag be released? `python -m scripts.release_ready v0.2.0` says what is lacking; exit code 1 if anything is."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from discovery_agent import __version__

ROOT = Path(__file__).parents[1]


def version_in(pyproject: str) -> str:
    """The version that `pyproject.toml` names."""
    found = re.search(r'(?m)^version = "([^"]+)"$', pyproject)
    return found[1] if found else ""


def releases_in(changelog: str) -> list[str]:
    """The headings of a changelog from the newest on: versions, or `Unreleased`."""
    return re.findall(r"(?m)^## (Unreleased|\d+\.\d+\.\d+)(?: - \d{4}-\d{2}-\d{2})?$", changelog)


def lacking(tag: str, *, pyproject: str, program: str, changelog: str, promised: set[str]) -> list[str]:
    """What has to be done before a tag is a release; `promised` are the releases whose schemas are kept."""
    wanted = tag.removeprefix("v")
    found: list[str] = []
    if not re.fullmatch(r"v\d+\.\d+\.\d+", tag):
        return [f"{tag} is no tag of a release; it looks like v1.2.3"]
    if version_in(pyproject) != wanted:
        found.append(f"pyproject.toml says {version_in(pyproject)}, not {wanted}")
    if program != wanted:
        found.append(f"src/discovery_agent/__init__.py says {program}, not {wanted}")
    if not re.search(rf"(?m)^## {re.escape(wanted)} - \d{{4}}-\d{{2}}-\d{{2}}$", changelog) or releases_in(changelog)[:1] != [wanted]:
        found.append(f"CHANGELOG.md does not begin with `## {wanted} - YYYY-MM-DD`")
    if wanted not in promised:
        found.append(f"docs/schemas/released/{wanted} is missing: python -m scripts.compatibility freeze {wanted}")
    return found


def main(arguments: list[str]) -> int:
    """The command line."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    found = lacking(
        arguments[0],
        pyproject=(ROOT / "pyproject.toml").read_text(encoding="utf-8"),
        program=__version__,
        changelog=(ROOT / "CHANGELOG.md").read_text(encoding="utf-8"),
        promised={one.name for one in (ROOT / "docs" / "schemas" / "released").iterdir()},
    )
    print("\n".join(found) or f"{arguments[0]} may be released.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
