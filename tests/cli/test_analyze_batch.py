"""`analyze` over a batch with a model: nothing is read or paid for twice, whatever fails, stops or is killed on the way."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from discovery_agent.cli.exit_codes import Exit
from discovery_agent.discovery.batch import concluding
from discovery_agent.discovery.batch.journal import Journal
from discovery_agent.discovery.workbench import Workbench
from tests import fake_model_server as fake
from tests.cli.running import ROOT, SCRIPT, Inside, Outcome
from tests.fake_model_server import Behaviour, Exchange, FakeModelServer

SAID = "We want {what} answered within {days} days instead of {more}, because customers leave us while they wait."
WHAT = ("claims", "permits", "orders", "returns", "complaints", "contracts")


def talk(folder: Path, number: int, *, turns: int = 14) -> Path:
    """A transcript of two windows or more; each says something of its own."""
    folder.mkdir(exist_ok=True)
    lines = [f"Ada: {SAID.format(what=WHAT[number % 6], days=number + 2, more=number + 9)}"]
    lines += [
        f"{'Ben' if turn % 2 else 'Ada'}: In step {turn} a clerk opens case {number} and types it in by hand." for turn in range(1, turns)
    ]
    path = folder / f"{number:02}-talk.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def read_as_told(exchange: Exchange) -> Behaviour:
    """Reply with what is in the request, so that equal requests have equal replies."""
    to_read = re.findall(r"^(u\d+) [^:]+: (.*)$", exchange.text.split("To read:")[-1], re.MULTILINE)
    if "RatingsReply" in json.dumps(exchange.body["response_format"]):
        return fake.answer({"ratings": [], "data": []})
    findings = [
        {"quotes": [{"utterance": turn, "text": text}], "kind": kind, "statement": text, "confidence": 0.8, "stance": None, "kpi": None}
        for turn, text in to_read[:1]
        for kind in ("operational_goal" if text.startswith("We want") else "process_step",)
    ]
    return fake.answer({"findings": findings})


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeModelServer]:
    with FakeModelServer(choose=read_as_told) as running:
        for name, value in settings_of(running).items():
            monkeypatch.setenv(name, value)
        # Knowledge pages are cited elsewhere, and take longer than all the rest.
        monkeypatch.setattr(Workbench, "advise", lambda _bench, _decisions: None)
        yield running


def settings_of(server: FakeModelServer) -> dict[str, str]:
    return {
        "DISCOVERY_MODEL": "openai:unheard-of",
        "OPENAI_API_KEY": "key",
        "OPENAI_BASE_URL": server.base_url,
        "DISCOVERY_KNOWLEDGE_TOKENS": "0",
        "DISCOVERY_WINDOW_TOKENS": "200",
        "DISCOVERY_CONCURRENCY": "2",
        "DISCOVERY_MAX_OUTPUT_TOKENS": "1000",
        "DISCOVERY_MAX_ATTEMPTS": "1",
        "DISCOVERY_INPUT_PRICE_USD": "1000",
        "DISCOVERY_OUTPUT_PRICE_USD": "1000",
    }


def forget_replies(work: Path) -> None:
    """Remove the replies that are kept for every command."""
    shutil.rmtree(work.parent / "cache" / "calls", ignore_errors=True)


def report_in(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))


def without_time(report: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in report.items() if name != "created_at"}


def calls(server: FakeModelServer, work: Callable[[], Outcome]) -> tuple[int, Outcome]:
    before = len(server.requests)
    outcome = work()
    return len(server.requests) - before, outcome


def test_the_same_command_again_asks_nothing_and_gives_the_same_report(agent: Inside, work: Path, server: FakeModelServer) -> None:
    for number in range(3):
        talk(work / "talks", number)
    first, outcome = calls(server, lambda: agent("analyze", "talks", "-o", "out"))
    assert outcome.code == Exit.OK, outcome.text
    report = report_in(work / "out")
    assert first == report["usage"]["calls"] >= 12
    forget_replies(work)  # the journal is enough
    again, outcome = calls(server, lambda: agent("analyze", "talks", "-o", "out"))
    assert (again, outcome.code) == (0, Exit.OK)
    assert "3 of 3 conversations from an earlier run." in outcome.err and "Putting together" in outcome.err
    assert without_time(report_in(work / "out")) == without_time(report)


def test_a_changed_transcript_costs_its_own_calls_and_a_renamed_one_none(agent: Inside, work: Path, server: FakeModelServer) -> None:
    for number in range(3):
        talk(work / "talks", number)
    agent("analyze", "talks", "-o", "out", "-q")
    alone, _ = calls(server, lambda: agent("analyze", str(talk(work / "other", 5)), "-o", "apart", "-q"))
    talk(work / "other", 5).rename(work / "talks" / "01-talk.txt")
    forget_replies(work)
    changed, _ = calls(server, lambda: agent("analyze", "talks", "-o", "out", "-q"))
    assert changed == alone
    (work / "talks" / "02-talk.txt").rename(work / "talks" / "00-first.txt")
    renamed, outcome = calls(server, lambda: agent("analyze", "talks", "-o", "out", "-q"))
    assert (renamed, outcome.code) == (0, Exit.OK)
    shown = [Path(one["conversation"]["source"]).name for one in report_in(work / "out")["conversations"]]
    assert shown == ["00-first.txt", "00-talk.txt", "01-talk.txt"]


def test_what_a_batch_no_longer_holds_is_not_kept(agent: Inside, work: Path, server: FakeModelServer) -> None:
    talk(work / "talks", 0)
    gone = talk(work / "talks", 1)
    agent("analyze", "talks", "-o", "out", "-q")
    gone.unlink()
    agent("analyze", "talks", "-o", "out", "-q")
    forget_replies(work)
    talk(work / "talks", 1)
    needed, _ = calls(server, lambda: agent("analyze", "talks", "-o", "out", "-q"))
    assert needed > 0


def test_the_cap_stops_calls_and_a_higher_one_reads_only_what_is_missing(agent: Inside, work: Path, server: FakeModelServer) -> None:
    for number in range(3):
        talk(work / "talks", number)
    whole, _ = calls(server, lambda: agent("analyze", "talks", "-o", "whole", "-q"))
    forget_replies(work)
    # The server says that each call took 120 tokens, which are USD 0.12; before it is sent, one may cost up to about 3.
    first, outcome = calls(server, lambda: agent("analyze", "talks", "-o", "out", "--max-cost", "4"))
    assert outcome.code == Exit.PARTLY, outcome.text
    assert 0 < first < whole
    halted = report_in(work / "out")
    assert halted["usage"]["cost_usd"] <= 4
    failed = [window for one in halted["conversations"] for window in one["failed_windows"]]
    assert failed and all("cap" in one["error"] for one in failed)
    assert "--retry-failed" in outcome.err or "retry it alone" in outcome.err
    assert f"This run made {first} call" in outcome.err and f"USD {0.12 * first:.4f}" in outcome.err
    second, outcome = calls(server, lambda: agent("analyze", "talks", "-o", "out", "--max-cost", "100"))
    assert outcome.code == Exit.OK, outcome.text
    assert first + second == whole
    assert report_in(work / "out")["goal_tree"] == report_in(work / "whole")["goal_tree"]


def test_only_windows_that_failed_are_read_again_and_the_others_keep_what_was_found(
    agent: Inside, work: Path, server: FakeModelServer
) -> None:
    for number in range(2):
        talk(work / "talks", number)

    def refuses_the_end(exchange: Exchange) -> Behaviour:
        return fake.status(400, kind="content_policy_violation", message="no") if "In step 13 " in exchange.text else read_as_told(exchange)

    server.choose = refuses_the_end
    _, outcome = calls(server, lambda: agent("analyze", "talks", "-o", "out"))
    assert outcome.code == Exit.PARTLY, outcome.text
    found = [[item["id"] for item in one["findings"]] for one in report_in(work / "out")["conversations"]]
    assert all(found)
    server.choose = read_as_told
    forget_replies(work)
    talk(work / "talks", 4)  # was never read
    needed, outcome = calls(server, lambda: agent("analyze", "talks", "-o", "out", "--retry-failed"))
    assert (needed, outcome.code) == (4, Exit.PARTLY), outcome.text  # two windows, each asked for findings and for ratings
    assert "left out" in outcome.err
    report = report_in(work / "out")
    assert [one["failed_windows"] for one in report["conversations"]] == [[], []]
    for one, before in zip(report["conversations"], found, strict=True):
        assert set(before) < {item["id"] for item in one["findings"]}


def test_going_on_where_nothing_was_begun_is_a_wrong_call(agent: Inside, work: Path, server: FakeModelServer) -> None:
    talk(work / "talks", 0)
    needed, outcome = calls(server, lambda: agent("analyze", "talks", "-o", "out", "--retry-failed"))
    assert (needed, outcome.code) == (0, Exit.USAGE)
    assert "no earlier run" in outcome.err and not (work / "out").exists()


@pytest.mark.parametrize("damage", [b"this is no database", b"SQLite format 3\x00" + bytes(3000)])
def test_a_damaged_journal_is_set_aside_and_said(agent: Inside, work: Path, server: FakeModelServer, damage: bytes) -> None:
    talk(work / "talks", 0)
    agent("analyze", "talks", "-o", "out", "-q")
    before = report_in(work / "out")
    journal = next((work / "out" / ".journal").glob("analyses.sqlite"))
    journal.write_bytes(damage)
    needed, outcome = calls(server, lambda: agent("analyze", "talks", "-o", "out"))
    assert (needed, outcome.code) == (0, Exit.OK), outcome.text  # replies are kept elsewhere, too
    assert "set aside" in outcome.err and "Traceback" not in outcome.text
    assert (work / "out" / ".journal" / "damaged-1.sqlite").read_bytes() == damage
    assert report_in(work / "out")["goal_tree"] == before["goal_tree"]


def test_two_runs_into_one_folder_are_refused(agent: Inside, work: Path, server: FakeModelServer) -> None:
    talk(work / "talks", 0)
    with Journal(work / "out"):
        needed, outcome = calls(server, lambda: agent("analyze", "talks", "-o", "out"))
    assert (needed, outcome.code) == (0, Exit.USAGE)
    assert "Another run" in outcome.err


def test_no_report_is_written_over_what_is_to_be_read(agent: Inside, work: Path, server: FakeModelServer) -> None:
    path = talk(work / "conversations", 0)
    before = path.read_bytes()
    needed, outcome = calls(server, lambda: agent("analyze", str(path), "-o", "."))
    assert (needed, outcome.code) == (0, Exit.USAGE)
    assert "would be written over" in outcome.err
    assert path.read_bytes() == before and [one.name for one in work.iterdir()] == ["conversations"]


def test_half_of_a_letter_in_a_name_or_title_costs_no_report(agent: Inside, work: Path, server: FakeModelServer) -> None:
    folder = work / os.fsdecode(b"talks-\xff")
    talk(folder, 0)
    shutil.copy(folder / "00-talk.txt", folder / os.fsdecode(b"again-\xfe.txt"))
    (folder / os.fsdecode(b"photo-\xff.png")).write_bytes(bytes(range(256)) * 20)
    assert agent("analyze", str(folder), os.fsdecode(b"nowhere-\xff"), "-o", "out", "-q").code == Exit.PARTLY
    report = report_in(work / "out")
    assert report["title"] == "Talks \ufffd"
    assert [Path(one["source"]).name for one in report["unreadable"]] == ["nowhere-\ufffd", "photo-\ufffd.png"]
    assert "again-\ufffd.txt" in json.dumps(report["conversations"], ensure_ascii=False)
    agent("analyze", str(folder), "-o", "out", "-q", "--title", os.fsdecode(b"Claims \xe4"))
    assert report_in(work / "out")["title"] == "Claims \ufffd"


def test_a_large_batch_gives_a_report_in_parts_and_the_same_json(
    agent: Inside, work: Path, server: FakeModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        talk(work / "talks", number)
    shutil.copy(work / "talks" / "02-talk.txt", work / "talks" / "99-copy.txt")
    (work / "talks" / "50-photo.png").write_bytes(bytes(range(256)) * 20)
    small = agent("analyze", "talks", "-o", "small", "--json", "-q")
    monkeypatch.setattr(concluding, "MOST_IN_MEMORY", 3)
    large = agent("analyze", "talks", "-o", "large", "--json", "--format", "jsonl", "--format", "parquet")
    assert small.code == large.code == Exit.PARTLY, large.text
    assert large.out.isascii()
    schema = json.loads((ROOT / "docs/schemas/engagement-analysis.schema.json").read_text(encoding="utf-8"))
    result = json.loads(large.out)
    jsonschema.validate(result, schema)
    # The replies came from the cache the second time; everything else is the same.
    for one in (result, expected := json.loads(small.out)):
        for part in (one, *one["conversations"]):
            part["usage"] = None
    assert without_time(result) == without_time(expected)
    assert (work / "large" / "report.html").is_file()
    assert {"findings.jsonl", "findings.parquet"} <= {path.name for path in (work / "large").iterdir()}
    assert "4 conversations" in large.err


def started(*arguments: str, folder: Path, server: FakeModelServer) -> subprocess.Popen[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("DISCOVERY_", "OPENAI_"))}
    kept = {name: os.environ[name] for name in ("DISCOVERY_CACHE_DIR", "DISCOVERY_DATA_DIR")}
    return subprocess.Popen(
        [SCRIPT, "analyze", *arguments],
        cwd=folder,
        env=clean | kept | settings_of(server),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def replies_kept(work: Path) -> int:
    return len(list((work.parent / "cache").glob("calls/**/*.json")))


def wait_until(reached: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + 120
    while not reached():
        assert process.poll() is None and time.monotonic() < until, process.stderr and process.stderr.read()
        time.sleep(0.01)


def test_after_kill_9_at_several_points_no_call_is_paid_twice_and_the_report_is_the_same(
    agent: Inside, work: Path, server: FakeModelServer
) -> None:
    for number in range(4):
        talk(work / "talks", number)
    needed, outcome = calls(server, lambda: agent("analyze", "talks", "-o", "undisturbed", "-q"))
    assert outcome.code == Exit.OK, outcome.text
    forget_replies(work)
    answered = 0
    points = iter((3, needed // 2, needed - 1))
    point = next(points)

    def until_the_point(exchange: Exchange) -> Behaviour:
        nonlocal answered
        if answered >= point:
            return fake.silence()
        answered += 1
        return read_as_told(exchange)

    server.choose = until_the_point
    for following in (*points, None):
        process = started("talks", "-o", "out", "-q", folder=work, server=server)
        with process:
            wait_until(lambda: replies_kept(work) == point, process)  # noqa: B023
            process.send_signal(signal.SIGKILL)
        assert process.returncode == -signal.SIGKILL
        point = following or needed + 1
    outcome = agent("analyze", "talks", "-o", "out", "-q")
    assert outcome.code == Exit.OK, outcome.text
    assert answered == needed
    disturbed, undisturbed = report_in(work / "out"), report_in(work / "undisturbed")
    # Of the usage, replies that a killed run had paid for count as kept.
    took = [one["usage"]["calls"] + one["usage"]["cached_calls"] for one in (disturbed, undisturbed)]
    assert took[0] == took[1] == needed
    for report in (disturbed, undisturbed):
        for part in (report, *report["conversations"]):
            part["usage"] = None
    assert without_time(disturbed) == without_time(undisturbed)


def test_a_request_to_end_stops_cleanly_and_says_how_to_go_on(work: Path, server: FakeModelServer) -> None:
    for number in range(3):
        talk(work / "talks", number)
    answered = 0

    def first_ones(exchange: Exchange) -> Behaviour:
        nonlocal answered
        answered += 1
        return read_as_told(exchange) if answered <= 6 else fake.silence()

    server.choose = first_ones
    with started("talks", "-o", "out", folder=work, server=server) as process:
        wait_until(lambda: len(server.requests) > 6, process)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
    assert process.returncode == Exit.INTERRUPTED
    assert "Stopped: " in said and "same command goes on" in said and "Traceback" not in said


def test_an_estimate_with_a_cap_says_why_a_run_may_stop_before_it_is_spent(agent: Inside, work: Path, server: FakeModelServer) -> None:
    talk(work / "talks", 0)
    assert "the cap of USD 0.5 reserves the longest reply of each call" in agent("analyze", "talks", "--estimate", "--max-cost", "0.5").out
    assert "the cap" not in agent("analyze", "talks", "--estimate").out
    assert not server.requests
