"""Which reader takes a file, told by its content; run in a process of its own, with limits on time and memory.

A document is untrusted: a few thousand bytes can be made to unpack, loop or recurse without end, and the libraries that read
PDF and Office files are large. So the reading is done by `python -m discovery_agent.knowledge.documents.reading`, which gets the
bytes and answers in JSON; if it takes too long or too much, it is ended, and the rest of the program never notices.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import PurePath

from discovery_agent.errors import DocumentError
from discovery_agent.files import archives
from discovery_agent.files.encoding import decode
from discovery_agent.knowledge.documents.extracted import LARGEST_FILE, Extracted, cleaned, refused

_SECONDS = 120
_MEMORY = 3_000_000_000
_TAKEN = "PDF, Word (.docx), Excel (.xlsx), Markdown, text, HTML and CSV are taken."
_BINARY_SHARE = 0.02

_KNOWN_OTHERS = (
    (
        b"\xd0\xcf\x11\xe0",
        "an Office file in the format of before 2007, or one with a password",
        "Save it as .docx or .xlsx, without a password.",
    ),
    (b"{\\rtf", "in Rich Text Format", "Save it as .docx or as plain text."),
    (b"\x89PNG", "an image", "Run text recognition and add the text."),
    (b"\xff\xd8\xff", "an image", "Run text recognition and add the text."),
    (b"GIF8", "an image", "Run text recognition and add the text."),
    (b"\x1f\x8b", "a compressed archive", "Unpack it and add the files."),
    (b"7z\xbc\xaf", "a compressed archive", "Unpack it and add the files."),
    (b"Rar!", "a compressed archive", "Unpack it and add the files."),
)


def read_document(name: str, data: bytes) -> Extracted:
    """The document as clean Markdown, with notes on what was left out. Safe for files from anybody.

    Raises:
        DocumentError: it is refused; says why, and what to do.
    """
    if len(data) > LARGEST_FILE:
        raise refused(f"The file has {len(data) / 1e6:,.0f} MB; at most {LARGEST_FILE / 1e6:,.0f} MB are taken.", "Split it.", name)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "discovery_agent.knowledge.documents.reading", name],
            input=data,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise refused(
            f"Reading it took longer than {_SECONDS} seconds.", "Save it again with the program that made it, or split it.", name
        ) from error
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:
        raise refused("Reading it took more memory than a document should need.", "Split it, or save its text.", name) from error
    if "what" in answer:
        raise DocumentError(answer["what"], where=answer["where"], remedy=answer["remedy"])
    return Extracted(answer["markdown"], answer["title"], answer["notes"], answer["incomplete"])


def read_here(name: str, data: bytes) -> Extracted:
    """The same in this process, without limits on time and memory.

    Raises:
        DocumentError: it is refused.
    """
    if not data.strip():
        raise refused("The file is empty.", "Check that it was exported whole.", name)
    return cleaned(_read(name, data), name)


def _read(name: str, data: bytes) -> Extracted:
    suffix = PurePath(name).suffix.lower()
    if b"%PDF-" in data[:1024]:
        from discovery_agent.knowledge.documents.pdf import read

        return read(data, name)
    if data.startswith(b"PK"):
        from discovery_agent.knowledge.documents.office import read_word, read_workbook

        if archives.holds(data, "xl/"):
            return read_workbook(data, name)
        if archives.holds(data, "word/"):
            return read_word(data, name)
        if not archives.holds(data, ""):
            raise refused("The file is damaged or cut off.", "Copy or export it again.", name)
        raise refused("This kind of archive is not read.", _TAKEN, name)
    for mark, what, remedy in _KNOWN_OTHERS:
        if data.startswith(mark):
            raise refused(f"The file is {what}.", remedy, name)
    return _read_text(name, suffix, data)


def _read_text(name: str, suffix: str, data: bytes) -> Extracted:
    from discovery_agent.knowledge.documents.plain import read_csv, read_markdown, read_text

    text, repairs = decode(data)
    sample = text[:100_000]
    strange = sum(1 for sign in sample if (sign < " " and sign not in "\t\n\r\f") or sign == "\ufffd")
    if strange > len(sample) * _BINARY_SHARE:
        raise refused("The file is no text, and of no kind that is read here.", _TAKEN, name)
    head = text[:2000].lstrip().lower()
    if head.startswith(("<!doctype html", "<html")) or suffix in (".html", ".htm", ".xhtml"):
        from discovery_agent.knowledge.documents.web import read

        document = read(text, name)
    elif suffix in (".md", ".markdown"):
        document = read_markdown(text.replace("\r\n", "\n"))
    elif suffix in (".csv", ".tsv"):
        document = read_csv(text, name)
    else:
        document = read_text(text.replace("\r\n", "\n"))
    document.notes.extend(note.message for note in repairs)
    return document


def main() -> None:
    """Read the document on standard input; answer in JSON on standard output."""
    _limit_memory()
    name, data = sys.argv[1], sys.stdin.buffer.read()
    try:
        document = read_here(name, data)
        answer = {"markdown": document.markdown, "title": document.title, "notes": document.notes, "incomplete": document.incomplete}
    except DocumentError as error:
        answer = {"what": error.what, "where": error.where, "remedy": error.remedy}
    except MemoryError:
        sys.exit(1)
    except Exception:  # a library met a file that nobody thought of; what it says helps no reader
        answer = {"what": "The file is damaged in a way that cannot be read.", "where": name, "remedy": "Save it again, or save its text."}
    sys.stdout.write(json.dumps(answer))


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


if __name__ == "__main__":
    main()
