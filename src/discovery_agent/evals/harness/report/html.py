"""The comparison as one self-contained HTML file: nothing is loaded from anywhere, and nothing in it can load."""

from __future__ import annotations

import base64
import re
from functools import cache
from hashlib import sha256

from jinja2 import PackageLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from discovery_agent.discovery.report.wording import plural, visible
from discovery_agent.evals.harness.comparison import Comparison
from discovery_agent.evals.harness.report.case_view import MOST_SHOWN
from discovery_agent.evals.harness.report.view import comparison_view, counted
from discovery_agent.evals.harness.report.wording import arm_words

_PACKAGE = "discovery_agent.evals.harness.report"


def render_html(comparison: Comparison) -> str:
    """The whole page. Every value is escaped, and tricky characters are made visible, by the environment."""
    environment, style, script = _environment()
    policy = (
        f"default-src 'none'; style-src '{_source_hash(style)}'; script-src '{_source_hash(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    return environment.get_template("report.html.j2").render(
        view=comparison_view(comparison), style=Markup(style), script=Markup(script), policy=policy, most=MOST_SHOWN
    )


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
    environment.filters.update(plural=plural, arm_words=arm_words, counted=counted, slug=_class_name)
    return environment, loader.get_source(environment, "style.css")[0], loader.get_source(environment, "script.js")[0]


def _finalize(value: object) -> object:
    """Make tricky characters visible in every value that a template prints; ready markup stays as it is."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _class_name(kind: str) -> str:
    """A note's kind as the name of a style."""
    return re.sub(r"[^a-z0-9]+", "-", kind.lower()).strip("-") or "other"


def _source_hash(source: str) -> str:
    return "sha256-" + base64.b64encode(sha256(source.encode("utf-8")).digest()).decode("ascii")
