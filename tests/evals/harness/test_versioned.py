"""In an automatic check, a folder of prompts has to be one that somebody else can look up."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from discovery_agent.errors import ConfigurationError
from discovery_agent.evals.harness.versioned import refuse_unfinished, refuse_unversioned


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def prompts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CI", "true")
    folder = tmp_path / "tried"
    folder.mkdir()
    (folder / "extract_findings.md").write_text("words", encoding="utf-8")
    return folder


def test_a_folder_outside_version_control_is_refused_in_an_automatic_check_only(prompts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match="not under version control"):
        refuse_unversioned("tried", prompts.parent)
    refuse_unversioned("main", prompts.parent)
    monkeypatch.delenv("CI")
    refuse_unversioned("tried", prompts.parent)


@pytest.mark.parametrize("ignored", ["", "tried/\n"])
def test_a_folder_is_refused_until_it_is_committed_and_again_when_it_changes(prompts: Path, ignored: str) -> None:
    (prompts.parent / ".gitignore").write_text(ignored, encoding="utf-8")
    git(prompts.parent, "init", "-q")
    with pytest.raises(ConfigurationError):
        refuse_unversioned("tried", prompts.parent)
    git(prompts.parent, "add", "-f", "tried")
    git(prompts.parent, "commit", "-qm", "Prompts to try")
    refuse_unversioned("tried", prompts.parent)
    (prompts / "extract_findings.md").write_text("other words", encoding="utf-8")
    with pytest.raises(ConfigurationError):
        refuse_unversioned("tried", prompts.parent)


def test_an_automatic_check_refuses_a_tree_that_is_not_committed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository, prompt = tmp_path / "repository", tmp_path / "repository" / "prompts" / "extract_findings.md"
    prompt.parent.mkdir(parents=True)
    prompt.write_text("words", encoding="utf-8")
    git(repository, "init", "-q")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "one")
    prompt.write_text("other words", encoding="utf-8")
    monkeypatch.delenv("CI", raising=False)
    refuse_unfinished(repository)
    monkeypatch.setenv("CI", "true")
    (repository / "evals").mkdir()
    (repository / "evals" / "new case.yaml").write_text("id: new", encoding="utf-8")
    (repository / "notes.txt").write_text("not watched", encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        refuse_unfinished(repository)
    assert "prompts/extract_findings.md" in caught.value.what and "evals/new case.yaml" in caught.value.what
    assert "notes.txt" not in caught.value.what
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "two")
    refuse_unfinished(repository)


def test_outside_a_repository_nothing_can_be_uncommitted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    refuse_unfinished(tmp_path)
