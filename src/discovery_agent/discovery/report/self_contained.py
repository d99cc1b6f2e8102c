"""One self-contained HTML file from a template: nothing is loaded from anywhere, and nothing in it can load."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from jinja2 import PackageLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from discovery_agent.discovery.report.wording import visible


class SelfContainedPage:
    """The template `report.html.j2` in the folder `templates` of a package, with the `style.css` and `script.js` beside it.

    The template prints `style` and `script` into the page, and `policy` as its content policy, which allows these two and nothing else.
    """

    def __init__(self, package: str, filters: Mapping[str, Callable[..., Any]]) -> None:
        loader = PackageLoader(package, "templates")
        environment = SandboxedEnvironment(
            loader=loader,
            autoescape=True,
            undefined=StrictUndefined,
            finalize=_finalize,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        environment.filters.update(filters)
        style, script = (loader.get_source(environment, name)[0] for name in ("style.css", "script.js"))
        policy = (
            f"default-src 'none'; style-src '{_source_hash(style)}'; script-src '{_source_hash(script)}'; "
            "img-src data:; base-uri 'none'; form-action 'none'"
        )
        self._template = environment.get_template(
            "report.html.j2", globals={"style": Markup(style), "script": Markup(script), "policy": policy}
        )

    def render(self, **values: object) -> str:
        """The whole page. Every value is escaped, and tricky characters are made visible."""
        return self._template.render(values)


def _finalize(value: object) -> object:
    """Make tricky characters visible in every value that a template prints; ready markup stays as it is."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _source_hash(source: str) -> str:
    return "sha256-" + base64.b64encode(sha256(source.encode("utf-8")).digest()).decode("ascii")
