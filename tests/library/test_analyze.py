"""`analyze`: the same objects as the command line, from whatever a program has at hand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import discovery_agent
from discovery_agent import Settings, Transcript, aio, analyze, assess
from discovery_agent.cli.exit_codes import Exit
from discovery_agent.discovery.results import EngagementAnalysis
from discovery_agent.domain.conversation import Role, Stakeholder
from discovery_agent.domain.findings import FindingKind
from discovery_agent.errors import ConfigurationError, InvalidRequest, SpendLimitReached, TranscriptError
from discovery_agent.library.configuring import SettingChanges
from discovery_agent.transcripts import read_transcript
from tests.cli.running import Inside
from tests.library.conftest import OSTERBY
from tests.library.schemas import require_schema

SPOKEN = "Ada: We want claims paid within five days by June.\nBen: It takes nine days from the first notice to payment today.\n"


def test_the_analysis_of_a_folder_is_that_of_the_command_line(osterby: EngagementAnalysis, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = Inside(capsys)("analyze", OSTERBY, "--json", "--quiet")
    assert outcome.code == Exit.OK, outcome.text
    told, ours = json.loads(outcome.out), json.loads(osterby.model_dump_json())
    assert {**told, "created_at": None} == {**ours, "created_at": None}
    require_schema("engagement-analysis", ours)


def test_texts_and_conversations_are_taken_beside_files_and_each_counts_once(work: Path) -> None:
    (work / "talk.txt").write_text(SPOKEN, encoding="utf-8")
    read = read_transcript(work / "talk.txt")
    analysis = analyze("talk.txt", Transcript("Cleo: Two clerks type each claim into the ERP.", title="Call"), read, title="Claims")
    assert [one.conversation.title for one in analysis.conversations] == [read.title, "Call"] and analysis.title == "Claims"
    assert any(one.kind is FindingKind.KPI for one in analysis.findings)


def test_half_a_character_in_a_text_or_title_is_replaced() -> None:
    analysis = analyze(Transcript(SPOKEN.replace("Ada", "Ada\ud83d"), title="Claims \ud83d"))
    assert analysis.title.startswith("Claims ") and analysis.model_dump_json()


def test_roles_come_from_the_people_that_are_named() -> None:
    analysis = analyze(Transcript(SPOKEN), stakeholders=[Stakeholder(name="Ada", role=Role.SPONSOR)])
    assert analysis.conversations[0].conversation.role_of("Ada") is Role.SPONSOR


def test_what_cannot_be_read_is_listed_and_loses_nothing_else(work: Path) -> None:
    (work / "empty.txt").write_text("", encoding="utf-8")
    analysis = analyze("empty.txt", "gone.vtt", Transcript(SPOKEN))
    assert [one.source for one in analysis.unreadable] == ["gone.vtt", "empty.txt"]
    assert len(analysis.conversations) == 1


@pytest.mark.parametrize(
    ("sources", "words"),
    [
        (["gone.txt"], "no such file"),
        ([Transcript("")], "empty"),
        ([Transcript(" "), Transcript("\n")], "None of 2 files"),
    ],
)
def test_where_nothing_can_be_read_the_error_says_why(sources: list[str | Transcript], words: str) -> None:
    with pytest.raises(TranscriptError, match=words):
        analyze(*sources)


def test_a_text_in_the_place_of_a_path_a_wrong_setting_and_nothing_at_all_are_told() -> None:
    with pytest.raises(InvalidRequest, match=r"Transcript\(text\)"):
        analyze(SPOKEN)
    with pytest.raises(InvalidRequest, match="nothing to read"):
        analyze()
    for path in ("", " "):  # a variable that was never set; it is not the folder in which the program runs
        with pytest.raises(InvalidRequest, match="is empty"):
            analyze(path, Transcript(SPOKEN))
    with pytest.raises(TypeError, match="modell"):
        analyze(Transcript(SPOKEN), modell="openai:gpt-5")  # pyright: ignore[reportCallIssue]
    with pytest.raises(TypeError, match="not int"):
        analyze(7)  # pyright: ignore[reportArgumentType]
    with pytest.raises(TypeError, match="not bytes"):
        Transcript(SPOKEN.encode())  # pyright: ignore[reportArgumentType]
    with pytest.raises(TypeError, match="not as dict"):
        analyze(Transcript(SPOKEN), stakeholders=[{"name": "Ada"}])  # pyright: ignore[reportArgumentType]
    with pytest.raises(ConfigurationError, match="provider:name"):
        analyze(Transcript(SPOKEN), settings=Settings.load(), model="gpt")


def test_no_more_is_spent_than_a_call_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789abcdef")
    priced: SettingChanges = {"model": "openai:gpt-4", "input_price_usd": 1.0, "output_price_usd": 2.0, "knowledge_tokens": 0}
    analysis = analyze(Transcript(SPOKEN), max_cost=0, **priced)
    assert "no room" in analysis.conversations[0].failed_windows[0].error and analysis.usage.calls == 0
    with pytest.raises(SpendLimitReached):
        assess(SPOKEN, max_cost=0, **priced)


async def test_it_waits_also_where_an_event_loop_runs_and_its_twin_can_be_awaited() -> None:
    seen: list[tuple[str, int, int]] = []
    waited = analyze(Transcript(SPOKEN, title="Talk"), progress=lambda *step: seen.append(step))
    awaited = await aio.analyze(Transcript(SPOKEN, title="Talk"))
    assert waited.findings == awaited.findings and waited.decisions == awaited.decisions
    assert [(step[1], step[2]) for step in seen][-1] == (1, 1)


def test_the_package_names_what_it_gives_and_loads_it_when_asked() -> None:
    assert {"analyze", "assess", "interview", "draft"} <= set(discovery_agent.__all__) <= set(dir(discovery_agent))
    assert all(getattr(discovery_agent, name) is not None for name in discovery_agent.__all__)
    assert {name for name in aio.__all__ if hasattr(discovery_agent, name)} == set(aio.__all__)
    assert (Path(discovery_agent.__file__).parent / "py.typed").exists()
    with pytest.raises(AttributeError, match="analise"):
        _ = discovery_agent.analise  # pyright: ignore[reportAttributeAccessIssue]


def test_the_import_of_the_package_loads_nothing_heavy() -> None:
    said = "import sys, discovery_agent; print(*(name for name in ('pydantic', 'numpy', 'sqlalchemy') if name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True).stdout.strip() == ""
