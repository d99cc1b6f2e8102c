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


SIGN_ON = {
    "sso_issuer": "https://login.example.com/realms/main",
    "sso_client_id": "discovery",
    "sso_client_secret": "a secret of the client",
}


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"sso_issuer": "http://login.example.com"}, "DISCOVERY_SSO_ISSUER"),
        ({"sso_issuer": "https://user@login.example.com"}, "DISCOVERY_SSO_ISSUER"),
        ({"sso_issuer": "http://127.0.0.1.example.com"}, "DISCOVERY_SSO_ISSUER"),
        ({"sso_issuer": "https://login.example.com?x=1"}, "DISCOVERY_SSO_ISSUER"),
        ({"sso_client_secret": "short"}, "DISCOVERY_SSO_CLIENT_SECRET"),
        ({"sso_scopes": "openid"}, "DISCOVERY_SSO_SCOPES"),
        ({"sso_owners": "ada"}, "DISCOVERY_SSO_OWNERS"),
        ({"sso_domains": "ada@example.com"}, "DISCOVERY_SSO_DOMAINS"),
        ({"sso_owners": "ada@example.com,olga@example.org", "sso_domains": "Example.com"}, None),
        ({"sso_client_id": None}, None),
        ({"sso_issuer": None, "sso_client_id": None, "sso_client_secret": None, "sso_members_only": True}, None),
    ],
)
def test_a_provider_is_named_whole_and_safely(wrong: dict[str, object], named: str | None) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Settings.load(**(SIGN_ON | wrong))
    assert caught.value.where == named and "short" not in str(caught.value)


def test_who_may_sign_in_is_read_from_lists() -> None:
    settings = Settings.load(**SIGN_ON, sso_owners="Ada@Example.com, olga@example.com", sso_domains="Example.com,example.org")
    assert settings.sso_owner_addresses == {"ada@example.com", "olga@example.com"}
    assert settings.sso_admits("ada@example.org") and not settings.sso_admits("ada@sub.example.org")
    assert not Settings.load(sso_owners="ada@example.com").sso_admits("ada@example.com"), "nobody signs in where no provider is named"
    assert "a secret of the client" not in f"{settings!r} {settings.describe()!r}"
    assert Settings.load(**(SIGN_ON | {"sso_issuer": "http://localhost:8080/realms/main"})).sso_issuer
