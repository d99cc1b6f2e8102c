"""Shows at the end of a run how grounding compares with an aligner on the same table."""

from __future__ import annotations

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "grounding_table" and report.when == "call":
                terminalreporter.write_line(str(value))
