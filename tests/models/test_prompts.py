from __future__ import annotations

from pathlib import Path

import pytest

from discovery_agent.errors import ConfigurationError
from discovery_agent.models.prompts import load_prompt, load_prompts
from discovery_agent.settings import data_folder

GOOD = """---
name: greet
purpose: Say hello.
version: 2
inputs: [name]
output: Greeting
---
## System

Be polite.

### How

Briefly.

## User

Greet {{ name }}.
"""


def write(folder: Path, text: str, name: str = "greet") -> Path:
    path = folder / f"{name}.md"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_prompt_is_filled_in(tmp_path: Path) -> None:
    prompt = load_prompt(write(tmp_path, GOOD))
    system, user = prompt.messages(name="{{ 7 * 7 }} Ada")
    assert (system.role, system.content) == ("system", "Be polite.\n\n### How\n\nBriefly.")
    assert user.content == "Greet {{ 7 * 7 }} Ada."  # what is filled in is no template
    assert (prompt.name, prompt.version) == ("greet", 2)


def test_the_hash_changes_with_the_text(tmp_path: Path) -> None:
    before = load_prompt(write(tmp_path, GOOD)).hash
    assert load_prompt(write(tmp_path, GOOD.replace("polite", "brief"))).hash != before


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("---\nname", "name", 1, "front matter"),
        ("version: 2", "version: two", 4, "version"),
        ("purpose: Say hello.", "purpose: [", 5, "YAML"),
        ("output: Greeting", "color: red", 1, "output"),
        ("name: greet", "name: other", 1, "named"),
        ("inputs: [name]", "inputs: [name, age]", 1, "age"),
        ("{{ name }}", "{{ nmae }}", 18, "nmae"),
        ("{{ name }}", "{{ name", 18, "template"),
        ("Be polite.", "Be polite.\n{% if %}", 11, "template"),
        ("## User", "## Usr", 16, "Usr"),
        ("Be polite.\n\n### How\n\nBriefly.", "", 8, "System"),
        ("{{ name }}", "{{ name | nofilter }}", 18, "nofilter"),
        ("{{ name }}", "{{ name.age }}", 18, "age"),
        ("{{ name }}", "{{ name.__class__.__mro__ }}", 18, "unsafe"),
        ("{{ name }}", "{{ name / 2 }}", 18, "filled in"),
        ("{{ name }}", "{% include 'other' %}{{ name }}", 18, "filled in"),
        ("{{ name }}.", "{{ name }}.\n\n## User\n\nAgain.", 20, "twice"),
        ("---\n## System", "---\n\nBe kind.\n\n## System", 9, "before"),
        ("version: 2", "version: 2\nversion: 3", 5, "twice"),
        ("version: 2", "version: 2026-13-45", 1, "month"),
        ("Say hello.", "Say \x07 hello.", 3, "YAML"),
        ("[name]", "[name, name]", 1, "twice"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_prompt(write(tmp_path, GOOD.replace(old, new, 1)))
    assert words in caught.value.what
    assert caught.value.where == f"{tmp_path / 'greet.md'}, line {line}"


def test_values_that_are_missing_or_unknown_are_a_mistake(tmp_path: Path) -> None:
    prompt = load_prompt(write(tmp_path, GOOD))
    with pytest.raises(ConfigurationError, match="name"):
        prompt.messages()
    with pytest.raises(ConfigurationError, match="age"):
        prompt.messages(name="Ada", age="36")


def test_a_file_from_another_editor_is_the_same_prompt(tmp_path: Path) -> None:
    path = tmp_path / "greet.md"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("---\n", "--- \n").replace("\n", "\r\n").encode())
    assert load_prompt(path).messages(name="Ada") == load_prompt(write(tmp_path, GOOD)).messages(name="Ada")


def test_a_folder_without_prompts_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no prompt"):
        load_prompts(tmp_path)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_prompt(tmp_path / "missing.md")


def test_the_prompts_that_ship_are_right() -> None:
    assert "extract_findings" in [prompt.name for prompt in load_prompts(data_folder("prompts"))]
