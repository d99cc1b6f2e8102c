"""A blueprint as one self-contained HTML file: nothing is loaded from anywhere, and nothing in it can run."""

from __future__ import annotations

from functools import cache

from jinja2 import PackageLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from discovery_agent.discovery.exporting.telling import Telling, assumed, quoted
from discovery_agent.discovery.report.wording import visible
from discovery_agent.domain.blueprint.claims import Claim, Row

# The pictures carry their styles on their elements, so styles may stand in the file; there is nothing else that the page may do.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def render_html(telling: Telling, *, paper: bool = False) -> str:
    """The whole page, every value escaped. For `paper`, pictures are in light colours only and every note is printed."""
    environment, style = _environment()
    pictures = {
        section.id: [
            (Markup(one.svg()), Markup("") if paper else Markup(one.svg(dark=True)), one.title, one.caption)
            for one in telling.pictures(section)
        ]
        for section in telling.sections
    }

    def cites(cited: Claim | Row) -> list[tuple[str, str, str]]:
        """Number, anchor and words of each note of a claim or row."""
        notes = telling.notes
        said = [notes.evidence[one] for one in cited.findings if one in notes.evidence]
        assumptions = [notes.assumptions[one] for one in cited.assumptions if one in notes.assumptions]
        how = [(notes.hows[cited.how], notes.hows[cited.how], cited.how)] if cited.how else []
        return [
            *((str(number), f"e{number}", quoted(evidence)) for number, evidence in said),
            *((number, number, assumed(one)) for number, one in assumptions),
            *how,
        ]

    return environment.get_template("blueprint.html.j2").render(
        telling=telling, style=Markup(style), policy=_POLICY, pictures=pictures, cites=cites, quoted=quoted, assumed=assumed, paper=paper
    )


@cache
def _environment() -> tuple[SandboxedEnvironment, str]:
    loader = PackageLoader("discovery_agent.discovery.exporting", "templates")
    environment = SandboxedEnvironment(
        loader=loader, autoescape=True, undefined=StrictUndefined, finalize=_finalize, trim_blocks=True, lstrip_blocks=True
    )
    return environment, loader.get_source(environment, "blueprint.css")[0]


def _finalize(value: object) -> object:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
