"""What axe-core says of the pages that are given away as files."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from discovery_agent.discovery.exporting import Format, rendered
from discovery_agent.discovery.report import write_report
from discovery_agent.discovery.report.large import write_large_report
from discovery_agent.evals.harness.report import PAGE
from discovery_agent.evals.harness.report import write_report as write_comparison
from tests.browser.conftest import Watched
from tests.discovery.report.large.batches import many
from tests.domain.blueprint.drafts import draft_of
from tests.evals.harness.report.examples import comparison
from tests.example import engagement
from tests.web.ui import axe, checks

pytestmark = pytest.mark.browser


def _found(page: Page) -> list[str]:
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found: list[str] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found += [f"{scheme}: {one}" for one in axe.violations(page)]
    page.set_viewport_size({"width": 360, "height": 900})
    return [*found, *axe.violations(page), *checks.overflowing(page)]


def test_axe_finds_nothing_in_the_report(watched: Watched, tmp_path: Path) -> None:
    assert _found(watched(write_report(engagement(), tmp_path).html)) == []


@pytest.mark.exhaustive
def test_axe_finds_nothing_in_the_report_of_many(watched: Watched, tmp_path: Path) -> None:
    write_large_report(many(8), tmp_path)
    kinds = {path.stem.rstrip("0123456789-"): path for path in sorted(tmp_path.rglob("*.html"))}
    found = {kind: _found(watched(path)) for kind, path in kinds.items()}
    assert not any(found.values()), found


def test_axe_finds_nothing_in_an_exported_blueprint(watched: Watched, tmp_path: Path) -> None:
    path = tmp_path / "blueprint.html"
    path.write_bytes(rendered(draft_of("several"), Format.HTML).data)
    assert _found(watched(path)) == []


def test_axe_finds_nothing_in_the_report_of_an_experiment(watched: Watched, tmp_path: Path) -> None:
    write_comparison(comparison(tmp_path, loss=0.18, head_error="No answer.", label="relay"), tmp_path / "out")
    assert _found(watched(tmp_path / "out" / PAGE)) == []
