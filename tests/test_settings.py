from __future__ import annotations

from pathlib import Path

import pytest

from discovery_agent.errors import ConfigurationError
from discovery_agent.settings import Settings, data_folder


def test_without_any_variable_the_rules_analyst_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISCOVERY_MODEL", raising=False)
    assert Settings.load().model is None


def test_variables_are_read_and_what_is_passed_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCOVERY_CONCURRENCY", "3")
    monkeypatch.setenv("DISCOVERY_MAX_COST_USD", "")
    assert Settings.load().concurrency == 3
    assert Settings.load().max_cost_usd is None
    assert Settings.load(concurrency=5).concurrency == 5


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CONCURRENCY", "many"),
        ("WINDOW_TOKENS", "0"),
        ("MODEL", "gpt-5"),
        ("MAX_COST_USD", "-1"),
        ("IDLE_SECONDS", "0"),
        ("PUBLIC_URL", "https://host/path"),
    ],
)
def test_a_bad_value_is_named_by_its_variable(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(f"DISCOVERY_{variable}", value)
    with pytest.raises(ConfigurationError) as caught:
        Settings.load()
    assert caught.value.where == f"DISCOVERY_{variable}"


def test_half_a_price_is_a_mistake() -> None:
    with pytest.raises(ConfigurationError, match="DISCOVERY_OUTPUT_PRICE_USD"):
        Settings.load(input_price_usd=1)


def test_every_setting_is_described_and_no_key_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-secret")
    monkeypatch.setenv("DISCOVERY_PROMPTS_DIR", "/somewhere/prompts")
    settings = Settings.load()
    rows = {row.variable: row for row in settings.describe()}
    assert len(rows) == len(Settings.model_fields)
    assert all(row.meaning for row in rows.values())
    assert rows["DISCOVERY_PROMPTS_DIR"].current == str(Path("/somewhere/prompts"))
    assert "sk-secret" not in f"{settings!r} {rows!r}"


def test_the_folders_that_ship_are_found() -> None:
    assert (data_folder("prompts") / "extract_findings.md").is_file()
    with pytest.raises(ConfigurationError, match="missing"):
        data_folder("nothing-like-it")
