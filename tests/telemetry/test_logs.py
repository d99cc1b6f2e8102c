"""One line an event, with what it belongs to, from our modules and from libraries; and nothing that anybody said."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import sys
import threading
import warnings
from datetime import datetime, timedelta
from typing import Any

import pytest

from discovery_agent.errors import ModelRefused, NotFound, StorageError
from discovery_agent.settings import Settings
from discovery_agent.telemetry.context import about, also, is_id, known
from discovery_agent.telemetry.logs import start_logs, stop_logs
from discovery_agent.telemetry.starting import telemetry
from discovery_agent.telemetry.work import job_run

OURS = logging.getLogger("discovery_agent.discovery.jobs")
LIBRARY = logging.getLogger("some.library")


class Log:
    """What is logged, as it is written."""

    def __init__(self, **settings: str) -> None:
        self._written = io.StringIO()
        start_logs(Settings.load(**{"log_format": "json"} | settings), self._written)

    @property
    def text(self) -> str:
        return self._written.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


def test_a_line_says_when_how_bad_what_who_and_what_it_belongs_to() -> None:
    log = Log()
    with about(request="r-1", engagement="e_2", job=None), about(job="j_3"):
        OURS.warning("Job %s failed", "j_3", extra={"kind": "assess", "seconds": 1.5})
    (line,) = log.lines
    assert datetime.fromisoformat(line.pop("time")).utcoffset() == timedelta(0) and line.pop("process")
    assert line == {
        "level": "warning",
        "event": "Job j_3 failed",
        "logger": "discovery_agent.discovery.jobs",
        "request": "r-1",
        "engagement": "e_2",
        "job": "j_3",
        "kind": "assess",
        "seconds": 1.5,
    }


async def test_tasks_and_threads_belong_to_what_began_them_and_nothing_leaks_out_of_them() -> None:
    log = Log()

    async def later() -> None:
        also(interview="i-9")
        await asyncio.to_thread(OURS.info, "in a thread of a task")

    with about(request="r-1"):
        task = asyncio.create_task(later())
    await task
    OURS.info("afterwards")
    inside, after = log.lines
    assert (inside["request"], inside["interview"]) == ("r-1", "i-9")
    assert "request" not in after and "interview" not in after and not known()


def test_the_text_form_is_one_line_an_event_with_the_same_in_it() -> None:
    log = Log(log_format="text")
    with about(engagement="e_2"):
        OURS.info("Engagement %s was deleted.", "e_2")
    assert log.text.count("\n") == 1 and "[info] Engagement e_2 was deleted." in log.text and "engagement=e_2" in log.text


def test_the_level_holds_for_us_and_libraries_say_warnings_only() -> None:
    log = Log(log_level="debug")
    OURS.debug("looked at")
    LIBRARY.debug("sent %s", "the whole prompt")
    LIBRARY.info("sent")
    LIBRARY.warning("slow")
    assert [line["logger"] for line in log.lines] == [OURS.name, LIBRARY.name]
    log = Log(log_level="ERROR")
    OURS.warning("not now")
    LIBRARY.warning("not now")
    assert not log.lines


def test_of_what_libraries_write_only_the_template_and_numbers_are_kept() -> None:
    log = Log()
    LIBRARY.error("row %d of %s could not be stored for %r", 12, "Maria Santos", {"text": "nine days"})
    LIBRARY.error("Maria Santos said nine days")
    warnings.warn("Maria Santos said nine days", UserWarning, stacklevel=1)
    template, whole, warned = (line["event"] for line in log.lines)
    assert template == "row 12 of … could not be stored for …"
    assert "some.library at test_logs.py:" in whole and "UserWarning at" in warned and "test_logs.py:" in warned
    assert "Maria" not in log.text and "nine" not in log.text


def test_an_error_is_logged_with_its_stack_and_its_causes_and_without_any_value() -> None:
    log = Log()
    for form in ("json", "text"):
        log = Log(log_format=form)
        answer = "it takes nine days"
        try:
            try:
                raise KeyError(answer)
            except KeyError as error:
                raise ValueError(f"cannot read {answer}") from error
        except ValueError:
            OURS.exception("Job %s failed", "j_3")
        assert "ValueError" in log.text and "KeyError" in log.text and "test_logs.py:" in log.text
        assert "test_an_error_is_logged" in log.text and "nine" not in log.text


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (NotFound("There is nobody called Maria Santos."), "NotFound"),
        (StorageError("The disk is full.", where="sqlite:///discovery.db"), "StorageError: sqlite:///discovery.db: The disk is full."),
        (
            ModelRefused("The model server rejected the request (status 400): Maria Santos said"),
            "ModelRefused: The model server rejected the request (status 400)",
        ),
        (FileNotFoundError(2, "No such file or directory", "Maria Santos.txt"), "FileNotFoundError: No such file or directory"),
        (ValueError("Maria Santos"), "ValueError"),
    ],
)
def test_an_error_in_a_message_is_told_by_its_kind_and_by_words_of_ours_only(error: Exception, said: str) -> None:
    log = Log()
    OURS.error("It failed: %s", error)
    assert log.lines[0]["event"] == f"It failed: {said}" and "Maria" not in log.text


@pytest.mark.parametrize(
    "secret",
    [
        "/enter/Xk29fjQ0-_sdf",
        "postgresql://ada:Xk29fjQ0@db/discovery",
        "authorization: Bearer Xk29fjQ0",
        "discovery_session=Xk29fjQ0; path=/",
        "the key sk-Xk29fjQ0abc",
        "password=Xk29fjQ0",
    ],
)
def test_what_has_the_form_of_a_secret_is_hidden_even_in_our_own_words(secret: str) -> None:
    log = Log()
    OURS.warning("A page could not be made: %s", secret, extra={"route": secret})
    assert "Xk29" not in log.text and "[hidden]" in log.text


def test_an_event_is_one_line_whatever_is_in_it() -> None:
    log = Log(log_format="text")
    OURS.warning("A page could not be made: %s", "/a\nlevel=error forged\x1b[2J")
    assert log.text.count("\n") == 1 and "\x1b" not in log.text


def test_fields_that_nobody_provided_for_are_left_out() -> None:
    log = Log()
    OURS.info("request", extra={"status": 200, "body": "it takes nine days"})
    assert log.lines[0]["status"] == 200 and "nine" not in log.text


def test_errors_that_nobody_caught_go_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    log = Log()

    def dies() -> None:
        raise ValueError("it takes nine days")

    thread = threading.Thread(target=dies)
    thread.start()
    thread.join()
    try:
        dies()
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)
    assert [line["level"] for line in log.lines] == ["error", "critical"]
    assert "nine" not in log.text + capsys.readouterr().err


def test_logging_can_be_turned_off_again_and_turned_on_twice_says_everything_once() -> None:
    first, second = Log(), Log()
    OURS.info("once")
    assert not first.lines and len(second.lines) == 1
    stop_logs()
    OURS.warning("nobody listens")
    assert len(second.lines) == 1 and sys.excepthook is sys.__excepthook__


def test_only_what_the_program_itself_gave_counts_as_an_id() -> None:
    assert is_id("e_Zb3kQ0vP1sXy") and is_id("i-0123456789ab")
    assert not is_id("Maria Santos") and not is_id("MariaSantos123456") and not is_id("")


def test_what_is_not_turned_on_costs_next_to_nothing_and_breaks_nothing() -> None:
    with job_run("assess"):
        assert not known()


def test_a_program_that_ends_by_an_unforeseen_error_says_where_and_not_what(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended, telemetry(Settings.load(log_format="json")):
        raise ValueError("it takes nine days")
    said = capsys.readouterr().err
    assert ended.value.code == 1 and "ValueError" in said and "test_logs.py:" in said and "nine" not in said
    with pytest.raises(NotFound), telemetry(Settings.load()):
        raise NotFound("There is nobody of that name.")
    assert not capsys.readouterr().err, "an error raised on purpose is told by the command line"
