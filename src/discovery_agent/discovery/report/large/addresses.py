"""Where everything stands in a report of many pages, and how one page links to another."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence

from discovery_agent.discovery.report.large.survey import Talk

OVERVIEW = "report.html"
Links = Callable[[str], str]
"""Gives the link to an anchor, as one page needs it."""

# Findings, their quotes and utterances stand on the page of their conversation: f12, q12-1, c3, c3u40.
_FINDING = re.compile(r"[fq](\d+)(?:-\d+)?")
_TALK = re.compile(r"c(\d+)(?:u\d+)?")


class Addresses:
    """Every anchor of the report with the file that holds it. Files are named relative to the report's folder."""

    def __init__(self, talks: Sequence[Talk]) -> None:
        self._talks = talks
        self._first_findings = [talk.first_finding for talk in talks]
        self._places: dict[str, tuple[str, str]] = {}

    def put(self, anchor: str, file: str, fragment: str | None = None) -> None:
        """Note that an anchor stands in this file, under its own name or that of `fragment`; the first place counts."""
        self._places.setdefault(anchor, (file, anchor if fragment is None else fragment))

    def links_from(self, file: str) -> Links:
        """The links of one page."""
        up = "../" * file.count("/")

        def to(anchor: str) -> str:
            there, fragment = self._place(anchor)
            if there == file:
                return f"#{fragment or 'main'}"
            return f"{up}{there}#{fragment}" if fragment else f"{up}{there}"

        return to

    def _place(self, anchor: str) -> tuple[str, str]:
        if anchor in self._places:
            return self._places[anchor]
        if found := _FINDING.fullmatch(anchor):
            return self._talks[bisect_right(self._first_findings, int(found[1])) - 1].page, anchor
        if found := _TALK.fullmatch(anchor):
            talk = self._talks[int(found[1]) - 1]
            return talk.page, anchor if "u" in anchor else ""
        raise KeyError(anchor)
