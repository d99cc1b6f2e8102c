"""`doctor` says what works, what does not, and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from discovery_agent.cli.exit_codes import Exit
from discovery_agent.settings import Settings
from tests.cli.running import Inside, installed


def test_without_any_setting_everything_works_and_no_model_is_needed(agent: Inside) -> None:
    outcome = agent("doctor")
    assert outcome.code == Exit.OK, outcome.out
    assert "rules analyst works" in outcome.out
    assert "token counts: not needed" in outcome.out


def test_every_setting_is_listed_with_its_variable(agent: Inside) -> None:
    shown = agent("doctor").out
    assert all(row.variable in shown for row in Settings.load().describe())


def test_a_model_without_a_key_is_said_with_what_to_do(agent: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCOVERY_MODEL", "openai:gpt-5")
    outcome = agent("doctor")
    assert outcome.code == Exit.CONFIGURATION
    assert "no key" in outcome.out and "Set OPENAI_API_KEY" in outcome.out


def test_a_key_is_never_shown(agent: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCOVERY_MODEL", "openai:gpt-5")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789abcdef")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    outcome = agent("doctor")
    assert "http://127.0.0.1:9/v1" in outcome.out
    assert "0123456789abcdef" not in outcome.text


@pytest.mark.parametrize(("variable", "value"), [("DISCOVERY_CONCURRENCY", "many"), ("DISCOVERY_MODEL", "gpt[/red]")])
def test_a_wrong_setting_is_named(agent: Inside, monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    outcome = agent("doctor")
    assert outcome.code == Exit.CONFIGURATION
    assert variable in outcome.out and value in outcome.out and "unset" in outcome.out


@pytest.mark.parametrize("variable", ["DISCOVERY_KNOWLEDGE_DIR", "DISCOVERY_PROMPTS_DIR", "DISCOVERY_CACHE_DIR"])
def test_a_folder_that_cannot_be_used_is_named_and_the_other_checks_go_on(
    agent: Inside, monkeypatch: pytest.MonkeyPatch, work: Path, variable: str
) -> None:
    (work / "taken").write_text("", encoding="utf-8")
    monkeypatch.setenv(variable, str(work / "taken"))
    outcome = agent("doctor")
    assert outcome.code == Exit.CONFIGURATION
    assert "taken" in outcome.out and "sentence embeddings" in outcome.out and "cache folder" in outcome.out
    assert "Traceback" not in outcome.text


def test_the_installed_doctor_works_in_any_folder(work: Path) -> None:
    outcome = installed("doctor", folder=work)
    assert outcome.code == Exit.OK, outcome.text
