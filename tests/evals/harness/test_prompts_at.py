"""Prompts of a revision or a folder: whole, from what was asked for and nothing else, or an error that says what to do."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from discovery_agent.errors import ConfigurationError
from discovery_agent.evals.harness.prompts_at import lay_out
from discovery_agent.models.prompts import load_prompts
from discovery_agent.settings import data_folder

EXTRACT = (data_folder("prompts") / "extract_findings.md").read_text(encoding="utf-8")
BUILT_IN = {one.name: one.hash for one in load_prompts(data_folder("prompts"))}


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false", "-c", "init.defaultBranch=main")
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def write(folder: Path, extra: str, name: str = "extract_findings.md") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(EXTRACT.replace("## User", f"{extra}\n\n## User"), encoding="utf-8")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Two commits, the second with another prompt; and a prompt that is not committed."""
    root = tmp_path / "repository"
    write(root / "prompts", "Be brief.")
    (root / "prompts" / "README.md").write_text("What is here.", encoding="utf-8")
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "one")
    write(root / "prompts", "Be exact.")
    git(root, "commit", "-qam", "two")
    write(root / "prompts", "Not committed.")
    return root


def text_in(folder: Path) -> str:
    return (folder / "extract_findings.md").read_text(encoding="utf-8")


def test_a_revision_gives_the_prompts_as_committed_and_leaves_the_working_tree_alone(repository: Path, tmp_path: Path) -> None:
    before = git(repository, "status", "--porcelain")
    first = lay_out("HEAD~1", tmp_path / "first", start=repository)
    second = lay_out("main", tmp_path / "second", start=repository)
    assert "Be brief." in text_in(first.folder) and "Be exact." in text_in(second.folder)
    assert git(repository, "status", "--porcelain") == before
    assert first.source == f"revision HEAD~1 (commit {git(repository, 'rev-parse', 'HEAD~1')[:12]})"
    assert not (first.folder / "README.md").exists()
    assert {name for name, value in first.hashes.items() if value != second.hashes[name]} == {"extract_findings"}


def test_a_revision_is_found_from_a_folder_inside_the_repository(repository: Path, tmp_path: Path) -> None:
    inside = repository / "docs"
    inside.mkdir()
    assert "Be exact." in text_in(lay_out("HEAD", tmp_path / "out", start=inside).folder)


def test_the_working_tree_is_taken_as_it_is_from_wherever_in_it(repository: Path, tmp_path: Path) -> None:
    inside = repository / "docs"
    inside.mkdir()
    for number, start in enumerate((repository, inside)):
        prompts = lay_out(".", tmp_path / f"out{number}", start=start)
        assert "Not committed." in text_in(prompts.folder)
        assert prompts.source.startswith("working tree over commit ")


def test_a_folder_with_only_the_changed_prompt_is_completed_from_the_built_in_ones(tmp_path: Path) -> None:
    write(tmp_path / "short", "Be brief.")
    prompts = lay_out("short", tmp_path / "out", start=tmp_path)
    assert prompts.source == "folder short"
    assert prompts.hashes.keys() == BUILT_IN.keys()
    assert {name for name, value in prompts.hashes.items() if value != BUILT_IN[name]} == {"extract_findings"}


def test_a_revision_with_fewer_prompts_than_today_is_completed_too(repository: Path, tmp_path: Path) -> None:
    assert lay_out("HEAD", tmp_path / "out", start=repository).hashes.keys() == BUILT_IN.keys()


@pytest.mark.parametrize("name", ["no-such-branch", "--upload-pack=touch x", "HEAD:prompts", "\0", "HEAD~99"])
def test_an_unknown_revision_is_told(repository: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match="neither a folder of prompts nor a revision"):
        lay_out(name, tmp_path / "out", start=repository)
    assert not (repository / "x").exists()


def test_without_a_repository_a_revision_cannot_be_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(ConfigurationError, match="no git repository"):
        lay_out("main", tmp_path / "out", start=tmp_path)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ConfigurationError, match="with git installed"):
        lay_out("main", tmp_path / "out", start=tmp_path)


def test_a_revision_without_prompts_is_told(repository: Path, tmp_path: Path) -> None:
    git(repository, "rm", "-rqf", "prompts")
    git(repository, "commit", "-qm", "three")
    with pytest.raises(ConfigurationError, match="has no prompts"):
        lay_out("HEAD", tmp_path / "out", start=repository)


def test_a_folder_without_prompts_and_a_prompt_with_a_mistake_are_told(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigurationError, match="no prompt in this folder"):
        lay_out("empty", tmp_path / "out", start=tmp_path)
    (tmp_path / "wrong").mkdir()
    (tmp_path / "wrong" / "extract_findings.md").write_text(EXTRACT.replace("## User", "{{ nonsense }}\n\n## User"), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="nonsense"):
        lay_out("wrong", tmp_path / "out2", start=tmp_path)
