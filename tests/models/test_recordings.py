"""Recorded replies: found by what was asked, said of whom they are, never in place of an error, and replayed without any call."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

import pytest
from pydantic import BaseModel, Field

from discovery_agent.errors import ModelRefused, ModelReplyTruncated, RecordingMissing, StorageError
from discovery_agent.models.billing import Meter
from discovery_agent.models.chat import ChatModel
from discovery_agent.models.messages import Message, PromptMark
from discovery_agent.models.recordings import Mode, Place, Recordings, RunReplies, read_recording
from tests import fake_model_server as fake
from tests.fake_model_server import FakeModelServer

Connect = Callable[..., ChatModel]
ASK = (Message("user", "What is slow?"),)
MARK = PromptMark("extract_findings", "aaaa")
CHURN = Place("extraction", "b2b-churn")


class Word(BaseModel):
    word: str


def with_recordings(model: ChatModel, folder: Path, mode: Mode, place: Place = CHURN, **more: object) -> tuple[ChatModel, RunReplies]:
    replies = Recordings(folder, mode, **more).of(place)  # type: ignore[arg-type]
    return model.keeping(replies, model.budget), replies


async def say(model: ChatModel, *, mark: PromptMark = MARK, messages: tuple[Message, ...] = ASK) -> str:
    return (await model.structured(messages, Word, prompt=mark)).value.word


async def spoken(model: ChatModel, *, mark: PromptMark = MARK) -> list[str]:
    async with aclosing(model.stream(ASK, prompt=mark)) as pieces:
        return [piece async for piece in pieces]


async def test_what_was_recorded_is_replayed_without_a_call_by_whatever_address_and_prompt_file_with_its_first_figures(
    server: FakeModelServer, connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.say(fake.answer({"word": "claims"}, usage=(100, 20)))
    model, _ = with_recordings(connect(), tmp_path, Mode.RECORD)
    assert await say(model) == "claims"
    assert (model.meter.usage.calls, model.meter.reused.calls) == (1, 0)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    monkeypatch.delenv("OPENAI_API_KEY")
    replay, replies = with_recordings(connect(max_attempts=1), tmp_path, Mode.REPLAY)
    assert await say(replay, mark=PromptMark("extract_findings", "a comment was added")) == "claims"
    assert (replay.meter.usage.calls, replay.meter.usage.cost_usd) == (0, 0.0)
    was = replay.meter.reused
    assert (was.calls, was.input_tokens, was.output_tokens, was.cost_usd) == (1, 100, 20, pytest.approx(0.00014))
    assert len(server.requests) == 1 and not replies.missing


async def test_streamed_text_is_recorded_to_the_letter(server: FakeModelServer, connect: Connect, tmp_path: Path) -> None:
    text = "One moment.\n\n  What does a claim cost “today”?\n"
    server.say(fake.answer(text))
    model, _ = with_recordings(connect(), tmp_path, Mode.RECORD)
    assert "".join(await spoken(model)) == text
    replay, _ = with_recordings(connect(), tmp_path, Mode.REPLAY)
    assert await spoken(replay) == [text]
    assert replay.meter.reused.calls == 1
    (file,) = tmp_path.rglob("*.json")
    assert "  What does a claim cost “today”?" in file.read_text(encoding="utf-8").replace('\n  "', '\n"')


async def test_a_recording_says_where_it_belongs_and_its_file_is_the_same_every_time(
    server: FakeModelServer, connect: Connect, tmp_path: Path
) -> None:
    server.say(fake.answer('{"word":   "Anträge"}'))
    for folder in ("one", "two"):
        model, _ = with_recordings(connect(), tmp_path / folder, Mode.RECORD, label="relay: played by people", speed=False)
        await say(model)
    first, second = (next((tmp_path / folder).rglob("*.json")) for folder in ("one", "two"))
    assert first.read_bytes() == second.read_bytes()
    assert first.parent == tmp_path / "one" / "extraction" / "b2b-churn" and first.name.startswith("extract_findings-")
    content = json.loads(first.read_text(encoding="utf-8"))
    assert content["reply"] == {"word": "Anträge"} and '   "word": "Anträge"'.strip() in first.read_text(encoding="utf-8")
    assert (content["suite"], content["case"], content["repeat"], content["prompt"], content["prompt_hash"]) == (
        *CHURN,
        "extract_findings",
        "aaaa",
    )
    assert (content["model"], content["latency_seconds"], content["label"]) == ("openai:gpt-4", None, "relay: played by people")


async def test_each_repeat_has_a_reply_of_its_own(server: FakeModelServer, connect: Connect, tmp_path: Path) -> None:
    server.say(fake.answer({"word": "first"}), fake.answer({"word": "second"}))
    for mode in (Mode.RECORD, Mode.REPLAY):
        said = [await say(with_recordings(connect(), tmp_path, mode, CHURN._replace(repeat=repeat))[0]) for repeat in (0, 1)]
        assert said == ["first", "second"]
    assert len(server.requests) == 2
    assert sorted(json.loads(file.read_text())["repeat"] for file in tmp_path.rglob("*.json")) == [0, 1]


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (fake.answer('{"word": "cl', finish="length"), ModelReplyTruncated),
        (fake.answer(""), ModelRefused),
        (fake.status(400, message="no"), ModelRefused),
    ],
)
async def test_an_error_is_never_recorded(
    server: FakeModelServer, connect: Connect, tmp_path: Path, behaviour: fake.Behaviour, error: type[Exception]
) -> None:
    server.say(behaviour)
    model, _ = with_recordings(connect(), tmp_path, Mode.RECORD)
    with pytest.raises(error):
        await say(model)
    with pytest.raises(error):
        await spoken(model)
    assert not list(tmp_path.rglob("*.json"))


async def test_a_reply_that_broke_off_in_the_middle_is_never_recorded(server: FakeModelServer, connect: Connect, tmp_path: Path) -> None:
    server.say(fake.early_end("What does a cl"))
    model, _ = with_recordings(connect(), tmp_path, Mode.RECORD)
    with pytest.raises(Exception, match="broke off"):
        await spoken(model)
    assert not list(tmp_path.rglob("*.json"))


async def test_what_is_recorded_is_the_answer_after_its_mistakes_were_mended(
    server: FakeModelServer, connect: Connect, tmp_path: Path
) -> None:
    server.say(fake.answer({"other": 1}), fake.answer({"word": "claims"}))
    await say(with_recordings(connect(), tmp_path, Mode.RECORD)[0])
    replay, _ = with_recordings(connect(), tmp_path, Mode.REPLAY)
    assert await say(replay) == "claims"
    assert replay.meter.reused.input_tokens == 200  # what it took with the repair


async def test_a_miss_in_replay_names_prompt_case_reason_and_command(server: FakeModelServer, connect: Connect, tmp_path: Path) -> None:
    server.say(fake.answer({"word": "claims"}))
    await say(with_recordings(connect(), tmp_path, Mode.RECORD)[0])
    replay, replies = with_recordings(connect(), tmp_path, Mode.REPLAY)
    with pytest.raises(RecordingMissing) as caught:
        await say(replay, mark=PromptMark("extract_findings", "bbbb"), messages=(Message("user", "What is slow, and why?"),))
    assert caught.value.where == "extraction, case b2b-churn"
    assert "`extract_findings`" in caught.value.what and "the prompt has changed" in caught.value.what
    assert "eval record extraction" in (caught.value.remedy or "")
    assert [(one.place, one.prompt) for one in replies.missing] == [(CHURN, "extract_findings")]
    with pytest.raises(RecordingMissing):
        await spoken(replay)
    assert len(server.requests) == 1


async def test_the_reason_of_a_miss_tells_what_changed(server: FakeModelServer, connect: Connect, tmp_path: Path) -> None:
    class Words(BaseModel):
        words: list[str]

    server.say(fake.answer({"word": "claims"}))
    await say(with_recordings(connect(), tmp_path, Mode.RECORD)[0])
    other = (Message("user", "What else?"),)

    async def reason(model: ChatModel, place: Place = CHURN, mark: PromptMark = MARK, output: type[BaseModel] = Word) -> str:
        replay, replies = with_recordings(model, tmp_path, Mode.REPLAY, place)
        with pytest.raises(RecordingMissing):
            await replay.structured(other, output, prompt=mark)
        return replies.missing[0].why

    assert "nothing of this prompt and case" in await reason(connect(), Place("extraction", "other"))
    assert "nothing of this prompt and case" in await reason(connect(), mark=PromptMark("ask_question", "aaaa"))
    assert "openai:gpt-4o" in await reason(connect(model="openai:gpt-4o"))
    assert "repeat 3" in await reason(connect(), CHURN._replace(repeat=3))
    assert "parameters" in await reason(connect(max_output_tokens=500))
    assert "form of the reply" in await reason(connect(), output=Words)
    assert "the case, or what is filled into the prompt" in await reason(connect())


async def test_a_reply_that_the_code_refuses_by_now_is_missing_in_replay_and_asked_anew_in_recording(
    server: FakeModelServer, connect: Connect, tmp_path: Path
) -> None:
    class Stricter(BaseModel):
        word: str = Field(max_length=3)

    Stricter.__name__ = "Word"
    server.say(fake.answer({"word": "claims"}), fake.answer({"word": "yes"}))
    await say(with_recordings(connect(), tmp_path, Mode.RECORD)[0])
    replay, _ = with_recordings(connect(), tmp_path, Mode.REPLAY)
    with pytest.raises(RecordingMissing):
        await replay.structured(ASK, Stricter, prompt=MARK)
    again, _ = with_recordings(connect(), tmp_path, Mode.RECORD)
    assert (await again.structured(ASK, Stricter, prompt=MARK)).value.word == "yes"


async def test_a_damaged_recording_counts_as_not_there(server: FakeModelServer, connect: Connect, tmp_path: Path) -> None:
    server.say(fake.answer({"word": "claims"}))
    await say(with_recordings(connect(), tmp_path, Mode.RECORD)[0])
    (file,) = tmp_path.rglob("*.json")
    whole = file.read_text(encoding="utf-8")
    for damage in ("", "[]", whole[:-30], whole.replace('"key": "', '"key": "0'), "[" * 100_000):
        file.write_text(damage, encoding="utf-8")
        with pytest.raises(RecordingMissing):
            await say(with_recordings(connect(), tmp_path, Mode.REPLAY)[0])
    assert read_recording(tmp_path / "nowhere.json") is None


async def test_without_recording_nothing_is_read_or_written(server: FakeModelServer, connect: Connect, tmp_path: Path) -> None:
    server.say(fake.answer({"word": "claims"}))
    await say(with_recordings(connect(), tmp_path, Mode.RECORD)[0])
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.json")}
    model, _ = with_recordings(connect(), tmp_path, Mode.OFF)
    await say(model)
    await say(model, messages=(Message("user", "What else?"),))
    assert len(server.requests) == 3
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.json")} == before


async def test_names_of_cases_never_lead_out_of_the_folder(server: FakeModelServer, connect: Connect, tmp_path: Path) -> None:
    server.say(fake.answer({"word": "claims"}))
    place = Place("extraction", "../../escape: a/b")
    await say(with_recordings(connect(), tmp_path / "recordings", Mode.RECORD, place)[0])
    (file,) = tmp_path.rglob("*.json")
    assert file.is_relative_to(tmp_path / "recordings" / "extraction")
    assert await say(with_recordings(connect(), tmp_path / "recordings", Mode.REPLAY, place)[0]) == "claims"


async def test_a_recording_that_cannot_be_written_is_an_error_and_no_silent_loss(
    server: FakeModelServer, connect: Connect, tmp_path: Path
) -> None:
    server.say(fake.answer({"word": "claims"}))
    (tmp_path / "extraction").write_text("in the way", encoding="utf-8")
    with pytest.raises(StorageError, match="cannot be written"):
        await say(with_recordings(connect(), tmp_path, Mode.RECORD)[0])


def test_a_meter_keeps_billed_and_replayed_apart() -> None:
    meter = Meter()
    assert (meter.usage.calls, meter.reused.calls, meter.seconds, meter.reused_seconds) == (0, 0, 0.0, 0.0)
