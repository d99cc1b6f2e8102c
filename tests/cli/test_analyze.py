"""`analyze` and `demo`: exit codes, what is read, and what is written, with never a traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from discovery_agent.cli.exit_codes import EPILOG, MEANINGS, Exit, code_of, run_guarded
from discovery_agent.discovery.given_files import Collected, collect
from discovery_agent.errors import (
    ConfigurationError,
    DiscoveryError,
    EmptyTranscript,
    ExportError,
    InvalidRequest,
    ModelRefused,
    ModelUnavailable,
    SpendLimitReached,
    TranscriptError,
)
from tests.cli.conftest import SPOKEN
from tests.cli.running import ROOT, Inside, Outcome, installed

BINARY = bytes(range(256)) * 20


def schema(name: str) -> dict[str, object]:
    return json.loads((ROOT / f"docs/schemas/{name}.schema.json").read_text(encoding="utf-8"))


def assert_explained(outcome: Outcome, code: Exit, *words: str) -> None:
    assert outcome.code == code, outcome.text
    assert "Traceback" not in outcome.text
    assert "Error" in outcome.err
    for word in words:
        assert word in outcome.err


def test_two_processes_say_exactly_the_same_of_the_same_transcript(work: Path) -> None:
    transcript = next((ROOT / "evals" / "extraction" / "cases" / "b2b-churn").glob("transcript.*"))
    reports: list[dict[str, object]] = []
    for seed in ("1", "2"):
        # Sets have another order for each seed.
        ended = installed("analyze", transcript, "--out", seed, "--quiet", folder=work, PYTHONHASHSEED=seed)
        assert ended.code == Exit.OK, ended.text
        reports.append(json.loads((work / seed / "report.json").read_text(encoding="utf-8")) | {"created_at": None})
    assert reports[0]["decisions"] and reports[0] == reports[1]


def test_a_transcript_that_was_read_whole_ends_with_0_and_a_report(agent: Inside, talk: Path, work: Path) -> None:
    outcome = agent("analyze", talk)
    assert outcome.code == Exit.OK
    assert outcome.out == ""
    assert "Rules analyst" in outcome.err and "1 conversation" in outcome.err
    assert {"report.html", "report.md", "report.json"} <= {path.name for path in (work / "discovery-report").iterdir()}


def test_the_same_call_can_be_repeated(agent: Inside, talk: Path, work: Path) -> None:
    (work / "notes.txt").write_text(SPOKEN.replace("five", "six"), encoding="utf-8")
    for _ in range(2):
        assert agent("analyze", work, "-q").code == Exit.OK
    report = json.loads((work / "discovery-report" / "report.json").read_text(encoding="utf-8"))
    assert len(report["conversations"]) == 2 and report["unreadable"] == []


def test_a_file_that_cannot_be_read_beside_one_that_can_ends_with_1(agent: Inside, talk: Path, work: Path) -> None:
    (work / "photo.png").write_bytes(BINARY)
    outcome = agent("analyze", talk, "photo.png")
    assert outcome.code == Exit.PARTLY
    assert "Not read: photo.png" in outcome.err
    assert (work / "discovery-report" / "report.html").is_file()


def test_a_missing_path_beside_a_file_that_can_be_read_is_listed_and_ends_with_1(agent: Inside, talk: Path, work: Path) -> None:
    outcome = agent("analyze", talk, "gone.vtt", "*.srt")
    assert outcome.code == Exit.PARTLY
    assert "Not read: gone.vtt" in outcome.err and "Not read: *.srt" in outcome.err
    report = json.loads((work / "discovery-report" / "report.json").read_text(encoding="utf-8"))
    assert [one["source"] for one in report["unreadable"]] == ["gone.vtt", "*.srt"]


def test_several_missing_paths_are_told_together(agent: Inside) -> None:
    assert_explained(agent("analyze", "gone.txt", "lost.txt"), Exit.NOTHING_READ, "gone.txt", "other 1 path")


def test_a_conversation_given_twice_is_named_on_the_console(agent: Inside, talk: Path, work: Path) -> None:
    (work / "copy.txt").write_text(talk.read_text(encoding="utf-8"), encoding="utf-8")
    outcome = agent("analyze", work)
    assert outcome.code == Exit.OK
    assert "same conversation" in outcome.err and "1 conversation:" in outcome.err


def test_a_missing_path_ends_with_3(agent: Inside) -> None:
    assert_explained(agent("analyze", "gone.txt"), Exit.NOTHING_READ, "gone.txt", "What to do")


def test_a_path_that_is_too_long_for_the_system_ends_with_3(agent: Inside) -> None:
    assert_explained(agent("analyze", "x" * 5000), Exit.NOTHING_READ)


def test_an_empty_folder_ends_with_3(agent: Inside, work: Path) -> None:
    (work / "empty").mkdir()
    assert_explained(agent("analyze", "empty"), Exit.NOTHING_READ, "empty", "What to do")


@pytest.mark.parametrize("content", [BINARY, b"", b"\n\n \n"])
def test_nothing_but_a_file_that_holds_no_talk_ends_with_3(agent: Inside, work: Path, content: bytes) -> None:
    (work / "bad.txt").write_bytes(content)
    assert_explained(agent("analyze", "bad.txt"), Exit.NOTHING_READ, "Not read: bad.txt")
    assert not (work / "discovery-report").exists()


@pytest.mark.parametrize("people", ["- {name: [}\n", "- {role: sponsor}\n", "- {name: Ada, role: queen}\n", "just text"])
def test_a_wrong_list_of_people_ends_with_4_and_names_the_line(agent: Inside, talk: Path, work: Path, people: str) -> None:
    (work / "people.yaml").write_text(people, encoding="utf-8")
    assert_explained(agent("analyze", talk, "--stakeholders", "people.yaml"), Exit.CONFIGURATION, "people.yaml, line 1")


def test_a_list_of_people_that_is_not_there_ends_with_4(agent: Inside, talk: Path) -> None:
    assert_explained(agent("analyze", talk, "--stakeholders", "gone.yaml"), Exit.CONFIGURATION, "gone.yaml")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DISCOVERY_CONCURRENCY", "many"),
        ("DISCOVERY_CONCURRENCY", "0"),
        ("DISCOVERY_MODEL", "gpt"),
        ("DISCOVERY_MAX_COST_USD", "-1"),
        ("DISCOVERY_INPUT_PRICE_USD", "1"),
    ],
)
def test_a_wrong_setting_ends_with_4_and_names_its_variable(
    agent: Inside, talk: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    assert_explained(agent("analyze", talk), Exit.CONFIGURATION, variable, "What to do")


def test_a_knowledge_folder_that_is_not_there_ends_with_4(agent: Inside, talk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCOVERY_KNOWLEDGE_DIR", "gone")
    assert_explained(agent("analyze", talk), Exit.CONFIGURATION, "gone")


@pytest.mark.parametrize("out", ["taken", "taken/below/it"])
def test_a_file_in_the_way_of_the_report_ends_with_6_before_anything_is_read(agent: Inside, talk: Path, work: Path, out: str) -> None:
    (work / "taken").write_text("mine", encoding="utf-8")
    outcome = agent("analyze", talk, "--out", out)
    assert_explained(outcome, Exit.CANNOT_WRITE, "taken", "What to do")
    assert "Rules analyst" not in outcome.err
    assert (work / "taken").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    "arguments",
    [
        ["analyze"],
        ["analyze", "a.txt", "--max-cost", "-1"],
        ["analyze", "a.txt", "-e", "Bad Name"],
        ["analyze", "--no-such-option"],
        ["analyse"],
    ],
)
def test_a_command_called_wrongly_ends_with_2(agent: Inside, arguments: list[str]) -> None:
    outcome = agent(*arguments)
    assert outcome.code == Exit.USAGE
    assert "Usage" in outcome.err and "Traceback" not in outcome.text


def test_json_on_standard_output_is_what_the_schema_says_and_nothing_else(agent: Inside, talk: Path, work: Path) -> None:
    outcome = agent("analyze", talk, "--json")
    result = json.loads(outcome.out)
    jsonschema.validate(result, schema("engagement-analysis"))
    for one in result["conversations"]:
        jsonschema.validate(one, schema("conversation-analysis"))
    assert result == json.loads((work / "discovery-report" / "report.json").read_text(encoding="utf-8"))


def test_quiet_says_nothing_where_nothing_is_wrong(agent: Inside, talk: Path) -> None:
    assert agent("analyze", talk, "--quiet").text == ""


def test_an_estimate_with_the_rules_analyst_says_that_it_costs_nothing_and_writes_nothing(agent: Inside, talk: Path, work: Path) -> None:
    outcome = agent("analyze", talk, "--estimate")
    assert outcome.code == Exit.OK
    assert "no cost" in outcome.out
    assert [path.name for path in work.iterdir()] == ["talk.txt"]


def test_an_estimate_can_be_had_as_json(agent: Inside, talk: Path) -> None:
    assert json.loads(agent("analyze", talk, "--estimate", "--json").out) == {"calls": 0, "cost_usd": 0.0}


def test_a_cap_on_cost_without_a_model_is_said_to_do_nothing(agent: Inside, talk: Path) -> None:
    assert "no effect" in agent("analyze", talk, "--max-cost", "1").err


def test_the_title_is_that_of_the_folder_or_the_only_file_or_the_one_given(agent: Inside, work: Path) -> None:
    folder = work / "motor_claims"
    folder.mkdir()
    (folder / "kick-off.txt").write_text(SPOKEN, encoding="utf-8")
    (folder / "more.txt").write_text(SPOKEN.replace("five", "six"), encoding="utf-8")

    def title(*arguments: str) -> str:
        return json.loads(agent("analyze", *arguments, "--json", "-q").out)["title"]

    assert title("motor_claims") == "Motor claims"
    assert title("motor_claims/kick-off.txt") == "Kick off"
    assert title("motor_claims/*.txt") == "Motor claims"
    assert title("motor_claims", "--title", "Ours") == "Ours"


def test_people_beside_the_transcripts_are_used_without_asking(agent: Inside, work: Path) -> None:
    (work / "talks").mkdir()
    (work / "talks" / "a.txt").write_text(SPOKEN, encoding="utf-8")
    (work / "talks" / "people.yaml").write_text("- {name: Ada, role: sponsor}\n", encoding="utf-8")
    outcome = agent("analyze", "talks", "--json", "-q")
    (conversation,) = json.loads(outcome.out)["conversations"]
    assert {"Ada": "sponsor"}.items() <= {one["name"]: one["role"] for one in conversation["conversation"]["participants"]}.items()
    assert outcome.code == Exit.OK


def test_people_beside_a_file_that_is_named_are_used_too_and_the_list_is_told(agent: Inside, work: Path) -> None:
    (work / "talks").mkdir()
    (work / "talks" / "a.txt").write_text(SPOKEN, encoding="utf-8")
    (work / "talks" / "people.yaml").write_text("- {name: Ada, role: sponsor}\n- {name: Adda, role: business}\n", encoding="utf-8")
    outcome = agent("analyze", "talks/a.txt")
    assert "Roles from talks/people.yaml (2 people)" in outcome.err
    assert "not among the speakers: Adda" in outcome.err


def test_two_lists_of_people_are_one_too_many_to_guess_between(agent: Inside, work: Path) -> None:
    for folder in ("north", "south"):
        (work / folder).mkdir()
        (work / folder / "a.txt").write_text(SPOKEN + folder, encoding="utf-8")
        (work / folder / "people.yaml").write_text("- {name: Ada, role: sponsor}\n", encoding="utf-8")
    assert "Roles from" not in agent("analyze", "north", "south").err


def test_who_has_no_role_is_told_and_how_to_say_it(agent: Inside, talk: Path) -> None:
    outcome = agent("analyze", talk)
    assert "No role is known for Ada" in outcome.err and "people.yaml" in outcome.err


def names(collected: Collected) -> list[str]:
    assert not collected.missing
    return [path.as_posix() for path in collected.found]


def lay(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(SPOKEN, encoding="utf-8")


OUT = Path("report")


def test_folders_are_read_with_all_below_them_in_order(work: Path) -> None:
    lay(work, "talks/b.vtt", "talks/a.txt", "talks/2026/march/c.md")
    assert names(collect(["talks"], OUT)) == ["talks/2026/march/c.md", "talks/a.txt", "talks/b.vtt"]


@pytest.mark.parametrize("given", ["talks", "talks/*", "talks/**/*", "**/*"])
def test_hidden_files_lists_of_people_and_our_own_reports_are_skipped(work: Path, given: str) -> None:
    lay(work, "talks/a.txt", "talks/.DS_Store", "talks/~$a.docx", "talks/.git/config", "talks/people.yaml", "talks/README.md")
    lay(work, "talks/out/report.md", "talks/out/conversations/a.md")
    assert names(collect([given], Path("talks/out"))) == ["talks/a.txt"]


def test_a_file_in_a_hidden_folder_is_read_where_it_is_named(work: Path) -> None:
    lay(work, ".private/a.txt", ".private/b.txt")
    assert names(collect([".private/a.txt"], OUT)) == [".private/a.txt"]
    assert names(collect([".private"], OUT)) == [".private/a.txt", ".private/b.txt"]


def test_globs_are_understood_and_each_file_counts_once_however_it_is_named(work: Path) -> None:
    lay(work, "talks/a.txt", "talks/b.txt", "talks/c.vtt")
    assert names(collect(["talks/*.txt", "talks", str(work / "talks/a.txt"), "./talks/../talks/b.txt"], OUT)) == [
        "talks/a.txt",
        "talks/b.txt",
        "talks/c.vtt",
    ]


def test_a_file_whose_name_looks_like_a_glob_is_read_as_it_is(work: Path) -> None:
    lay(work, "a[1].txt", "a1.txt")
    assert names(collect(["a[1].txt"], OUT)) == ["a[1].txt"]


def test_a_glob_that_matches_nothing_is_an_error(work: Path) -> None:
    with pytest.raises(TranscriptError, match="no such file"):
        collect(["*.vtt"], OUT)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigurationError("x"), Exit.CONFIGURATION),
        (EmptyTranscript("x"), Exit.NOTHING_READ),
        (ModelRefused("x"), Exit.MODEL),
        (ModelUnavailable("x"), Exit.MODEL),
        (SpendLimitReached("x"), Exit.MODEL),
        (ExportError("x"), Exit.CANNOT_WRITE),
        (InvalidRequest("x"), Exit.USAGE),
    ],
)
def test_each_error_ends_the_command_with_its_own_code(error: DiscoveryError, code: Exit, capsys: pytest.CaptureFixture[str]) -> None:
    def program() -> None:
        raise error

    assert code_of(error) is code
    with pytest.raises(SystemExit) as stop:
        run_guarded(program)
    assert stop.value.code == code
    assert capsys.readouterr().err == "Error: x\n"


def test_a_stop_by_the_user_ends_with_130(capsys: pytest.CaptureFixture[str]) -> None:
    def program() -> None:
        raise KeyboardInterrupt

    with pytest.raises(SystemExit) as stop:
        run_guarded(program)
    assert stop.value.code == 130
    assert "Stopped" in capsys.readouterr().err


def test_a_mistake_in_the_program_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        run_guarded(lambda: print(1 / 0))


def test_every_exit_code_is_explained() -> None:
    assert set(MEANINGS) == set(Exit)
    assert all(f"{code.value} " in EPILOG for code in Exit)


@pytest.mark.parametrize("command", [[], ["analyze"], ["demo"], ["doctor"], ["eval"], ["eval", "run"]])
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_every_command_explains_itself(agent: Inside, command: list[str], flag: str) -> None:
    outcome = agent(*command, flag)
    assert outcome.code == Exit.OK
    assert outcome.out.startswith("Usage: discovery-agent") and outcome.err == ""


def test_the_version_is_told(agent: Inside) -> None:
    assert agent("--version").out.startswith("discovery-agent ")


def test_no_heavy_library_is_imported_before_a_command_runs() -> None:
    heavy = ["numpy", "langchain", "langchain_core", "scipy", "tokenizers", "jinja2", "openai", "yaml"]
    code = f"import sys, discovery_agent.cli.main; print([one for one in {heavy} if one in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_the_installed_demo_works_in_any_folder_without_a_key(work: Path) -> None:
    outcome = installed("demo", folder=work)
    assert outcome.code == Exit.OK, outcome.text
    assert (work / "demo-report" / "report.html").is_file()
    assert "invented" in outcome.out and "Report:" in outcome.err


def test_the_installed_script_shows_no_traceback_where_nothing_can_be_read(work: Path) -> None:
    assert_explained(installed("analyze", "gone.txt", folder=work), Exit.NOTHING_READ, "gone.txt")


def test_a_console_of_a_small_alphabet_takes_messages_and_json(work: Path) -> None:
    (work / "Gespräch.txt").write_text(SPOKEN.replace("papers", "Päpiere – 書類"), encoding="utf-8")
    outcome = installed("analyze", "nö.bin", folder=work, PYTHONIOENCODING="ascii")
    assert_explained(outcome, Exit.NOTHING_READ)
    outcome = installed("analyze", "Gespräch.txt", "--json", folder=work, PYTHONIOENCODING="ascii")
    assert outcome.code == Exit.OK, outcome.err
    assert "書類" in json.dumps(json.loads(outcome.out), ensure_ascii=False)
