"""`analyze --batch-api`: killed after each step, the same command goes on, and no request is paid for twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from discovery_agent.cli.exit_codes import Exit
from discovery_agent.models.batch_api import patience
from tests.cli.running import SCRIPT, Inside, installed
from tests.fake_batch_server import Asked, FakeBatchServer, Result, answered, not_run

WISHES = ("We want claims paid within five days.", "Every letter has to be answered in two days.")


def good(request: Asked) -> Result:
    """The first sentence as a goal, and no rating."""
    if request.form == "RatingsReply":
        return answered({"ratings": [], "data": []})
    wish = next(one for one in WISHES if one in request.text)
    found = {"quotes": [{"utterance": "u0", "text": wish}], "kind": "business_goal", "statement": wish, "confidence": 0.9}
    return answered({"findings": [found | {"stance": None, "kpi": None}]})


@pytest.fixture
def talks(work: Path) -> Path:
    folder = work / "talks"
    folder.mkdir()
    for place, wish in enumerate(WISHES):
        (folder / f"talk{place}.txt").write_text(f"Ada: {wish}\nBen: Today it takes nine.\n", encoding="utf-8")
    return folder


def environment(server: FakeBatchServer) -> dict[str, str]:
    return {
        "OPENAI_BASE_URL": server.base_url,
        "OPENAI_API_KEY": "sk-test-0123456789abcdef",
        "DISCOVERY_MODEL": "openai:gpt-4",
        "DISCOVERY_KNOWLEDGE_TOKENS": "0",
        "DISCOVERY_INPUT_PRICE_USD": "1",
        "DISCOVERY_OUTPUT_PRICE_USD": "2",
        "DISCOVERY_CACHE_DIR": os.environ["DISCOVERY_CACHE_DIR"],
        "DISCOVERY_DATA_DIR": os.environ["DISCOVERY_DATA_DIR"],
    }


def started(server: FakeBatchServer, work: Path, stderr: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("DISCOVERY_", "OPENAI_"))}
    command = [str(SCRIPT), "analyze", "talks", "--batch-api"]
    return subprocess.Popen(
        command, cwd=work, env=clean | environment(server), stdout=subprocess.DEVNULL, stderr=stderr, start_new_session=True
    )


def findings(work: Path) -> list[str]:
    report = json.loads((work / "discovery-report" / "report.json").read_text(encoding="utf-8"))
    return [finding["statement"] for one in report["conversations"] for finding in one["findings"]]


@pytest.mark.exhaustive
def test_killed_after_each_step_the_same_command_goes_on_and_pays_for_nothing_twice(talks: Path, work: Path) -> None:
    with FakeBatchServer(reply=good, polls_until_end=2) as server:
        for step in (("POST", "/files"), ("POST", "/batches"), ("GET", "/batches/batch_1"), ("GET", "/content")):
            server.stops_at = step
            server.stopped.clear()
            process = started(server, work)
            assert server.stopped.wait(120), step
            os.killpg(process.pid, signal.SIGKILL)
            assert process.wait(10) == -signal.SIGKILL
        ended = installed("analyze", "talks", "--batch-api", folder=work, **environment(server))
        assert ended.code == Exit.OK, ended.text
        assert sorted(findings(work)) == sorted(WISHES)
        assert len(server.batches) == 1 and set(server.paid.values()) == {1} and len(server.paid) == 4
        assert not any(path.endswith("completions") for _, path in server.calls)
        assert server.files == {}
        assert "4 requests handed in, 4 answered, USD 0.0028 paid" in ended.err


def test_ctrl_c_while_it_waits_says_how_to_go_on(talks: Path, work: Path) -> None:
    with FakeBatchServer(reply=good, polls_until_end=10**9) as server:
        process = started(server, work, stderr=subprocess.PIPE)
        assert process.stderr
        said = ""
        while "in progress" not in said:
            said += process.stderr.readline().decode()
        process.send_signal(signal.SIGINT)
        said += process.stderr.read().decode()
        assert process.wait(20) == Exit.INTERRUPTED, said
        assert "Stopped waiting" in said and "the same command goes on from here" in said and "Traceback" not in said


def test_what_has_no_reply_ends_with_1_and_is_handed_in_by_the_same_command_and_never_asked_at_full_price(
    agent: Inside, talks: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeBatchServer(polls_until_end=1, ends=lambda batch: "expired") as server:
        server.reply = lambda one: not_run() if WISHES[1] in one.text else good(one)
        for name, value in environment(server).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(patience, "_FIRST_WAIT_SECONDS", 0.01)
        outcome = agent("analyze", "talks", "--batch-api")
        assert outcome.code == Exit.PARTLY, outcome.text
        assert findings(work) == [WISHES[0]]
        assert "the day was over" in outcome.err and "The same command hands in again" in outcome.err
        server.reply, server.ends = good, lambda batch: "completed"
        assert agent("analyze", "talks", "--batch-api").code == Exit.OK
        assert sorted(findings(work)) == sorted(WISHES) and set(server.paid.values()) == {1}
        assert not any(path.endswith("completions") for _, path in server.calls)


def test_the_rules_analyst_has_nothing_to_hand_in(agent: Inside, talks: Path) -> None:
    outcome = agent("analyze", "talks", "--batch-api")
    assert outcome.code == Exit.USAGE
    assert "The rules analyst asks no language model" in outcome.err and "DISCOVERY_MODEL" in outcome.err
    assert "Traceback" not in outcome.text
