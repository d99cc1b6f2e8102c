"""A project with one small suite, variants of one prompt, and a model to ask: what the tests of `eval` run on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from discovery_agent.cli.evals import choosing
from discovery_agent.evals.harness.metrics import SuiteName
from discovery_agent.settings import data_folder
from tests import fake_model_server as fake
from tests.evals.harness.experiments import Remarks


def project(work: Path, monkeypatch: pytest.MonkeyPatch, variants: Mapping[str, str]) -> Remarks:
    """A suite of ten cases, the built-in prompt in `prompts`, and for each variant a folder with one that says a sentence more."""
    prompt = (data_folder("prompts") / "extract_findings.md").read_text(encoding="utf-8")
    (work / "evals").mkdir()
    for folder, sentence in {"prompts": "", **variants}.items():
        (work / folder).mkdir()
        words = prompt.replace("## User", f"{sentence}\n\n## User") if sentence else prompt
        (work / folder / "extract_findings.md").write_text(words, encoding="utf-8")
    remarks = Remarks(10)
    monkeypatch.setattr(choosing, "SUITES", {SuiteName.EXTRACTION: lambda root: remarks})
    return remarks


@contextmanager
def model(monkeypatch: pytest.MonkeyPatch, answer: Callable[[fake.Exchange], object]) -> Iterator[fake.FakeModelServer]:
    """A model that is configured while the block runs, and gives these answers."""
    with fake.FakeModelServer() as running:
        running.choose = lambda exchange: fake.answer(answer(exchange))
        monkeypatch.setenv("OPENAI_BASE_URL", running.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "x")
        monkeypatch.setenv("DISCOVERY_MODEL", "openai:gpt-4")
        yield running
