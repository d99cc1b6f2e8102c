"""Documents as other programs print them: LibreOffice reads the Word file, and a browser prints the page."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from discovery_agent.discovery.exporting import Format
from discovery_agent.discovery.exporting.as_pdf import find_browser
from discovery_agent.domain.blueprint.claims import Audience
from discovery_agent.domain.blueprint.document import Blueprint
from discovery_agent.errors import ExportError
from tests.discovery.exporting.reading import exported, one_line
from tests.domain.blueprint.drafts import draft_of

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
READER = shutil.which("pdftotext")

needs_reader = pytest.mark.skipif(READER is None, reason="pdftotext (poppler-utils) is not installed: nothing reads what was printed")
needs_office = pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed: nothing opens the Word file")
needs_browser = pytest.mark.skipif(find_browser() is None, reason="neither Chromium, Chrome nor Edge is installed: nothing prints a PDF")


def pages_of(path: Path) -> list[str]:
    assert READER
    text = subprocess.run([READER, "-layout", str(path), "-"], capture_output=True, check=True, timeout=60).stdout.decode()
    return [one_line(page) for page in text.rstrip("\f\n").split("\f")]


def assert_whole(pages: list[str], blueprint: Blueprint) -> None:
    text = " ".join(pages)
    for section in blueprint.sections:
        assert section.title in text
    assert all("DRAFT. Nobody has signed this version." in page for page in pages), "Every page says that it is a draft."
    assert all(len(re.sub(r"\W", "", page)) > 60 for page in pages), "No page is empty."
    assert all(f"{at} of {len(pages)}" in page for at, page in enumerate(pages, start=1))


@pytest.mark.slow
@needs_office
@needs_reader
def test_libreoffice_opens_the_word_file_with_all_of_its_sections(tmp_path: Path) -> None:
    assert OFFICE
    blueprint = draft_of("automate")
    file = tmp_path / "blueprint.docx"
    file.write_bytes(exported(blueprint, Format.WORD))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [OFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(file)]
    subprocess.run(command, capture_output=True, check=True, timeout=180)
    assert_whole(pages_of(tmp_path / "blueprint.pdf"), blueprint)


@pytest.mark.slow
@needs_browser
@needs_reader
def test_a_browser_prints_the_page_with_all_of_its_sections(tmp_path: Path) -> None:
    blueprint = draft_of("automate")
    file = tmp_path / "blueprint.pdf"
    file.write_bytes(exported(blueprint, Format.PDF))
    assert_whole(pages_of(file), blueprint)
    short = tmp_path / "short.pdf"
    short.write_bytes(exported(blueprint, Format.PDF, Audience.EXECUTIVE))
    told = pages_of(short)
    several = tmp_path / "several.pdf"
    several.write_bytes(exported(draft_of("several"), Format.PDF, Audience.EXECUTIVE))
    assert len(pages_of(several)) <= 4, "Executives read at most about four pages, also of a blueprint with several goals."
    assert len(told) <= 4 and len(told) < len(pages_of(file)) and "for executives" in told[0] and blueprint.course.label in " ".join(told)


def test_without_a_browser_there_is_no_pdf_and_it_is_said_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("discovery_agent.discovery.exporting.as_pdf.find_browser", lambda: None)
    with pytest.raises(ExportError, match="none is installed here") as failed:
        exported(draft_of("automate"), Format.PDF)
    assert failed.value.remedy and "export HTML" in failed.value.remedy


@pytest.mark.parametrize("program", ["#!/bin/sh\nexit 3\n", "#!/bin/sh\nexit 0\n"], ids=["fails", "prints nothing"])
@pytest.mark.skipif(shutil.which("sh") is None, reason="there is no shell here to stand in for a browser")
def test_a_browser_that_fails_gives_an_error_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    browser = tmp_path / "browser"
    browser.write_text(program, encoding="utf-8")
    browser.chmod(0o755)
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("discovery_agent.discovery.exporting.as_pdf.find_browser", lambda: str(browser))
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    with pytest.raises(ExportError, match="could not print"):
        exported(draft_of("automate"), Format.PDF)
    assert list(folder.iterdir()) == []
