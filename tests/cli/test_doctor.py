"""`doctor` says what works, what does not, and what to do."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from discovery_agent.cli.doctor import outside, program, surroundings
from discovery_agent.cli.doctor.checks import Check, Mark, Seen, look
from discovery_agent.cli.exit_codes import Exit
from discovery_agent.errors import ConfigurationError
from discovery_agent.settings import Settings, data_folder
from tests import fake_model_server as fake
from tests.cli.running import SCRIPT, Inside, installed
from tests.fake_model_server import FakeModelServer
from tests.storage.postgres import Postgres


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


def test_a_reader_that_leaves_early_is_nothing_wrong(work: Path) -> None:
    reads, writes = os.pipe()
    os.close(reads)
    try:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("DISCOVERY_", "OPENAI_"))}
        done = subprocess.run([SCRIPT, "doctor"], cwd=work, env=clean, stdout=writes, stderr=subprocess.PIPE, timeout=120, check=False)
    finally:
        os.close(writes)
    assert (done.returncode, done.stderr) == (Exit.OK, b"")


def test_a_model_that_is_called_is_not_said_to_be_not_called(
    agent: Inside, server: FakeModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCOVERY_MODEL", "openai:gpt-4")
    server.say(fake.answer("ready"))
    shown = agent("doctor", "--call")
    assert "answered in" in shown.out and f"{server.base_url}, with a key\n" in shown.out and "not called" not in shown.out
    assert "with a key; not called (doctor --call does)" in agent("doctor").out


def test_the_installed_doctor_works_in_any_folder(work: Path) -> None:
    outcome = installed("doctor", folder=work)
    assert outcome.code == Exit.OK, outcome.text


def test_the_last_line_counts_what_is_not_ok(agent: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    assert agent("doctor").out.splitlines()[-1].startswith("None of 19 checks says no; ")
    monkeypatch.setenv("DISCOVERY_MODEL", "openai:gpt-5")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert agent("doctor").out.splitlines()[-1].startswith("1 of 19 checks says no (language model); ")


@pytest.mark.parametrize(
    ("deleted", "mark", "said"),
    [
        ("ask_question", Mark.NOTE, "built in, because"),
        ("rate_criteria", Mark.NO, "has no rate_criteria"),
    ],
)
def test_a_prompt_that_a_folder_lacks_is_told(settings: Settings, tmp_path: Path, deleted: str, mark: Mark, said: str) -> None:
    own = tmp_path / "my-prompts"
    shutil.copytree(data_folder("prompts"), own)
    (own / f"{deleted}.md").unlink()
    check = look("prompts", program.prompts, settings.model_copy(update={"prompts_dir": own}))
    assert check.mark is mark and said in check.seen and deleted in check.seen and check.remedy
    assert look("prompts", program.prompts, settings).mark is Mark.OK


# Single checks


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(data_dir=tmp_path / "data", cache_dir=tmp_path / "cache")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeModelServer]:
    with FakeModelServer() as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789abcdef")
        yield running


def migrated(settings: Settings) -> Path:
    """The file of a database that this version made."""
    import asyncio

    from discovery_agent.discovery.workspace import Workspace

    async def make() -> None:
        async with await Workspace.open(settings):
            pass

    asyncio.run(make())
    return settings.data_dir / "discovery.db"


def test_as_json_it_says_the_same_to_programs(agent: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCOVERY_MODEL", "openai:gpt-5")
    monkeypatch.setenv("DISCOVERY_METRICS_TOKEN", "a-token-of-the-operator")
    monkeypatch.setenv("DISCOVERY_DATABASE_URL", "postgresql://ada:hunter2@127.0.0.1:1/discovery")
    outcome = agent("doctor", "--json")
    assert outcome.code == Exit.CONFIGURATION
    told = json.loads(outcome.out)
    checks = {one["name"]: one for one in told["checks"]}
    assert told["works"] is False and told["versions"]["discovery-agent"]
    assert checks["language model"]["mark"] == "no" and "Set OPENAI_API_KEY" in checks["language model"]["remedy"]
    assert checks["database"]["mark"] == "no" and checks["prompts"]["mark"] == "ok"
    assert all(one["remedy"] for one in told["checks"] if one["mark"] != "ok")
    assert told["settings"]["DISCOVERY_MODEL"]["value"] == "openai:gpt-5"
    assert "hunter2" not in outcome.text and "a-token-of" not in outcome.text


def test_a_wrong_setting_is_told_as_json_too(agent: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCOVERY_METRICS_TOKEN", "too-short")
    outcome = agent("doctor", "--json")
    assert outcome.code == Exit.CONFIGURATION and json.loads(outcome.out)["checks"][0]["mark"] == "no"
    assert "DISCOVERY_METRICS_TOKEN" in outcome.out and "too-short" not in outcome.text


def test_a_database_is_looked_at_and_not_made(settings: Settings) -> None:
    seen = surroundings.database(settings)
    assert isinstance(seen, Seen) and "not there yet" in seen.text and not settings.data_dir.exists()
    file = migrated(settings)
    seen = surroundings.database(settings)
    assert isinstance(seen, Seen) and seen.mark is Mark.OK and "SQLite 3" in seen.text
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE discovery_version SET version_num = '0000'")
    older = surroundings.database(settings)
    assert isinstance(older, Seen) and older.mark is Mark.NOTE and "make a backup first" in older.remedy
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE discovery_version SET version_num = '9999'")
    newer = surroundings.database(settings)
    assert isinstance(newer, Seen) and newer.mark is Mark.NO and "newer version" in newer.remedy


async def test_a_postgresql_database_tells_its_version_and_whether_it_can_keep_vectors(postgres: Postgres, settings: Settings) -> None:
    import asyncio

    there = settings.model_copy(update={"database_url": await postgres.migrated()})
    seen = await asyncio.to_thread(surroundings.database, there)
    assert isinstance(seen, Seen) and seen.mark is not Mark.NO and "PostgreSQL" in seen.text and "pgvector" in seen.text


async def test_an_empty_postgresql_database_needs_no_backup(postgres: Postgres, settings: Settings) -> None:
    import asyncio

    there = settings.model_copy(update={"database_url": postgres.empty()})
    seen = await asyncio.to_thread(surroundings.database, there)
    assert isinstance(seen, Seen) and seen.mark is Mark.OK and "makes the tables" in seen.text and not seen.remedy


def test_only_on_sqlite_a_second_server_is_said_to_be_impossible(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("discovery_agent.web.running.running_address", lambda _: "http://127.0.0.1:8000")
    assert "no second one" in surroundings.running_server(settings)
    there = settings.model_copy(update={"database_url": "postgresql://ada@127.0.0.1/d"})
    assert surroundings.running_server(there) == "one runs at http://127.0.0.1:8000"


def test_a_clock_that_is_apart_is_noticed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import UTC, datetime, timedelta

    async def ahead(_: object) -> datetime:
        return datetime.now(UTC) + timedelta(minutes=3)

    migrated(settings)
    monkeypatch.setattr("discovery_agent.storage.database.Database.time", ahead)
    seen = surroundings.database(settings)
    assert isinstance(seen, Seen) and seen.mark is Mark.NOTE and "180 s apart" in seen.text and "NTP" in seen.remedy


def test_a_database_that_cannot_be_reached_is_told_without_its_password(settings: Settings) -> None:
    check = look("database", surroundings.database, settings.model_copy(update={"database_url": "postgresql://ada:hunter2@127.0.0.1:1/d"}))
    assert check.mark is Mark.NO and check.remedy and "hunter2" not in check.model_dump_json()


def test_the_model_is_called_only_when_asked_to_and_once(server: FakeModelServer, settings: Settings) -> None:
    there = settings.model_copy(update={"model": "openai:gpt-4", "input_price_usd": 1.0, "output_price_usd": 2.0})
    server.say(fake.answer("ready", usage=(12, 1)))
    assert "not called" in outside.model(there).text and "USD 1.00" in outside.rates(there).text and not server.requests
    called = look("one call", outside.call, there)
    assert called.mark is Mark.OK and "12 tokens read, 1 written" in called.seen and len(server.requests) == 1
    server.say(fake.status(401, message="Incorrect key sk-test-0123456789abcdef"))
    refused = look("one call", outside.call, there)
    assert refused.mark is Mark.NO and "OPENAI_API_KEY" in refused.remedy and "0123456789abcdef" not in refused.model_dump_json()


def test_what_leaves_the_machine_is_said(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL", "LANGSMITH_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("discovery_agent.telemetry.traces._disabled_by_operator", False)
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    assert outside.traces(settings).text.startswith("off") and outside.langsmith(settings).mark is Mark.OK
    assert "other programs only" in outside.langsmith(settings).text
    on = outside.langsmith(settings.model_copy(update={"langsmith": True}))
    assert on.mark is Mark.NOTE and "what people said" in on.text and "api.smith.langchain.com" in on.text
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
    sent = outside.traces(settings)
    assert "http://collector:4318" in sent.text and sent.mark is Mark.NOTE and "grpc" in sent.remedy


def test_a_disk_that_is_nearly_full_and_a_browser_that_is_not_there_are_notes(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("discovery_agent.discovery.health.free_bytes", lambda _: 300_000_000)
    seen = surroundings.cache_folder(settings)
    assert seen.mark is Mark.NOTE and "Free some space" in seen.remedy and not settings.cache_dir.exists()
    monkeypatch.setattr("discovery_agent.discovery.exporting.as_pdf.find_browser", lambda: None)
    assert program.browser(settings).mark is Mark.NOTE


def test_whatever_is_not_essential_is_a_note_when_it_fails(settings: Settings) -> None:
    def fails(_: Settings) -> str:
        raise ConfigurationError("It is wrong.", where="somewhere")

    assert look("x", fails, settings) == Check(
        name="x", mark=Mark.NO, seen="somewhere: It is wrong.", remedy="Correct it, and run doctor again."
    )
    assert look("x", fails, settings, essential=False).mark is Mark.NOTE


def test_metrics_are_said_to_be_where_they_are(settings: Settings) -> None:
    assert outside.metrics(settings).text == "off"
    token: Any = "a-token-of-the-operator"
    there = Settings.load(metrics_address="127.0.0.1:9464", metrics_token=token)
    assert "127.0.0.1:9464" in outside.metrics(there).text and "a-token" not in outside.metrics(there).text


def test_a_provider_is_looked_at_and_asked_only_when_told_to(settings: Settings) -> None:
    off = look("single sign-on", outside.sign_on, settings)
    assert off.mark is Mark.OK and "come in by links" in off.seen
    named = {"sso_issuer": "http://127.0.0.1:1", "sso_client_id": "discovery", "sso_client_secret": SecretStr("a secret of the client")}
    on = settings.model_copy(update=named | {"sso_owners": "ada@example.com"})
    local = look("single sign-on", outside.sign_on, on)
    assert local.mark is Mark.NOTE and "DISCOVERY_PUBLIC_URL" in local.remedy
    public = look("single sign-on", outside.sign_on, on.model_copy(update={"public_url": "https://discovery.example.com"}))
    assert public.mark is Mark.OK and "https://discovery.example.com/sign-in/callback" in public.seen and "not asked" in public.seen
    assert "for 1 owner and" in public.seen
    asked = look("the provider", outside.sign_on_call, on)
    assert asked.mark is Mark.NO and "does not answer" in asked.seen and "a secret" not in f"{asked}{public}{local}"
