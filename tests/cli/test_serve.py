"""`serve` and `worker`: they start, say how to come in, refuse what cannot work, and end in good order."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import pytest

from discovery_agent.cli.exit_codes import Exit
from discovery_agent.cli.serve import quiet_demo
from discovery_agent.settings import Settings
from discovery_agent.web.serve import demo_settings
from tests.cli.running import SCRIPT, Inside, installed


class Served:
    """A server in a process of its own, at a port that was free."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.said: list[str] = []
        self.address = self._read(r"Discovery Agent is at (\S+)")

    def _read(self, pattern: str) -> str:
        """The rest of the line that the server says next and that fits."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.said.append(line.rstrip())
            if found := re.search(pattern, line):
                return found[1]
        raise AssertionError("\n".join(self.said))

    def link(self) -> str:
        """The link that it prints next."""
        return self._read(r"(http://\S+/enter/\S+)")

    def hint(self) -> str:
        return self._read(r"(Lost the way in.*)")

    def get(self, path: str, opener: urllib.request.OpenerDirector | None = None) -> Any:
        with (opener or urllib.request.build_opener()).open(self.address + path, timeout=60) as answer:
            return json.load(answer)

    def ends(self, with_signal: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """The exit code, and the last that it says."""
        self._process.send_signal(with_signal)
        rest, _ = self._process.communicate(timeout=60)
        return self._process.returncode, rest


@contextmanager
def serving(folder: Path, *arguments: str, **environment: str) -> Iterator[Served]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("DISCOVERY_", "OPENAI_"))}
    clean |= {"DISCOVERY_DATA_DIR": str(folder / "data"), "DISCOVERY_CACHE_DIR": os.environ["DISCOVERY_CACHE_DIR"]} | environment
    process = subprocess.Popen(
        [SCRIPT, "serve", "--port", "0", *arguments], env=clean, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        yield Served(process)
    finally:
        process.kill()
        process.communicate()


def entered(link: str) -> urllib.request.OpenerDirector:
    """A browser that followed a link, and pressed the button there."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    opener.open(link, data=b"", timeout=60).close()
    return opener


def test_the_first_start_prints_a_link_that_lets_the_owner_in_once_and_later_starts_say_how_to_get_another(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        assert server.get("/healthz") == {"status": "ok"}
        owner = entered(server.link())
        assert server.get("/api/v1/engagements", owner)["items"] == []
        code, rest = server.ends()
        assert code == 0 and "Stopped. Everything is kept." in rest
    with serving(tmp_path) as server:
        assert "serve --new-owner-link" in server.hint()
        port = server.address.rpartition(":")[2]
        made = installed("serve", "--new-owner-link", "--port", port, folder=tmp_path, DISCOVERY_DATA_DIR=str(tmp_path / "data"))
        assert made.code == Exit.OK
        link = re.search(r"http://\S+", made.out)
        assert link is not None and server.get("/api/v1/engagements", entered(link[0]))["total"] == 0
        assert server.ends(signal.SIGINT)[0] == 0


def test_the_demo_opens_the_sample_engagement_and_opens_again(tmp_path: Path) -> None:
    with serving(tmp_path, "--demo") as server:
        owner, invited = entered(server.link()), server.link()
        samples = {one["title"]: one for one in server.get("/api/v1/engagements", owner)["items"]}
        assert set(samples) == {"Halden Spare Parts", "Osterby Home Care"}
        engagement = samples["Halden Spare Parts"]
        path = f"/api/v1/engagements/{engagement['id']}"
        people = {one["name"]: one["role"] for one in server.get(f"{path}/stakeholders", owner)["items"]}
        assert people["Ingrid Halden"] == "sponsor" and len(people) == 6
        jobs = server.get(f"{path}/jobs", owner)["items"]
        assert len([one for one in jobs if one["kind"] == "analyse_transcript"]) == 4
        assert entered(invited) is not None
        reviewers = [entered(server.link()) for _ in range(3)]
        seen = [server.get(f"{path}/reviewers", one)["items"] for one in reviewers]
        assert all({"Ingrid Halden", "Sofia Lind", "Aino Salmi"} <= {one["name"] for one in some} for some in seen)
        assert server.ends()[0] == 0
    assert server.said[1] == "This link lets the owner in, once:", "It stands beside the address."
    assert not (tmp_path / "data" / "discovery.db").exists()
    with serving(tmp_path, "--demo") as server:
        owner, _ = entered(server.link()), server.link()
        assert server.get("/api/v1/engagements", owner)["total"] == 2
        conversations = server.get(f"{path}/conversations", owner)["items"]
        assert [one["title"] for one in conversations if one["stakeholder_id"]] == ["Interview with Lena Fox"]
        jobs = server.get(f"{path}/jobs", owner)["items"]
        assert len([one for one in jobs if one["kind"] == "analyse_transcript"]) == 4
        assert server.ends()[0] == 0


def test_a_taken_port_is_said_before_anything_else_is_done(agent: Inside, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = agent("serve", "--port", str(taken.getsockname()[1]))
    assert refused.code == Exit.CONFIGURATION
    assert "something else listens there" in refused.err and "--port" in refused.err and "Traceback" not in refused.err
    assert not (tmp_path / "data").exists()


def test_an_address_of_another_machine_is_refused(agent: Inside) -> None:
    refused = agent("serve", "--host", "192.0.2.1", "--port", "0")
    assert refused.code == Exit.CONFIGURATION and "cannot listen at 192.0.2.1" in refused.err


def test_a_second_server_on_the_same_database_is_refused(tmp_path: Path) -> None:
    with serving(tmp_path):
        second = installed(
            "serve", "--port", "0", folder=tmp_path, DISCOVERY_DATA_DIR=str(tmp_path / "data"), DISCOVERY_CACHE_DIR=str(tmp_path / "cache")
        )
    assert second.code == Exit.CANNOT_WRITE and "Another server works with this database" in second.err


def test_a_database_that_cannot_be_opened_is_an_error_and_no_traceback(agent: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCOVERY_DATABASE_URL", "mysql://somebody:secret@host/name")
    refused = agent("serve", "--port", "0")
    assert refused.code == Exit.CANNOT_WRITE and "secret" not in refused.text and "Traceback" not in refused.text


def test_the_demo_needs_neither_the_model_nor_the_database_of_the_settings(tmp_path: Path) -> None:
    settings = Settings.load(data_dir=tmp_path, model="openai:gpt-4", database_url="postgresql://host/name")
    demo = demo_settings(settings)
    assert (demo.model, demo.database_url, demo.data_dir) == (None, None, tmp_path / "demo")


def test_the_demo_logs_only_warnings_in_a_terminal_unless_told_otherwise(tmp_path: Path) -> None:
    settings = Settings.load(data_dir=tmp_path)
    assert quiet_demo(settings, terminal=True).log_level == "WARNING"
    assert quiet_demo(settings, terminal=False).log_level == settings.log_level == "INFO"
    assert quiet_demo(Settings.load(data_dir=tmp_path, log_level="DEBUG"), terminal=True).log_level == "DEBUG"


def test_on_sqlite_a_worker_says_that_the_server_does_the_work(agent: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    for url in (None, "sqlite:///some/where.db"):
        if url:
            monkeypatch.setenv("DISCOVERY_DATABASE_URL", url)
        told = agent("worker")
        assert told.code == Exit.USAGE == 2
        assert "On SQLite the server does the background work itself" in told.err


def test_a_worker_on_postgresql_works_until_it_is_told_to_stop(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    server = request.getfixturevalue("postgres")
    environment = os.environ | {"DISCOVERY_DATABASE_URL": server.empty(), "DISCOVERY_DATA_DIR": str(tmp_path)}
    process = subprocess.Popen([SCRIPT, "worker"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None and process.stdout.readline().startswith("Working for postgresql://")
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 0 and "Stopped." in out and err == ""


def test_help_needs_none_of_the_libraries_of_the_server() -> None:
    code = "import sys; from discovery_agent.cli.main import app; print(sorted({'dbos', 'fastapi', 'nicegui', 'sqlalchemy', 'uvicorn'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
