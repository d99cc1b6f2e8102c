"""The report as one self-contained HTML file: nothing is loaded from anywhere, and nothing in it can load."""

from __future__ import annotations

import base64
from functools import cache
from hashlib import sha256

from jinja2 import PackageLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from discovery_agent.discovery.report.decision_view import figure_words, ladder_words, solution_label
from discovery_agent.discovery.report.kpi_view import gap_sentence
from discovery_agent.discovery.report.view import ReportView
from discovery_agent.discovery.report.wording import plural, visible
from discovery_agent.domain.amount_words import number_words

_PACKAGE = "discovery_agent.discovery.report"


def render_html(view: ReportView) -> str:
    """The whole page. Every value is escaped, and tricky characters are made visible, by the environment."""
    environment, style, script = _environment()
    policy = (
        f"default-src 'none'; style-src '{_source_hash(style)}'; script-src '{_source_hash(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    return environment.get_template("report.html.j2").render(view=view, style=Markup(style), script=Markup(script), policy=policy)


@cache
def _environment() -> tuple[SandboxedEnvironment, str, str]:
    loader = PackageLoader(_PACKAGE, "templates")
    environment = SandboxedEnvironment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        plural=plural,
        number=number_words,
        gap_sentence=gap_sentence,
        ladder_words=ladder_words,
        figure_words=figure_words,
        solution_label=solution_label,
    )
    style = loader.get_source(environment, "style.css")[0]
    script = loader.get_source(environment, "script.js")[0]
    return environment, style, script


def _finalize(value: object) -> object:
    """Make tricky characters visible in every value that a template prints; ready markup stays as it is."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _source_hash(source: str) -> str:
    return "sha256-" + base64.b64encode(sha256(source.encode("utf-8")).digest()).decode("ascii")
