"""What is said on a terminal and in a pipe, and how equal failures are told."""

from __future__ import annotations

import io

from rich.console import Console

from discovery_agent.cli.batch_summary import print_failures
from discovery_agent.cli.output import say_on
from discovery_agent.discovery.batch.material import Failure
from discovery_agent.models.budget import no_room

NAME = "talks/2026-10-04-a-long-name-of-a-meeting-about-claims-and-returns.txt"


def said(line: str, *, terminal: bool) -> str:
    written = io.StringIO()
    say_on(Console(file=written, width=40, force_terminal=terminal, highlight=False), line)
    return written.getvalue()


def test_on_a_terminal_lines_break_between_words_and_a_path_stays_whole() -> None:
    line = f"{NAME} holds the same conversation as the file before; it counts once."
    shown = said(line, terminal=True).splitlines()
    assert shown[0] == NAME
    assert all(len(one) < 40 for one in shown[1:])
    assert " ".join(shown) == line
    assert said(line, terminal=False) == line + "\n"


def told(failures: list[Failure]) -> list[str]:
    written = io.StringIO()
    print_failures(failures, Console(file=written, width=80))
    return written.getvalue().splitlines()


def test_thousands_of_stretches_that_a_cap_stopped_are_one_line() -> None:
    failures = [Failure(f"{n}.txt", "turns 1 to 40", str(no_room(2.0, n / 1000, 0.05).what)) for n in range(3000)]
    lines = told(failures)
    assert len(lines) == 2
    assert lines[0].startswith("Failed: 0.txt, turns 1 to 40 and 2,999 more stretches: The cap of USD 2.00 has no room")
    assert lines[1] == "The report lists each stretch. The same command with --retry-failed reads only these again."


def test_five_reasons_at_most_are_shown_the_commonest_first() -> None:
    why = ("refused", "too long", "no reply", "damaged", "cut off", "overloaded", "unknown")
    lines = told([Failure("a.txt", f"turns {n + 1} to {n + 2}", why[n % 7]) for n in range(15)])
    assert [line.rsplit(": ", 1)[1] for line in lines[:5]] == ["refused", *why[1:5]]
    assert lines[5] == "4 more stretches failed for other reasons."
    assert told([Failure("a.txt", "turns 1 to 3", "refused")]) == [
        "Failed: a.txt, turns 1 to 3: refused",
        "The same command with --retry-failed reads only these again.",
    ]
    assert told([]) == []


def test_a_cap_is_told_with_the_digits_that_it_has_and_with_both_ways_to_set_it() -> None:
    tiny = no_room(0.0001, 0.0, 0.0123)
    assert tiny.what.startswith("The cap of USD 0.0001 has no room")
    assert no_room(2.5, 0.0, 3.0).what.startswith("The cap of USD 2.50 has no room")
    assert tiny.remedy and "--max-cost" in tiny.remedy and "DISCOVERY_MAX_COST_USD" in tiny.remedy
