"""Recordings of an experiment: made once, replayed at no cost, and told all at once when a prompt has changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from discovery_agent.errors import ConfigurationError, HarnessError
from discovery_agent.evals.harness.arm_bench import CallSettings
from discovery_agent.evals.harness.arms import Arm
from discovery_agent.evals.harness.design import CaseId, Design
from discovery_agent.evals.harness.exchanges import read_exchanges, served
from discovery_agent.evals.harness.prompts_at import lay_out
from discovery_agent.evals.harness.recording import FOLDER, label_of, lacking_in, model_to_replay, prune, recordings_in, standing
from discovery_agent.evals.harness.replayed_model import DEFAULT, default_model
from discovery_agent.evals.harness.running import Ran, run_experiment
from discovery_agent.models.recordings import Mode, Recordings
from discovery_agent.settings import data_folder
from tests import fake_model_server as fake
from tests.evals.harness.experiments import GOAL, RULES_ARM, Remarks, model_arm
from tests.fake_model_server import FakeModelServer


async def run(
    folder: Path, mode: Mode, *arms: Arm, count: int = 3, repeats: int = 1, results: str = "", calls: CallSettings | None = None
) -> Ran:
    suite, recordings = Remarks(count), folder / "recordings"
    design = Design.of(arms, [suite], mode=mode, repeats=repeats, recordings=recordings, calls=calls)
    kept = Recordings(recordings, mode, label="played")
    return await run_experiment(design, [suite], folder / f"results{results}{mode}", recordings=kept)


def changed_prompt(folder: Path, words: str) -> Path:
    folder.mkdir()
    text = (data_folder("prompts") / "extract_findings.md").read_text(encoding="utf-8")
    (folder / "extract_findings.md").write_text(text.replace("## User", f"{words}\n\n## User"), encoding="utf-8")
    return folder


async def test_a_recorded_experiment_is_replayed_without_a_call_and_says_what_it_took_when_it_was_made(
    server: FakeModelServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.say(fake.answer({"findings": [GOAL]}, usage=(100, 20)))
    arm = model_arm(tmp_path)
    first = list((await run(tmp_path, Mode.RECORD, RULES_ARM, arm, repeats=2)).outcomes())
    assert len(server.requests) == 6
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("DISCOVERY_WINDOW_TOKENS", "300")  # the environment does not reach an experiment
    monkeypatch.setenv("DISCOVERY_MODEL", "openai:other")
    monkeypatch.setenv("DISCOVERY_MAX_COST_USD", "0")
    ran = await run(tmp_path, Mode.REPLAY, RULES_ARM, arm, repeats=2)
    again = list(ran.outcomes())
    assert ran.problem is None and (ran.billed.calls, len(server.requests)) == (0, 6)
    assert [one.scores for one in again] == [one.scores for one in first]
    for was, now in zip(first, again, strict=True):
        assert now.billed.calls == 0
        assert now.replayed.model_copy(update={"seconds": 0}) == was.billed.model_copy(update={"seconds": 0})
        assert now.replayed.seconds == pytest.approx(was.billed.seconds, abs=0.001)


async def test_recording_again_pays_for_nothing_that_is_recorded(server: FakeModelServer, tmp_path: Path) -> None:
    server.say(fake.answer({"findings": []}))
    arm = model_arm(tmp_path)
    await run(tmp_path, Mode.RECORD, arm, count=2)
    ran = await run(tmp_path, Mode.RECORD, arm, count=3)
    assert (ran.billed.calls, len(server.requests)) == (1, 3)


async def test_a_changed_prompt_tells_everything_that_is_to_be_recorded_in_one_message_before_plain_automation_runs(
    server: FakeModelServer, tmp_path: Path
) -> None:
    server.say(fake.answer({"findings": [GOAL]}))
    base = model_arm(tmp_path, "base")
    await run(tmp_path, Mode.RECORD, base)
    head = model_arm(tmp_path, "head", changed_prompt(tmp_path / "changed", "Be brief."))
    ran = await run(tmp_path, Mode.REPLAY, RULES_ARM, base, head)
    message = str(ran.problem)
    assert "3 of 9 runs could not be made" in message
    assert "extraction, arm head: prompt `extract_findings`: the prompt has changed since it was recorded" in message
    assert all(f"remark-000{number}" in message for number in range(3)) and message.count("has changed") == 1
    assert "eval record extraction" in message
    assert {one.arm for one in ran.outcomes()} == {"base"}
    assert len(server.requests) == 3


async def test_the_remedy_records_what_is_missing_of_every_arm_in_one_command_and_names_suites_beside(
    server: FakeModelServer, tmp_path: Path
) -> None:
    server.say(fake.answer({"findings": [GOAL]}))
    changed = changed_prompt(tmp_path / "changed prompts", "Be brief.")
    await run(tmp_path, Mode.RECORD, model_arm(tmp_path, "base"), count=1, repeats=2)
    ran = await run(tmp_path, Mode.REPLAY, model_arm(tmp_path, "base"), model_arm(tmp_path, "head", changed), count=2, repeats=2)
    assert ran.problem is not None
    assert ran.problem.remedy == (
        f"Run `discovery-agent eval record extraction --prompts prompts --prompts '{changed}' --model openai:gpt-4 --repeats 2 "
        "--only extraction/remark-0000 --only extraction/remark-0001`. "
        "Suite injection asks with the same prompt, and CI compares it as well: without --suite the comparison names one command for all."
    )


async def test_recordings_that_people_made_are_not_continued_but_every_arm_recorded_anew_with_a_model(
    server: FakeModelServer, tmp_path: Path
) -> None:
    server.say(fake.answer({"findings": [GOAL]}))
    changed, played = changed_prompt(tmp_path / "changed", "Be brief."), {"label": "played"}
    base, head = (
        model_arm(tmp_path, name, prompts).model_copy(update=played) for name, prompts in (("base", "prompts"), ("head", changed))
    )
    await run(tmp_path, Mode.RECORD, base)
    remedy = str((await run(tmp_path, Mode.REPLAY, base, head)).problem)
    assert "You cannot add to the recordings of openai:gpt-4 (played)" in remedy and "--model" not in remedy
    assert f"eval record extraction --prompts prompts --prompts {changed} --only extraction/remark-0000" in remedy


async def test_a_replay_takes_the_declared_model_and_refuses_to_choose_among_several_without_one(
    server: FakeModelServer, tmp_path: Path
) -> None:
    server.say(fake.answer({"findings": []}))
    folder = tmp_path / "recordings"
    assert model_to_replay(folder) is None
    await run(tmp_path, Mode.RECORD, model_arm(tmp_path), count=1)
    assert model_to_replay(folder) == "openai:gpt-4"
    await run(tmp_path, Mode.RECORD, model_arm(tmp_path, "other", model="openai:gpt-5"), count=1)
    with pytest.raises(ConfigurationError, match="Several models are recorded: openai:gpt-4, openai:gpt-5"):
        model_to_replay(folder)
    (folder / DEFAULT).write_text("model: openai:gpt-5\n", encoding="utf-8")
    assert model_to_replay(folder) == "openai:gpt-5"


def test_the_prompts_of_the_demonstration_are_those_that_are_recorded_whatever_the_working_tree_holds(tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    recorded = {kept.recording.prompt_hash for kept in recordings_in(root / FOLDER, {"extraction"}) if kept.recording}
    for folder in ("before", "reworded", "shortened"):
        laid = lay_out(str(root / "evals" / "demonstration" / "prompts" / folder), tmp_path / folder)
        assert laid.hashes["extract_findings"] in recorded, folder


def test_the_recordings_of_the_project_declare_a_model_of_which_there_are_some() -> None:
    folder = Path(__file__).parents[3] / FOLDER
    assert default_model(folder) in {kept.recording.model for kept in recordings_in(folder) if kept.recording}


async def test_the_reason_tells_a_damaged_recording_from_one_that_was_never_made(server: FakeModelServer, tmp_path: Path) -> None:
    server.say(fake.answer({"findings": []}))
    base, head = model_arm(tmp_path, "base"), model_arm(tmp_path, "head", changed_prompt(tmp_path / "changed", "Be brief."))
    await run(tmp_path, Mode.RECORD, base)
    await run(tmp_path, Mode.RECORD, head, count=2)
    damaged = next((tmp_path / "recordings" / "extraction" / "remark-0000").glob("*.json"))
    damaged.write_text("{", encoding="utf-8")
    message = str((await run(tmp_path, Mode.REPLAY, base, head)).problem)
    assert f"its recording is damaged ({damaged}): 1 case (remark-0000)" in message
    assert (
        "arm head: prompt `extract_findings`: this case was never recorded for these prompts; others were: 1 case (remark-0002)" in message
    )


async def test_a_case_that_one_arm_lacks_is_known_and_one_that_no_recording_of_the_prompts_has_is_left_to_the_replay(
    server: FakeModelServer, tmp_path: Path
) -> None:
    server.say(fake.answer({"findings": []}))
    base, head = model_arm(tmp_path, "base"), model_arm(tmp_path, "head", changed_prompt(tmp_path / "changed", "Be brief."))
    await run(tmp_path, Mode.RECORD, base, repeats=2)
    folder, cases = tmp_path / "recordings", [CaseId("extraction", f"remark-000{number}") for number in range(3)]
    assert lacking_in(folder, [RULES_ARM, base, head], cases, 2) == {"base": (), "head": ()}
    await run(tmp_path, Mode.RECORD, head, count=2)
    assert lacking_in(folder, [RULES_ARM, base, head], cases, 1) == {"base": (), "head": (cases[2],)}
    next((folder / "extraction" / "remark-0002").glob("*.json")).write_text("{", encoding="utf-8")
    assert lacking_in(folder, [base, head], cases, 1) == {"base": (), "head": ()}, "a damaged file is told, not passed over"


async def test_another_window_or_length_of_reply_is_part_of_the_experiment(server: FakeModelServer, tmp_path: Path) -> None:
    server.say(fake.answer({"findings": []}))
    arm = model_arm(tmp_path)
    await run(tmp_path, Mode.RECORD, arm)
    ran = await run(tmp_path, Mode.REPLAY, arm, calls=CallSettings(max_output_tokens=4000))
    assert "the parameters are others" in str(ran.problem)


async def test_what_is_stale_and_what_is_missing_is_known_from_a_replay_and_pruned_only_when_asked(
    server: FakeModelServer, tmp_path: Path
) -> None:
    server.say(fake.answer({"findings": []}))
    old, new = model_arm(tmp_path, "old"), model_arm(tmp_path, "new", changed_prompt(tmp_path / "changed", "Be brief."))
    await run(tmp_path, Mode.RECORD, old)
    await run(tmp_path, Mode.RECORD, new, count=2)
    folder = tmp_path / "recordings"
    stands = standing(await run(tmp_path, Mode.REPLAY, new), folder)
    assert (stands.used, len(stands.stale), [one.place.case for one in stands.missing]) == (2, 3, ["remark-0002"])
    assert len(list(recordings_in(folder))) == 5
    assert prune(stands.stale) == 3
    left = list(recordings_in(folder))
    assert [(kept.recording.case if kept.recording else None) for kept in left] == ["remark-0000", "remark-0001"]
    assert not (folder / "extraction" / "remark-0002").exists()


async def test_only_a_whole_replay_says_what_is_stale(server: FakeModelServer, tmp_path: Path) -> None:
    server.say(fake.answer({"findings": []}))
    arm, suite, folder = model_arm(tmp_path), Remarks(2), tmp_path / "recordings"
    with pytest.raises(HarnessError, match="Only a replay"):
        standing(await run(tmp_path, Mode.RECORD, arm), folder)
    design = Design.of([arm], [suite], mode=Mode.REPLAY, recordings=folder, only=[CaseId("extraction", "remark-0000")])
    part = await run_experiment(design, [suite], tmp_path / "part", recordings=Recordings(folder, Mode.REPLAY))
    with pytest.raises(HarnessError, match="whole experiment"):
        standing(part, folder)


async def test_a_front_matter_that_says_more_leaves_recordings_valid(server: FakeModelServer, tmp_path: Path) -> None:
    server.say(fake.answer({"findings": []}))
    await run(tmp_path, Mode.RECORD, model_arm(tmp_path, "old"))
    folder = tmp_path / "described"
    folder.mkdir()
    text = (data_folder("prompts") / "extract_findings.md").read_text(encoding="utf-8")
    (folder / "extract_findings.md").write_text(text.replace("purpose: ", "purpose: In short, "), encoding="utf-8")
    ran = await run(tmp_path, Mode.REPLAY, model_arm(tmp_path, "new", folder))
    assert ran.problem is None and not standing(ran, tmp_path / "recordings").stale


async def test_where_replies_come_from_is_known_from_the_recordings(server: FakeModelServer, tmp_path: Path) -> None:
    server.say(fake.answer({"findings": []}))
    await run(tmp_path, Mode.RECORD, model_arm(tmp_path))
    folder = tmp_path / "recordings"
    assert (label_of(folder, "openai:gpt-4"), label_of(folder, "openai:other"), label_of(tmp_path / "none", "openai:gpt-4")) == (
        "played",
        "",
        "",
    )
    (folder / "extraction" / "remark-0000" / "damaged.json").write_text("{", encoding="utf-8")
    assert label_of(folder, "openai:gpt-4") == "played"


async def test_exchanges_of_an_endpoint_become_recordings_through_the_real_calls(server: FakeModelServer, tmp_path: Path) -> None:
    server.say(fake.answer({"findings": [GOAL]}))
    arm = model_arm(tmp_path, model="openai:relay")
    await run(tmp_path, Mode.OFF, arm, count=2)
    exchanges = tmp_path / "exchanges"
    exchanges.mkdir()
    for number, exchange in enumerate(server.requests):
        content = {"request": exchange.body, "reply": json.dumps({"findings": [GOAL, GOAL]})}
        (exchanges / f"{number}.json").write_text(json.dumps(content), encoding="utf-8")
    async with served(read_exchanges(exchanges)):
        ran = await run(tmp_path, Mode.RECORD, arm, count=3)
    assert [(one.scores["found"], one.error is None) for one in ran.outcomes()] == [(2, True), (2, True), (0, False)]
    assert "no reply to this request is among the exchanges" in (list(ran.outcomes())[2].error or "")
    assert len(list(recordings_in(tmp_path / "recordings"))) == 2 and len(server.requests) == 2
    replay = await run(tmp_path, Mode.REPLAY, arm, count=2)
    assert [one.scores["found"] for one in replay.outcomes()] == [2, 2]


def test_every_recording_of_the_project_is_whole_in_its_place_and_says_where_it_comes_from() -> None:
    kept = list(recordings_in(Path(__file__).parents[3] / FOLDER))
    assert kept
    for path, recording in kept:
        assert recording is not None, path
        assert (path.parent.parent.name, path.parent.name) == (recording.suite, recording.case)
        assert path.name == f"{recording.prompt}-{recording.key[:16]}.json"
        assert recording.label and recording.reply
        assert recording.latency_seconds is None or "relay" not in recording.model


def test_a_folder_without_exchanges_and_a_file_that_is_none_are_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no recorded exchange"):
        read_exchanges(tmp_path)
    (tmp_path / "a.json").write_text('{"request": {}}', encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"a\.json"):
        read_exchanges(tmp_path)
