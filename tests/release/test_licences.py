"""What is installed with the program may be passed on, and the published list is that of the lock."""

from __future__ import annotations

import json
import re

import pytest
from scripts.licences import EXCEPTIONS, LOCK, NOT_HERE, ROOT, TABLE, bill, is_allowed, licence_of, pinned


def test_every_runtime_dependency_has_a_licence_of_the_list_or_a_reason() -> None:
    packages = pinned()
    assert len(packages) == len(re.findall(r"(?m)^[\w.-]+==", LOCK.read_text(encoding="utf-8")))
    unknown = {one.name: licence_of(one.name) for one in packages if not is_allowed(licence_of(one.name)) and one.name not in EXCEPTIONS}
    assert unknown == {}, "Look up their licences; then add them to scripts/licences.py, or do without."
    assert set(EXCEPTIONS) | set(NOT_HERE) <= {one.name for one in packages}, "exceptions for packages that are gone"
    assert all(one.hashes for one in packages)


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("Apache-2.0 OR GPL-3.0-only", True),
        ("MIT AND GPL-3.0-only", False),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", True),
        ("MIT AND (GPL-2.0-only OR AGPL-3.0-only)", False),
        ("AGPL-3.0-only", False),
        ("Proprietary", False),
        ("", False),
    ],
)
def test_a_licence_is_allowed_if_some_way_of_meeting_it_needs_allowed_ones_only(expression: str, allowed: bool) -> None:
    assert is_allowed(expression) is allowed


def test_the_published_table_names_what_the_lock_pins() -> None:
    published = TABLE.read_text(encoding="utf-8")
    rows = re.findall(r"(?m)^\| ([\w.-]+) \| [\w.+!-]+ \| [^|]+ \| [^|]*\|$", published.split("| package | version |")[1])
    assert all(f"| {one.name} | {one.version} | " in published for one in pinned()), "run `make sbom`"
    assert set(rows) == {one.name for one in pinned()}, "run `make sbom`"
    assert all(f"- `{name}`: " in published for name in EXCEPTIONS)


def test_the_table_tells_of_all_data_that_ships() -> None:
    published = TABLE.read_text(encoding="utf-8")
    weights = {one.name for one in (ROOT / "knowledge").glob("*.safetensors")}
    assert weights and "knowledge/*.safetensors" in published
    samples = {one.stem.split("-")[0].title() for one in (ROOT / "samples").glob("*.yaml")}
    assert samples and all(one in published for one in samples)


def test_the_bill_of_materials_lists_every_pinned_package_with_licence_and_hashes() -> None:
    made = bill()
    assert made["bomFormat"] == "CycloneDX" and made["metadata"]["component"]["name"] == "discovery-agent"
    listed = {(one["name"], one["version"]): one for one in made["components"]}
    assert set(listed) == {(one.name, one.version) for one in pinned()}
    for one in pinned():
        component = listed[one.name, one.version]
        assert component["licenses"] and component["purl"].startswith("pkg:pypi/")
        hashes = {hash["content"] for source in component["externalReferences"] for hash in source.get("hashes", ())}
        assert hashes == set(one.hashes)
    assert "pytest" not in json.dumps(made)
