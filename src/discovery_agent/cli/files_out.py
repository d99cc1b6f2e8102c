"""Blueprints as files in a folder: made one after the other, each whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path

from rich.console import Console

from discovery_agent.cli.exit_codes import Exit
from discovery_agent.discovery.exporting import ExportedFile
from discovery_agent.errors import ExportError
from discovery_agent.files.writing import write_through


async def write_each(
    makers: Sequence[Callable[[], Awaitable[ExportedFile]]], out: Path, console: Console, *, everything: bool = False
) -> tuple[list[Path], Exit]:
    """Make and write files; what was written, and how it ended.

    A file that cannot be made is told and does not keep the others from being written. Of `everything`, one that is lacking is no failure
    of the command, only a part that is missing.
    """
    written: list[Path] = []
    lacking = 0
    for make in makers:
        try:
            file = await make()
        except ExportError as error:
            lacking += 1
            console.print(f"Not made: {error.what} {error.remedy or ''}".rstrip(), markup=False, soft_wrap=True)
            continue
        path = out / file.name
        part = out / f".{file.name}.part"
        try:
            write_through(part, file.data)
            os.replace(part, path)
        except OSError as error:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise ExportError(
                f"The file cannot be written: {error.strerror or error}.", where=str(path), remedy="Choose another folder with --out."
            ) from error
        written.append(path)
    if not lacking:
        return written, Exit.OK
    return written, Exit.PARTLY if everything and written else Exit.CANNOT_WRITE
