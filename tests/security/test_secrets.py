"""Secrets that were given out or set: none lies in the database, in a log, in the list of processes or in an answer."""

from __future__ import annotations

import secrets
import sqlite3
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.security.asked import all_of, asking
from tests.security.serving import Running, running
from tests.web.service import API

MODEL_KEY = f"sk-{secrets.token_urlsafe(24)}"
METRICS = secrets.token_urlsafe(24)
ENVIRONMENT = {
    "DISCOVERY_MODEL": "openai:gpt-5",
    "OPENAI_API_KEY": MODEL_KEY,
    "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
    "DISCOVERY_METRICS_TOKEN": METRICS,
    "DISCOVERY_LOG_LEVEL": "DEBUG",
    "DISCOVERY_MAX_ATTEMPTS": "1",
}


@dataclass
class Told:
    """A server, the folder it keeps everything in, and every secret that it made or was given."""

    server: Running
    folder: Path
    given: dict[str, str]
    answers: str
    link: str


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, web_cache: Path) -> Iterator[Told]:
    folder = tmp_path_factory.mktemp("secrets")
    given = {"key of the model": MODEL_KEY, "token of the metrics": METRICS}
    answers: list[str] = []
    with running(folder, web_cache, **ENVIRONMENT) as server:
        link = next(line for line in server.said.read_text("utf-8").split() if "/enter/" in line).rsplit("/", 1)[1]
        given["owner's link"] = link
        with asking(server.url) as browser:
            entered = browser.post(f"/enter/{link}")
            given["owner's session"] = entered.cookies["discovery_session"]
        with asking(server.url, given["owner's session"]) as owner:
            made = owner.post(f"{API}/engagements", json={"title": "Claims"}).json()
            root = f"{API}/engagements/{made['id']}"
            person = owner.post(f"{root}/stakeholders", json={"name": "Ann Porter"}).json()
            given["invite"] = owner.post(f"{root}/invites", json={"stakeholder_id": person["id"]}).json()["secret"]
            given["lead's link"] = owner.post(f"{root}/members", json={"role": "lead", "label": "Lea"}).json()["secret"]
            with asking(server.url) as program:
                given["lead's session"] = program.post(f"{API}/sessions", json={"secret": given["lead's link"]}).json()["session"]
            with asking(server.url, given["invite"]) as guest:
                interview = guest.post(f"{root}/interviews", json={}).json()
                answers.append(all_of(guest.post(f"{API}/conversations/{interview['id']}/opening")))
                answers.append(all_of(guest.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": "Hello"}]})))
            job = owner.post(f"{root}/transcripts", files={"files": ("a.txt", b"Ann: It takes nine days.\nBob: Yes.")}).json()["jobs"][0]
            answers.append(all_of(owner.get(f"{root}/jobs/{job['id']}/events")))
            for path in ("/invites", "/members", "/audit", "/export", "/jobs", ""):
                answers.append(all_of(owner.get(f"{root}{path}")))
            for secret in list(given.values()):  # wrong uses, which are refused and may be logged
                answers.append(all_of(owner.get(f"/nothing/{secret[:6]}")))
                owner.get(f"/enter/{secret}")
                owner.get(f"/enter/{secret}/more?x={secret}")
                owner.get("/metrics", headers={"Authorization": f"Bearer {secret}x"})
            answers += [
                all_of(owner.get(path))
                for path in (f"/engagements/{made['id']}", f"/engagements/{made['id']}/people", "/healthz", "/readyz")
            ]
        yield Told(server, folder, given, "\n".join(answers), link)


def test_nothing_that_is_kept_holds_a_secret(told: Told) -> None:
    kept = [one for one in told.folder.rglob("*") if one.is_file() and one.name not in ("stdout.txt", "stderr.txt", "routes.json")]
    assert any(one.suffix in (".db", ".sqlite", ".sqlite3") for one in kept)
    for file in kept:
        data = file.read_bytes()
        for what, secret in told.given.items():
            assert secret.encode() not in data, f"{file.relative_to(told.folder)} holds the {what}"
    for database in kept:
        if database.read_bytes()[:15] == b"SQLite format 3":
            with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
                dump = "\n".join(connection.iterdump())
            assert not [what for what, secret in told.given.items() if secret in dump]


def test_no_log_holds_a_secret_but_the_owners_link_where_it_is_printed(told: Told) -> None:
    errors, said = told.server.log.read_text("utf-8"), told.server.said.read_text("utf-8")
    assert said.count(told.link) == 1
    assert len(errors) > 100, "nothing was logged, so nothing was tested"
    for what, secret in told.given.items():
        assert secret not in errors, f"the log holds the {what}"
        assert secret not in said or secret == told.link


def test_no_answer_repeats_a_secret(told: Told) -> None:
    assert not [what for what, secret in told.given.items() if secret.lower() in told.answers]


def test_the_list_of_processes_shows_no_secret(told: Told) -> None:
    shown = subprocess.run(["ps", "axww", "-o", "args"], capture_output=True, text=True, check=True).stdout
    assert "tests.security.serving" in shown
    assert not [what for what, secret in told.given.items() if secret in shown]


def test_what_is_kept_is_for_the_one_who_runs_the_service_only(told: Told) -> None:
    """Others of the machine get no further than the folder."""
    assert (told.folder / "data").stat().st_mode & 0o077 == 0
