"""A blueprint as one self-contained HTML file: nothing is loaded from anywhere, and nothing in it can run."""

from __future__ import annotations

import re
from functools import cache

from jinja2 import PackageLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from discovery_agent.discovery.drawing import COLOURS_OF_PAGE
from discovery_agent.discovery.exporting.telling import DEFECTS, SIGNATURES, UNSIGNED, Telling, assumed
from discovery_agent.discovery.report.wording import visible
from discovery_agent.domain.blueprint.claims import Claim, Row

# The pictures carry their styles on their elements, so styles may stand in the file; there is nothing else that the page may do.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
_LONGEST_WORD, _PIECE = 28, 14
_LONG_WORD = re.compile(rf"\S{{{_LONGEST_WORD + 1}}}")
_DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_SURROGATE = re.compile("[\ud800-\udfff]")


def render_html(telling: Telling, *, paper: bool = False) -> str:
    """The whole page, every value escaped. For `paper`, pictures are in light colours only and every note is printed."""
    environment, style = _environment()
    pictures = {
        section.id: [
            (Markup(one.svg() if paper else one.page_svg()), one.title, one.caption) for one in telling.pictures(section, paper=paper)
        ]
        for section in telling.sections
    }

    def cites(cited: Claim | Row) -> list[tuple[str, str, str]]:
        """Number, anchor and words of each note of a claim or row."""
        notes = telling.notes
        said = [notes.evidence[one] for one in cited.findings if one in notes.evidence]
        assumptions = [notes.assumptions[one] for one in cited.assumptions if one in notes.assumptions]
        how = [(notes.hows[cited.how], notes.hows[cited.how], cited.how)] if cited.how in notes.hows else []
        return [
            *((str(number), f"e{number}", telling.said(evidence)) for number, evidence in said),
            *((number, number, assumed(one)) for number, one in assumptions),
            *how,
        ]

    return environment.get_template("blueprint.html.j2").render(
        telling=telling,
        style=Markup(style if not paper else f"{style}\n{_every_page(telling)}"),
        policy=_POLICY,
        pictures=pictures,
        cites=cites,
        assumed=assumed,
        paper=paper,
        defects_title=DEFECTS,
        signatures_title=SIGNATURES,
    )


def _every_page(telling: Telling) -> str:
    """Styles that print on each page whether it is a draft, and its number."""
    mark = UNSIGNED if telling.signed is None else f"Signed version {telling.blueprint.number}."
    small = "font: 8pt sans-serif; color: #55606c;"
    return (
        f"@page {{ @top-left {{ content: '{mark}'; {small} }} @bottom-right {{ content: counter(page) ' of ' counter(pages); {small} }} }}"
    )


@cache
def _environment() -> tuple[SandboxedEnvironment, str]:
    loader = PackageLoader("discovery_agent.discovery.exporting", "templates")
    environment = SandboxedEnvironment(
        loader=loader, autoescape=True, undefined=StrictUndefined, finalize=_finalize, trim_blocks=True, lstrip_blocks=True
    )
    return environment, f"{loader.get_source(environment, 'blueprint.css')[0]}\n{COLOURS_OF_PAGE}"


def _finalize(value: object) -> object:
    """Text with nothing in it that plays tricks on the eye; a very long word may be broken, so that no table outgrows the page, and a
    date may not."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    text = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", visible(value))
    if not _LONG_WORD.search(text) and not _DATE.search(text):
        return text
    return Markup("").join(_piece(one) for one in re.split(r"(\s+)", text))


def _piece(text: str) -> str:
    if len(text) > _LONGEST_WORD and not text.isspace():
        return Markup("<wbr>").join(text[at : at + _PIECE] for at in range(0, len(text), _PIECE))
    return Markup('<span class="whole">{}</span>').format(text) if _DATE.search(text) else text
