"""Files that try to break what reads them, sent to the running service, which answers others meanwhile and keeps nothing of them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.security.asked import asking
from tests.security.conftest import Full
from tests.web.service import API

WORD = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:body></w:document>'
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="{}"{}/></Relationships>'
)
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 10}">' for at in range(9))
    + "]>"
)
PASSWD = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY j SYSTEM "file:///etc/passwd">]>'


def packed(parts: dict[str, bytes], *, pressed: bool = True) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if pressed else zipfile.ZIP_STORED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def word(document: str, target: str = "word/document.xml", mode: str = "") -> bytes:
    parts = {"[Content_Types].xml": TYPES, "_rels/.rels": RELATIONS.format(target, mode), "word/document.xml": document}
    return packed({name: text.encode() for name, text in parts.items()})


def overlapping(times: int) -> bytes:
    """An archive whose entries all point at one block, so that a small file unpacks to a large one many times over."""
    data = bytearray(packed({"word/document.xml": b"\0" * 20_000_000}))
    start = data.rindex(b"PK\x01\x02")
    entry, end = bytes(data[start : data.rindex(b"PK\x05\x06")]), bytearray(data[data.rindex(b"PK\x05\x06") :])
    end[8:10] = end[10:12] = times.to_bytes(2, "little")
    end[12:16] = (len(entry) * times).to_bytes(4, "little")
    return bytes(data[:start]) + entry * times + bytes(end)


_OF_DOCUMENTS = (".docx", ".xlsx", ".pptx", ".html", ".pdf")
TRAPS: dict[str, tuple[str, bytes]] = {
    "zip bomb": ("talk.docx", packed({"word/document.xml": b" " * 80_000_000})),
    "overlapping bomb": ("talk.docx", overlapping(60)),
    "bomb in a bomb": ("talk.docx", packed({"word/embeddings/a.zip": packed({"a": b"\0" * 30_000_000}, pressed=False)})),
    "many entries": ("talk.docx", packed({f"word/{at}.xml": b"" for at in range(60_000)})),
    "upward entries": ("talk.docx", packed({"../../../../tmp/planted.xml": b"x", "word/document.xml": b"<a/>"})),
    "absolute entry": ("talk.docx", packed({"/etc/planted": b"x", "word/document.xml": b"<a/>"})),
    "laughs": ("talk.docx", word(LAUGHS + WORD.format("&j;"))),
    "file of the machine": ("talk.docx", word(PASSWD + WORD.format("Ann: &j;"))),
    "document outside": ("talk.docx", word(WORD.format("Ann: Yes."), "file:///etc/passwd", ' TargetMode="External"')),
    "workbook with laughs": ("sheet.xlsx", packed({"xl/workbook.xml": (LAUGHS + "<workbook>&j;</workbook>").encode()})),
    "slides with a file": ("slides.pptx", packed({"ppt/slides/slide1.xml": (PASSWD + "<a>&j;</a>").encode()})),
    "deep json": ("talk.json", b"[" * 200_000 + b"]" * 200_000),
    "deep json of turns": ("talk.json", b'{"utterances":' * 50_000),
    "number without end": ("talk.json", b'[{"speaker": "Ann", "text": "Yes", "start": 1' + b"0" * 100_000 + b"}]"),
    "one line": ("talk.txt", b"Ann: " + b"word " * 4_000),
    "one word": ("talk.txt", b"Ann: " + b"a" * 300_000),
    "colons": ("talk.txt", b":" * 100_000),
    "spaces": ("talk.txt", b"Ann:" + b" " * 200_000 + b"x"),
    "nulls": ("talk.txt", b"Ann: It takes\x00 nine days.\x00\n" * 5),
    "all nulls": ("talk.txt", b"\x00" * 500_000),
    "picture as text": ("talk.txt", b"\x89PNG\r\n\x1a\n" + b"\x00\x01" * 50_000),
    "program as captions": ("talk.vtt", b"\x7fELF" + bytes(range(256)) * 100),
    "quotes in a table": ("talk.csv", b'speaker,text\n"' * 100),
    "wide table": ("talk.csv", b"speaker,text" + b"," * 300_000 + b"\n"),
    "cue times": ("talk.vtt", b"WEBVTT\n\n" + b"00:00:00.000 --> " * 2_000),
    "markdown of stars": ("talk.md", b"**" * 50_000 + b"Ann:** Yes."),
    "markdown of brackets": ("talk.md", b"[" * 50_000 + b"](" * 50_000),
    "markdown of quotes": ("talk.md", b">" * 50_000 + b" Ann: Yes."),
    "web page of divs": ("page.html", b"<div>" * 50_000 + b"Ann: Yes."),
    "web page with a file": ("page.html", b'<iframe src="file:///etc/passwd"></iframe><p>Ann: Yes.</p>'),
    "broken pdf": ("paper.pdf", b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]>>endobj\ntrailer<</Root 1 0 R>>"),
}


@pytest.fixture
def lead(full: Full) -> Iterator[httpx2.Client]:
    """A lead of an engagement of their own, so that nothing planted is touched; a new one each time, since uploads are counted by key."""
    with asking(full.server.url, full.owner) as owner:
        made = owner.post(f"{API}/engagements", json={"title": "Traps"}).json()
        given = owner.post(f"{API}/engagements/{made['id']}/members", json={"role": "lead", "label": "Lea"}).json()
    with asking(f"{full.server.url}{API}/engagements/{made['id']}", given["secret"]) as client:
        yield client


def files_of(folder: Path) -> set[str]:
    return {str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file() and not re.search(r"-(wal|shm)$", one.name)}


def ended(lead: httpx2.Client, server: str, job: str) -> dict[str, object]:
    """A job once it has ended; meanwhile somebody else is answered."""
    with asking(server) as other, lead.stream("GET", f"/jobs/{job}/events") as events:
        lines = events.iter_lines()
        next(lines)
        assert other.get("/healthz").status_code == 200
        for _ in lines:
            pass
    return lead.get(f"/jobs/{job}").json()


@pytest.mark.slow
@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_is_read_or_refused_and_others_are_answered_meanwhile(trap: str, full: Full, lead: httpx2.Client) -> None:
    name, data = TRAPS[trap]
    assert len(data) < 8_000_000
    kind = "documents" if name.endswith(_OF_DOCUMENTS) else "transcripts"  # as transcripts, these are tried in `tests/transcripts`
    answer = lead.post(f"/{kind}", files={"files": (name, data)})
    assert answer.status_code in (200, 201, 202, 413, 415, 422), (answer.status_code, answer.text[:300])
    assert "Traceback" not in answer.text and "root:" not in answer.text and "unforeseen" not in answer.text
    for job in answer.json().get("jobs", ()):
        found = ended(lead, full.server.url, job["id"])
        assert found["state"] == "done" or (found["message"] and "unforeseen" not in str(found)), found
    assert "root:x" not in lead.get("/findings").text and not Path("/tmp/planted.xml").exists()


NAMES = (
    "../../../../etc/cron.d/x.txt",
    "..\\..\\windows\\x.txt",
    "/etc/passwd",
    "CON",
    "NUL.txt",
    "aux.md",
    "a\x00b.txt",
    "\u202etxt.exe",
    "=cmd|' /C calc'!A0.txt",
    "<img src=x onerror=alert(1)>.txt",
    "a\r\nSet-Cookie: x=y.txt",
    ".htaccess",
    "~/.ssh/authorized_keys",
    "x" * 5_000 + ".txt",
    "",
)


def test_names_of_files_write_nowhere_and_come_back_plain(full: Full, lead: httpx2.Client) -> None:
    before = files_of(full.folder / "data")
    for number, name in enumerate(NAMES):
        talk = f"Ann: It takes {number} days.\nBob: Yes, {number} days.\n".encode()
        for kind in ("transcripts", "documents"):
            answer = lead.post(f"/{kind}", content=form(name, talk), headers={"Content-Type": "multipart/form-data; boundary=cut"})
            assert answer.status_code < 500, (name, kind, answer.text[:300])
            assert "set-cookie" not in answer.headers
            for job in answer.json().get("jobs", ()) if kind == "transcripts" else ():
                ended(lead, full.server.url, job["id"])
    shown = [one["title"] for one in lead.get("/jobs?limit=200").json()["items"]]
    shown += [one["file"] for one in lead.get("/documents?limit=200").json()["items"]]
    assert len(shown) > 20
    for name in shown:
        assert not re.search(r"[\\\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]|^\.|\.\./|^/", name) and len(name) <= 200, repr(name)
    new = files_of(full.folder / "data") - before
    assert all(re.fullmatch(r"engagements/[\w./-]+|[\w.-]+", one) for one in new), new


def form(name: str, data: bytes) -> bytes:
    plain = name.replace('"', "%22").encode("utf-8", "replace")
    return b'--cut\r\nContent-Disposition: form-data; name="files"; filename="' + plain + b'"\r\n\r\n' + data + b"\r\n--cut--\r\n"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"[" * 300_000, "application/json"),
        (b'{"title":' * 100_000, "application/json"),
        (b'{"title": "' + b"\\u0000" * 100_000 + b'"}', "application/json"),
        (b'{"title": "\xff\xfe"}', "application/json"),
        (b'{"title": ' + b"9" * 500_000 + b"}", "application/json"),
        (b'{"title": "a", "title": NaN}', "application/json"),
        (b'{"title": "\\ud800"}', "application/json"),
        (b"{" + b",".join(b'"k%d": 1' % at for at in range(60_000)) + b"}", "application/json"),
    ],
    ids=["brackets", "nested", "nulls", "no utf-8", "long number", "nan", "half a character", "many keys"],
)
def test_bodies_that_are_hard_to_read_are_refused(body: bytes, kind: str, full: Full) -> None:
    with asking(full.server.url, full.owner) as owner:
        answer = owner.post(f"{API}/engagements", content=body, headers={"Content-Type": kind})
    assert answer.status_code in (400, 422), (answer.status_code, answer.text[:200])


def test_forms_without_end_or_with_many_parts_are_refused(lead: httpx2.Client) -> None:
    head = {"Content-Type": "multipart/form-data; boundary=cut"}
    part = b'--cut\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\nAnn: Yes.\r\n'
    field = b'--cut\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n'
    for body in (
        part * 500 + b"--cut--\r\n",
        field * 5_000 + b"--cut--\r\n",
        part,
        b"--cut\r\n" + b"X-A: b\r\n" * 50_000,
        b'--cut\r\nContent-Disposition: form-data; name="files"; filename="' + b"a" * 300_000,
        b"",
    ):
        answer = lead.post("/transcripts", content=body, headers=head)
        assert answer.status_code in (400, 413, 422), (answer.status_code, body[:60])
    assert lead.post(
        "/transcripts", content=part, headers={"Content-Type": "multipart/form-data; boundary=" + "x" * 50_000}
    ).status_code in (400, 422, 431)
