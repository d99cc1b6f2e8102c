"""A run that is cut off, or whose server fails, is gone on with by the same command, and pays for nothing twice."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from discovery_agent.domain.decisions import Tables
from discovery_agent.errors import (
    InvalidRequest,
    ModelAccessDenied,
    ModelUnavailable,
    StorageError,
)
from discovery_agent.models.batch_api.notes import HandedIn, Notes, Step
from discovery_agent.models.batch_api.service import BatchService
from discovery_agent.models.cache import CallCache, forget_replies
from discovery_agent.models.usage import Usage
from discovery_agent.settings import Settings
from tests.discovery.ahead.desk import EACH_USD, TALKS, WISHES, Desk, goals, good, paid_once, usage_of
from tests.fake_batch_server import Asked, FakeBatchServer, Result, answered, not_run


async def test_a_batch_whose_creation_was_taken_but_not_answered_is_not_created_again(desk: Desk, server: FakeBatchServer) -> None:
    server.fail("POST", "/batches", 0)
    _, analyses = await desk.run()
    assert desk.created() == 1 and paid_once(server) and goals(analyses) == list(WISHES)


async def test_a_server_that_is_busy_now_and_then_is_waited_for(desk: Desk, server: FakeBatchServer) -> None:
    server.fail("POST", "/files", 500)
    server.fail("POST", "/batches", 429, retry_after="7")
    server.fail("GET", "/batches/batch_1", 503, times=3)
    server.fail("GET", "/content", 502, times=2)
    _, analyses = await desk.run()
    assert goals(analyses) == list(WISHES) and paid_once(server) and len(server.batches) == 1
    assert any(7 <= seconds < 8 for seconds in desk.waits)


async def test_waits_grow_from_a_second_to_a_minute(desk: Desk, server: FakeBatchServer) -> None:
    server.polls_until_end = 20
    await desk.run(TALKS[:1])
    assert desk.waits[0] == 1 and desk.waits[-1] == 60 and sorted(desk.waits) == desk.waits


async def test_a_server_out_of_reach_for_an_hour_ends_the_run_and_the_next_goes_on(desk: Desk, server: FakeBatchServer) -> None:
    server.fail("GET", "/batches/batch_1", 503, times=70)
    with pytest.raises(ModelUnavailable):
        await desk.run()
    assert 3500 < sum(desk.waits) < 3800 and [one.step for one in desk.noted()] == [Step.WAITING]
    server.recover()
    _, analyses = await desk.run()
    assert goals(analyses) == list(WISHES) and paid_once(server) and desk.created() == 1


async def test_stopping_while_it_waits_loses_nothing(desk: Desk, server: FakeBatchServer) -> None:
    server.polls_until_end = 10**9
    task = asyncio.create_task(desk.ahead())
    while not any("in progress" in line for line in desk.said):
        await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert "Stopped waiting" in desk.said[-1]
    server.polls_until_end = 1
    ahead, analyses = await desk.run()
    assert goals(analyses) == list(WISHES) and desk.created() == 1 and paid_once(server)
    assert (ahead.handed_in, usage_of(analyses).calls) == (6, 6)


async def test_a_batch_that_could_not_be_noted_is_found_again_by_its_label(
    desk: Desk, server: FakeBatchServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = Notes.note

    def full_disk(notes: Notes, entry: HandedIn) -> HandedIn:
        if entry.step is Step.WAITING:
            raise StorageError("The disk is full.")
        return note(notes, entry)

    monkeypatch.setattr(Notes, "note", full_disk)
    with pytest.raises(StorageError):
        await desk.run()
    monkeypatch.undo()
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789abcdef")
    for _ in range(3):  # batches of other people, so that the list has several pages
        server.create({"endpoint": "/v1/chat/completions", "completion_window": "24h", "input_file_id": "file-1", "metadata": {}})
    server.paid.clear()
    _, analyses = await desk.run()
    assert goals(analyses) == list(WISHES) and desk.created() == 1 and paid_once(server)


async def test_a_file_that_was_uploaded_and_never_handed_in_is_removed_from_the_server(desk: Desk, server: FakeBatchServer) -> None:
    server.fail("POST", "/batches", 401)
    with pytest.raises(ModelAccessDenied):
        await desk.run()
    assert len(server.files) == 1
    _, analyses = await desk.run()
    assert goals(analyses) == list(WISHES) and server.files == {} and paid_once(server)


async def test_replies_that_the_disk_does_not_take_stay_with_the_server(
    desk: Desk, server: FakeBatchServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = CallCache.keep
    kept: list[bool] = []

    def full_after_two(cache: CallCache, reply: object) -> bool:
        kept.append(len(kept) < 2)
        return kept[-1] and keep(cache, reply)  # type: ignore[arg-type]

    monkeypatch.setattr(CallCache, "keep", full_after_two)
    with pytest.raises(StorageError, match="cannot be kept"):
        await desk.run()
    assert len(server.files) == 2
    kept.clear()
    monkeypatch.setattr(CallCache, "keep", keep)
    ahead, analyses = await desk.run()
    assert goals(analyses) == list(WISHES) and desk.created() == 1 and paid_once(server) and ahead.cost_usd == pytest.approx(6 * EACH_USD)


async def test_replies_that_the_server_has_lost_are_not_paid_for_again_by_themselves(desk: Desk, server: FakeBatchServer) -> None:
    server.fail("GET", "/content", 404)
    ahead, analyses = await desk.run()
    assert desk.created() == 1 and dict(ahead.failed) == {"the server no longer had the file of replies": 6}
    assert all(one.failed_windows for one in analyses)
    _, analyses = await desk.run()
    assert goals(analyses) == list(WISHES)


async def test_a_batch_of_another_run_is_read_if_it_has_ended_and_not_waited_for_if_not(desk: Desk, server: FakeBatchServer) -> None:
    server.polls_until_end = 10**9
    task = asyncio.create_task(desk.ahead(TALKS[:2]))
    while not any("in progress" in line for line in desk.said):
        await asyncio.sleep(0.001)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    server.polls_until_end = 1
    server.slow = {"batch_1"}
    ahead, analyses = await desk.run(TALKS[2:])
    assert goals(analyses) == [WISHES[2]] and ahead.waiting == 4 and "not waited for: 4 requests" in ahead.describe()[-1]
    server.slow.clear()
    ahead, _ = await desk.run(TALKS[2:])
    assert ahead.waiting == 0 and ahead.cost_usd == pytest.approx(4 * EACH_USD)
    assert usage_of((await desk.run())[1]) == Usage(cached_calls=6)
    assert paid_once(server)


async def test_an_engagement_that_is_deleted_takes_what_is_handed_in_with_it(desk: Desk, server: FakeBatchServer) -> None:
    server.fail("GET", "/batches/batch_1", 401)
    with pytest.raises(ModelAccessDenied):
        await desk.ahead(engagement="osterby")
    assert desk.noted()
    forget_replies(desk.settings.cache_dir, "osterby")
    assert not desk.folders


async def test_an_engagement_that_is_deleted_while_its_batch_is_waited_for_leaves_nothing_behind(
    desk: Desk, server: FakeBatchServer
) -> None:
    server.polls_until_end = 10**9
    task = asyncio.create_task(desk.ahead(engagement="osterby"))
    while not any("in progress" in line for line in desk.said):
        await asyncio.sleep(0.001)
    forget_replies(desk.settings.cache_dir, "osterby")
    server.polls_until_end = 1
    with pytest.raises(StorageError):
        await task
    assert not [path for path in (desk.settings.cache_dir / "calls").rglob("*") if path.is_file()]


async def test_two_runs_at_once_do_not_hand_in_the_same_twice(desk: Desk, server: FakeBatchServer) -> None:
    server.polls_until_end = 10**9
    task = asyncio.create_task(desk.ahead())
    while not any("in progress" in line for line in desk.said):
        await asyncio.sleep(0.001)
    with pytest.raises(InvalidRequest, match="Another analysis"):
        await desk.ahead()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert desk.created() == 1


async def test_a_batch_that_the_server_does_not_know_is_not_paid_for_again(desk: Desk, server: FakeBatchServer) -> None:
    server.fail("GET", "/batches/batch_1", 404)
    with pytest.raises(ModelAccessDenied, match="does not know the batch"):
        await desk.run()
    _, analyses = await desk.run()
    assert goals(analyses) == list(WISHES) and desk.created() == 1


async def test_a_damaged_note_is_named_and_not_passed_over(desk: Desk, server: FakeBatchServer) -> None:
    server.fail("GET", "/batches/batch_1", 401)
    with pytest.raises(ModelAccessDenied):
        await desk.run()
    path = next(desk.folders[0].glob("*.json"))
    path.write_text(json.dumps({"label": "?"}))
    with pytest.raises(StorageError, match="cannot be read"):
        await desk.run()
    assert desk.created() == 1


class Killed(BaseException):
    """As `kill -9`: nobody expects it."""


WRITES: tuple[tuple[type, str], ...] = (
    (Notes, "note"),
    (Notes, "keep_unanswered"),
    (Notes, "keep_too_long"),
    (Notes, "forget_lines"),
    (Notes, "forget"),
    (CallCache, "keep"),
    (BatchService, "upload"),
    (BatchService, "create"),
    (BatchService, "forget"),
)


def eventful(one: Asked, *, is_first: bool) -> Result:
    """Of the first batch one reply is too long, and two requests expire; another one is refused in each."""
    if one.form == "FindingsReply" and WISHES[2] in one.text:
        return answered(None, refusal="No.")
    if is_first and one.form == "FindingsReply" and WISHES[0] in one.text:
        return answered("{", finish="length")
    return not_run() if is_first and WISHES[1] in one.text else good(one)


@pytest.mark.parametrize("step", [9, pytest.param(1, marks=pytest.mark.exhaustive)])
async def test_a_run_that_ends_at_any_write_is_gone_on_with_and_pays_for_nothing_twice(
    server: FakeBatchServer, tables: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    counted = [0, 0]

    def deadly(owner: type, name: str) -> None:
        """Let a method end the run before or after it works, when its turn comes."""
        method = getattr(owner, name)

        def here() -> None:
            counted[0] += 1
            if counted[0] == counted[1]:
                raise Killed

        if asyncio.iscoroutinefunction(method):

            async def waits(*given: Any) -> object:
                here()
                result = await method(*given)
                here()
                return result

            monkeypatch.setattr(owner, name, waits)
        else:

            def works(*given: Any) -> object:
                here()
                result = method(*given)
                here()
                return result

            monkeypatch.setattr(owner, name, works)

    for owner, name in WRITES:
        deadly(owner, name)
    died = True
    turn = 1 - step
    while died:
        turn += step
        died = False
        server.batches.clear()
        server.files.clear()
        server.paid.clear()
        server.reply = lambda one: eventful(one, is_first=len(server.batches) == 1)
        settings = Settings.load(
            model="openai:gpt-4", cache_dir=tmp_path / str(turn), knowledge_tokens=0, input_price_usd=1, output_price_usd=2
        )
        desk = Desk(server, settings, tables)
        counted[:] = [0, turn]
        try:
            await desk.ahead()
        except Killed:
            died = True
        counted[1] = 0
        _, analyses = await desk.run()
        for bench in desk.made:
            await bench.aclose()
        assert goals(analyses) == list(WISHES[:2]), turn
        assert len(analyses[2].failed_windows) == 1
        # What was refused may be asked again by a run that begins anew; nothing else is ever run twice.
        refused = {one.key for one in server.requests() if one.form == "FindingsReply" and WISHES[2] in one.text}
        assert all(times == 1 for key, times in server.paid.items() if key not in refused), turn
        assert not server.files, turn
    assert turn > 40
