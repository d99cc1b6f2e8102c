"""YAML is read fast where that is safe, and the same either way."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from discovery_agent.files import yaml_text
from discovery_agent.files.yaml_text import parsed
from discovery_agent.settings import data_folder

TABLES = sorted(Path(data_folder("knowledge")).glob("*.yaml"))


@pytest.mark.parametrize("table", TABLES, ids=lambda one: one.name)
def test_both_readers_read_our_tables_alike(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = table.read_text(encoding="utf-8")
    fast = parsed(text)[1]
    monkeypatch.setattr(yaml_text, "_DEEPEST_IN_C", 0)
    assert parsed(text)[1] == fast


@pytest.mark.parametrize("text", ["[" * 200_000, "- " * 200_000 + "x", "{a: " * 50_000], ids=["lists", "items", "mappings"])
def test_what_is_nested_too_deeply_is_refused_and_ends_nothing(text: str) -> None:
    with pytest.raises(yaml.YAMLError, match="nested too deeply"):
        parsed(text)


def test_a_mistake_is_named_with_its_line() -> None:
    with pytest.raises(yaml.MarkedYAMLError) as caught:
        parsed("a: 1\nb: c: d\n")
    assert caught.value.problem == "mapping values are not allowed here"
    assert caught.value.problem_mark is not None and caught.value.problem_mark.line == 1
