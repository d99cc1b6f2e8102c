"""The commands of the documentation do what it says, page by page, from the first to the last."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.docs.pages import ROOT, commands, pages
from tests.docs.sandbox import left_out, run, script_of
from tests.transcripts import mail_samples, slack_samples

TUTORIAL = "docs/tutorial.md"
SAYS: dict[str, tuple[str, ...]] = {
    TUTORIAL: (
        "Fewer second trips: No AI is needed: change of process (settled).",
        '"role":"owner"',
        '"stakeholders_added":5',
        "-> ",
        "process_change",
        "do not build: change the process",
        "Karin Osterby: approve, Do not build: change the process, version 2.",
        "Version 2 is signed by Lea Winter (lead); it is no draft any more.",
        "blueprint-osterby-v2.docx",
    ),
    "docs/explanation/the-ladder.md": (
        "Open: too little is known to say whether AI is needed. Likeliest so far: automation by rules (80%).",
        "No AI is needed: automation by rules (settled).",
    ),
    "docs/how-to/own-knowledge.md": ("Dispatch desks of haulage firms", "security.md"),
    "docs/how-to/own-criteria.md": (
        "Budget",
        "decision tables: 10 criteria",
        "automation by rules (leaning, 61%)",
        "Closest: automation by rules; predictive model.",
    ),
    "docs/how-to/own-prompts.md": ("extract_findings",),
    "docs/how-to/review-a-prompt-change.md": ("the gate says", "inconclusive"),
    "docs/how-to/hold-interviews.md": ("Everything you said is kept",),
    "README.md": ("No AI is needed: automation by rules (settled).",),
}
"""What a page's commands have to print."""
OTHERS = [page for page in pages() if page != TUTORIAL and commands(page)]


def of_the_reader(folder: Path) -> None:
    """Files that pages take for granted, since every reader has such files."""
    for name in ("meetings", "archive"):
        shutil.copytree(ROOT / "samples" / "osterby-home-care", folder / name)
    shutil.copy(ROOT / "samples" / "halden-spare-parts" / "01-kickoff.vtt", folder / "kickoff.vtt")
    shutil.copy(ROOT / "evals" / "extraction" / "cases" / "retail-stockouts" / "transcript.docx", folder / "interview.docx")
    shutil.copy(ROOT / "samples" / "halden-spare-parts" / "people.yaml", folder / "people.yaml")
    (folder / "case.txt").write_text("Staff type orders from e-mails into the ERP. It takes too long.", encoding="utf-8")
    (folder / "policies").mkdir()
    (folder / "policies" / "refunds.md").write_text(
        "# Refunds\n\nRefunds above 500 euros are signed by the head of service.\n", encoding="utf-8"
    )
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["Role", "Rate per day"])
    book.active.append(["Data engineer", 850])
    book.save(folder / "rates.xlsx")
    with zipfile.ZipFile(folder / "Acme Slack export.zip", "w") as export:
        export.writestr("users.json", json.dumps(slack_samples.USERS))
        export.writestr("channels.json", json.dumps([{"id": "C1", "name": "claims"}]))
        export.writestr("claims/2026-03-04.json", json.dumps(slack_samples.FOURTH))
    (folder / "Claims pilot.mbox").write_text(f"From x Thu Mar  5 08:12:04 2026\n{mail_samples.OUTLOOK}\n", encoding="utf-8")
    shutil.copytree(folder / "meetings", folder.parent / "home" / "Meetings")
    _print_pdf("Who signs refunds: the head of service.", folder / "handbook.pdf")


def _print_pdf(text: str, path: Path) -> None:
    """A page of text, as small as a PDF can be."""
    drawn = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET"
    parts = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    body, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{part}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(parts) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    path.write_text(body + end, encoding="ascii")


def check(page: str, folder: Path, seconds: float) -> None:
    before = folder / "sandbox"
    before.mkdir()
    ran = run(page, before, seconds=seconds, prepare=of_the_reader)
    assert ran.code == 0, f"{page} ended with {ran.code}:\n{ran.output[-3000:]}"
    for said in SAYS.get(page, ()):
        assert said in ran.output, f"{page}: {said!r} was not printed:\n{ran.output[-3000:]}"


def test_the_tutorial_leads_from_a_checkout_to_a_signed_blueprint(tmp_path: Path) -> None:
    check(TUTORIAL, tmp_path, seconds=400)


@pytest.mark.exhaustive
@pytest.mark.parametrize("page", OTHERS)
def test_the_commands_of_a_page_run(page: str, tmp_path: Path) -> None:
    check(page, tmp_path, seconds=1200)


def test_little_is_left_out_and_of_the_tutorial_only_what_installs() -> None:
    assert {line.split()[0] for line in left_out(TUTORIAL)} == {"git", "cd", "make"}
    assert "discovery-agent review sign" in script_of(TUTORIAL)
