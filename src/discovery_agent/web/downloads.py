"""Exports as answers: a file to be saved, under the name that people know it by."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from fastapi import Response

from discovery_agent.discovery.exporting import ExportedFile


def download(file: ExportedFile, headers: Mapping[str, str] | None = None) -> Response:
    """The file with both of its names: a plain one, and after RFC 5987 one with the title as it is."""
    names = f"attachment; filename=\"{file.name}\"; filename*=UTF-8''{quote(file.full_name, safe='')}"
    return Response(file.data, media_type=file.media_type, headers={"Content-Disposition": names, **(headers or {})})
