"""PDF, page by page, by pypdf."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from discovery_agent.knowledge.documents.extracted import Extracted, escaped, refused

if TYPE_CHECKING:
    from pypdf import PdfReader

_MOST_PAGES = 3_000


def read(data: bytes, where: str) -> Extracted:
    """The text of every page below a heading with its number.

    Raises:
        DocumentError: encrypted, damaged, too long, or without text.
    """
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError, PyPdfError

    try:
        reader = PdfReader(BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise refused("The PDF is protected by a password.", "Save it without one and add that file.", where)
        try:
            # To walk a tree of pages takes long, so what the file says comes first; it may lie, so they are counted, too.
            _refuse_too_many(_stated_count(reader), where)
            count = len(reader.pages)
        except LimitReachedError as error:
            raise refused(f"The PDF has more pages than the {_MOST_PAGES:,} that are taken.", "Split it.", where) from error
        _refuse_too_many(count, where)
        title = reader.metadata.title if reader.metadata else None
        parts: list[str] = []
        empty: list[int] = []
        for number, page in enumerate(reader.pages, start=1):
            text = (page.extract_text() or "").strip()
            if any(sign.isalnum() for sign in text):
                parts.append(f"## Page {number}\n\n{escaped(text)}\n")
            else:
                empty.append(number)
    except (FileNotDecryptedError, DependencyError) as error:
        raise refused("The PDF is encrypted.", "Save it without encryption and add that file.", where) from error
    except LimitReachedError as error:
        raise refused("A page of the PDF unpacks to far more than a page holds.", "Save or print it as a new PDF.", where) from error
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, RecursionError, AssertionError) as error:
        raise refused("The PDF is damaged.", "Open it and save or print it as a new PDF.", where) from error
    if not parts:
        raise refused("No page of the PDF holds text; it is probably a scan.", "Run text recognition (OCR) and add the result.", where)
    document = Extracted("\n".join(parts), title)
    if empty:
        document.missing(f"{len(empty)} of {count} pages hold no text (the first is page {empty[0]}); scans need text recognition.")
    return document


def _stated_count(reader: PdfReader) -> int:
    """How many pages the file says it has."""
    pages: Any = reader.root_object["/Pages"].get_object()
    count: object = pages.get("/Count", 0)
    return count if isinstance(count, int) else 0


def _refuse_too_many(count: int, where: str) -> None:
    if count > _MOST_PAGES:
        raise refused(f"The PDF has {count:,} pages; at most {_MOST_PAGES:,} are taken.", "Split it.", where)
