"""A blueprint as PDF: its page, printed by a browser that is installed beside this program."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

from discovery_agent.discovery.exporting.as_html import render_html
from discovery_agent.discovery.exporting.telling import Telling
from discovery_agent.errors import ExportError

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge")
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
_SECONDS = 90
# A browser takes a few hundred megabytes; whoever asks while these are busy waits.
_printers = threading.BoundedSemaphore(2)


def find_browser() -> str | None:
    """The browser that prints, or None if none of the usual ones is installed."""
    named = next((path for name in _NAMES if (path := shutil.which(name))), None)
    return named or next((place for place in _PLACES if Path(place).is_file()), None)


def render_pdf(telling: Telling) -> bytes:
    """The pages as PDF. Takes seconds, so never on an event loop.

    Raises:
        ExportError: there is no browser, or it fails.
    """
    browser = find_browser()
    if browser is None:
        raise ExportError(
            "A PDF is printed by a browser, and none is installed here.",
            remedy="Install Chromium, Chrome or Edge beside this program, or export HTML and print it from your own browser.",
        )
    with tempfile.TemporaryDirectory(prefix="discovery-pdf-", ignore_cleanup_errors=True) as folder:
        page, printed = Path(folder, "page.html"), Path(folder, "page.pdf")
        page.write_text(render_html(telling, paper=True), encoding="utf-8", errors="replace")
        command = [
            browser,
            "--headless",
            "--disable-gpu",
            "--disable-extensions",
            "--disable-background-networking",
            "--no-first-run",
            "--no-pdf-header-footer",
            "--generate-pdf-document-outline",
            # The page loads nothing and runs nothing; a browser will not start as root with its sandbox.
            *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
            f"--user-data-dir={folder}/profile",
            f"--print-to-pdf={printed}",
            page.as_uri(),
        ]
        try:
            with _printers:
                subprocess.run(command, capture_output=True, timeout=_SECONDS, check=True)
            return printed.read_bytes()
        except (OSError, subprocess.SubprocessError) as error:
            raise ExportError(
                f"The browser could not print the PDF: {type(error).__name__}.",
                remedy="Try again, or export HTML and print it from your own browser.",
            ) from error
