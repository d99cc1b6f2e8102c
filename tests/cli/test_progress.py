"""What a batch tells of itself while it runs."""

from __future__ import annotations

import io

from rich.console import Console

from discovery_agent.cli.progress import LINE_EVERY_SECONDS, PUTTING_TOGETHER, batch_progress, told
from discovery_agent.discovery.batch.running import Standing


def test_it_tells_conversations_windows_failures_cost_and_the_time_left() -> None:
    halfway = Standing(files=60, without=2, conversations=50, kept=20, windows=64, failed=3)
    assert told(halfway, 112, 1.5, 600.0) == (
        "52 of 112 conversations (20 from an earlier run), 64 windows read, 3 failed, USD 1.5000, about 20 min left"
    )
    assert told(Standing(conversations=9, windows=9), 10, 0.0, 60.0).endswith("windows read, less than a minute left")
    assert told(Standing(without=1, conversations=2, windows=2), 3, 0.0, 60.0) == "3 of 3 conversations, 2 windows read"
    assert told(Standing(), 10, 0.0, 0.0) == "0 of 10 conversations, 0 windows read"
    assert "cost unknown" in told(halfway, 112, None, 600.0)


def test_where_there_is_no_terminal_a_line_comes_now_and_then() -> None:
    now = 0.0
    written = io.StringIO()
    with batch_progress(Console(file=written, width=200), 3, lambda: 0.0, clock=lambda: now) as tell:
        for done in range(4):
            tell(Standing(conversations=done, windows=done))
            now += LINE_EVERY_SECONDS / 2
    assert [line.partition(",")[0] for line in written.getvalue().splitlines()] == ["2 of 3 conversations"]


def test_on_a_terminal_the_bar_says_that_what_was_found_is_put_together() -> None:
    written = io.StringIO()
    with batch_progress(Console(file=written, width=120, force_terminal=True), 2, lambda: 0.0) as tell:
        tell(Standing(conversations=1, windows=1))
    assert PUTTING_TOGETHER not in written.getvalue()
    with batch_progress(Console(file=written, width=120, force_terminal=True), 2, lambda: 0.0) as tell:
        tell(Standing(without=1, conversations=1, windows=1))
    assert PUTTING_TOGETHER in written.getvalue()


def test_nobody_who_wants_quiet_is_told_anything() -> None:
    with batch_progress(None, 3, lambda: 0.0) as tell:
        tell(Standing(conversations=1))
