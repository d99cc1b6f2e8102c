"""The server in a process of its own, over a folder that a test can take the room or the database away from.

    python -m tests.faults.serving WAIT_SECONDS READING_SECONDS serve --port 0

It is `serve` as anybody starts it; only how long it waits for a database that somebody else holds, and for somebody who does not read
what was asked for, is said by the test.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx2

from tests.web.service import API, events_of

ROOT = Path(__file__).parents[2]
OWN_PAGE = {"X-Requested-With": "discovery-agent"}


class Server:
    """A server that runs until it is killed or closed, and can be started again over what it left."""

    def __init__(
        self,
        data: Path,
        cache: Path,
        *,
        wait_seconds: float = 60,
        reading_seconds: float = 30,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.data = data
        self._log = cache / f"{data.name}.log"
        self._environment = {"DISCOVERY_DATA_DIR": str(data), "DISCOVERY_CACHE_DIR": str(cache), "PYTHONUNBUFFERED": "1"}
        self._environment.update(environment or {})
        self._seconds = str(wait_seconds), str(reading_seconds)
        self._owner: httpx2.Cookies | None = None
        self.start()

    def start(self) -> None:
        """Begin to serve."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("DISCOVERY_", "OPENAI_"))}
        command = [sys.executable, "-m", "tests.faults.serving", *self._seconds, "serve", "--port", "0"]
        with self._log.open("a") as log:
            self.process = subprocess.Popen(command, env=clean | self._environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True)
        self.url = self.says(r"Discovery Agent is at (\S+)")

    def says(self, pattern: str) -> str:
        """Wait for a line that fits; the part in brackets."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if found := re.search(pattern, line):
                return found[1]
        raise AssertionError(self.log)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.communicate()

    @property
    def database(self) -> Path:
        return self.data / "discovery.db"

    @property
    def log(self) -> str:
        """What it wrote of warnings and errors."""
        return self._log.read_text("utf-8")

    @property
    def memory(self) -> int:
        """Bytes that it has in memory."""
        found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{self.process.pid}/status").read_text())
        assert found
        return int(found[1]) * 1024

    def client(self, cookies: httpx2.Cookies | None = None) -> httpx2.Client:
        return httpx2.Client(base_url=self.url, headers=OWN_PAGE, cookies=cookies, timeout=60, trust_env=False)

    def enter(self, secret: str) -> httpx2.Client:
        """Whoever follows a link, and presses the button there."""
        browser = self.client()
        answer = browser.post(f"/enter/{secret}")
        assert answer.status_code == 303, answer.text
        return browser

    def owner(self) -> httpx2.Client:
        """The owner, who came in by the link that a new server prints, and goes on with that session."""
        if self._owner is None:
            self._owner = self.enter(self.says(r"http://\S+/enter/(\S+)")).cookies
        return self.client(self._owner)


@dataclass
class Talk:
    """An interview, and the browser of the one who is asked."""

    browser: httpx2.Client
    id: str

    def said(self) -> list[dict[str, Any]]:
        """What is stored of it."""
        return self.browser.get(f"{API}/conversations/{self.id}").json()["utterances"]

    def answer(self, text: str, key: str) -> httpx2.Response:
        """Answer the question that was asked last."""
        return self.browser.post(f"{API}/conversations/{self.id}/turns", json={"text": text, "client_key": key})

    def resume(self) -> httpx2.Response:
        return self.browser.post(f"{API}/conversations/{self.id}/resume")


def engagement(owner: httpx2.Client, title: str = "Claims handling") -> str:
    """A new engagement; the beginning of its addresses."""
    made = owner.post(f"{API}/engagements", json={"title": title})
    assert made.status_code == 201, made.text
    return f"{API}/engagements/{made.json()['id']}"


def interview(server: Server, owner: httpx2.Client, root: str, name: str = "Maria Santos") -> Talk:
    """An interview that has been opened, with somebody new."""
    person = owner.post(f"{root}/stakeholders", json={"name": name, "role": "business"}).json()
    secret = owner.post(f"{root}/invites", json={"stakeholder_id": person["id"]}).json()["secret"]
    browser = server.enter(secret)
    talk = Talk(browser, browser.post(f"{root}/interviews", json={}).json()["id"])
    opened = browser.post(f"{API}/conversations/{talk.id}/opening")
    assert events_of(opened.text)[-1][0] == "said", opened.text
    return talk


def assert_whole(talk: Talk, *answers: str) -> None:
    """These answers are stored, each once, between questions, and nothing else."""
    said = talk.said()
    assert [one["index"] for one in said] == list(range(len(said)))
    assert [one["text"] for one in said[1::2]] == list(answers)
    assert len(said) == 1 + 2 * len(answers)


def _serve() -> None:
    from discovery_agent.cli.main import main
    from discovery_agent.storage import engines
    from discovery_agent.web import serve
    from discovery_agent.web.deadlines import Deadlines

    engines.WAIT_SECONDS = float(sys.argv.pop(1))  # pyright: ignore[reportAttributeAccessIssue]
    serve.Deadlines = partial(Deadlines, reading=float(sys.argv.pop(1)))  # pyright: ignore[reportAttributeAccessIssue]
    main()


if __name__ == "__main__":
    _serve()
