"""One self-contained HTML file from a template: nothing is loaded from anywhere, and nothing in it can load."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from jinja2 import PackageLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from discovery_agent.discovery.report.wording import visible


class SelfContainedPage:
    """A template in the folder `templates` of a package, with a style and a script of the same folder.

    The template prints `style` and `script` into the page, and `policy` as its content policy, which allows these two and nothing else.
    """

    def __init__(
        self,
        package: str,
        filters: Mapping[str, Callable[..., Any]],
        template: str = "report.html.j2",
        *,
        styles: Sequence[str] = ("style.css",),
        without: Sequence[str] = (),
        script: str | None = "script.js",
    ) -> None:
        """`without` names sections of the style that the page has no use for: what their comment begins with."""
        loader = PackageLoader(package, "templates")
        environment = _Sandbox(
            loader=loader,
            autoescape=True,
            undefined=StrictUndefined,
            finalize=_finalize,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        environment.filters.update(filters)
        style = _without("".join(loader.get_source(environment, name)[0] for name in styles), without)
        code = loader.get_source(environment, script)[0] if script else ""
        allowed = f"'{_source_hash(code)}'" if script else "'none'"
        policy = f"default-src 'none'; style-src '{_source_hash(style)}'; script-src {allowed}; img-src data:; base-uri 'none'; form-action 'none'"
        self._template = environment.get_template(template, globals={"style": Markup(style), "script": Markup(code), "policy": policy})

    def render(self, **values: object) -> str:
        """The whole page. Every value is escaped, and tricky characters are made visible."""
        return self._template.render(values)


class _Sandbox(SandboxedEnvironment):
    """Asks once for each attribute of each type, and not at each of the many places of a long page, whether a template may read it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._safe: dict[tuple[type, str], bool] = {}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may read it; that hangs on the type and the name alone."""
        known = self._safe.get((type(obj), attr))
        if known is None:
            known = self._safe[type(obj), attr] = super().is_safe_attribute(obj, attr, value)
        return known


def _finalize(value: object) -> object:
    """Make tricky characters visible in every value that a template prints; ready markup stays as it is."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


_SECTION = re.compile(r"^/\* ([^\n]+?) \*/\n", re.MULTILINE)


def _without(style: str, sections: Sequence[str]) -> str:
    """The style less the sections whose comment, on a line of its own, begins so."""
    if not sections:
        return style
    head, *parts = _SECTION.split(style)
    kept = (f"/* {name} */\n{body}" for name, body in zip(parts[::2], parts[1::2], strict=True) if not name.startswith(tuple(sections)))
    return head + "".join(kept)


def _source_hash(source: str) -> str:
    return "sha256-" + base64.b64encode(sha256(source.encode("utf-8")).digest()).decode("ascii")
