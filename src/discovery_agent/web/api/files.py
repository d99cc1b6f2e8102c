"""Files in a request: read only after it is known who sends them, and never under the names they come with.

While a form is received, its files lie in temporary files of the system, so that they take no memory.
"""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import IO, Any

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from discovery_agent.domain.unseen import visible
from discovery_agent.transcripts.several import holds_several
from discovery_agent.web.problems import Refused, problem

MOST_FILES = 20
LARGEST_FILE = 50_000_000


def form(more: str = "") -> dict[str, Any]:
    """What a route that takes files documents; `more` says what else it takes."""
    schema = {
        "type": "array",
        "minItems": 1,
        "maxItems": MOST_FILES,
        "items": {"type": "string", "format": "binary"},
        "description": f"At most {MOST_FILES} files of {LARGEST_FILE / 1e6:g} MB.{more and ' '}{more}",
    }
    body = {"schema": {"type": "object", "required": ["files"], "properties": {"files": schema}}}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": body}}}


@dataclass(frozen=True)
class SentFile:
    """A file of a request."""

    name: str
    data: bytes


@dataclass(frozen=True)
class SentArchive:
    """A zip archive with files in it."""

    name: str
    file: IO[bytes]


async def sent_files(request: Request) -> AsyncIterator[SentFile]:
    """The files of a form, one at a time in memory.

    Raises:
        Refused: there is no file, there are too many, or one is too large.
    """
    async for file in _sent(request, archives=False):
        assert isinstance(file, SentFile)
        yield file


def sent_files_and_archives(request: Request) -> AsyncIterator[SentFile | SentArchive]:
    """The files of a form, one at a time; an archive is not in memory, and may be as large as a request. Raises as `sent_files`."""
    return _sent(request, archives=True)


async def _sent(request: Request, *, archives: bool) -> AsyncIterator[SentFile | SentArchive]:
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise _wrong(415, "form", "Files are sent as multipart/form-data")
    try:
        form = await request.form(max_files=MOST_FILES, max_fields=MOST_FILES)
    except HTTPException as error:
        if error.status_code == 400 and "Too many files" in str(error.detail):
            raise _wrong(422, "too-many-files", f"At most {MOST_FILES} files are taken at once") from error
        raise
    try:
        files = [one for one in form.getlist("files") if isinstance(one, UploadFile)]
        if not files:
            raise _wrong(422, "no-file", "There is no file in the field `files`")
        packed = [archives and await asyncio.to_thread(holds_several, file.file) for file in files]
        for file, is_archive in zip(files, packed, strict=True):
            if (file.size or 0) > LARGEST_FILE and not is_archive:
                raise _wrong(413, "file-too-large", f"A file is larger than {LARGEST_FILE / 1e6:g} MB", plain_name(file.filename))
        for file, is_archive in zip(files, packed, strict=True):
            name = plain_name(file.filename)
            yield SentArchive(name, file.file) if is_archive else SentFile(name, await file.read())
    finally:
        await form.close()


def plain_name(name: str | None) -> str:
    """A file name as it is shown and kept: its last part, with nothing that a terminal, a page or a reader takes for something else."""
    text = unicodedata.normalize("NFC", visible(name or "")).encode("utf-8", "replace").decode("utf-8")
    text = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text.replace("\\", "/")).rsplit("/", 1)[-1]
    text = " ".join(text.split()).lstrip(".")
    stem, dot, suffix = text.rpartition(".")
    if len(text) > 150 and dot and len(suffix) <= 10:
        return f"{stem[: 149 - len(suffix)]}.{suffix}"
    return text[:150] or "file"


def _wrong(status: int, name: str, title: str, detail: str | None = None) -> Refused:
    return Refused(problem(status, name, title, detail))
