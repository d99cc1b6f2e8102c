"""Handing in all calls of an analysis: half the price, and nothing good lost, whatever becomes of each request."""

from __future__ import annotations

import pytest

from discovery_agent.discovery.ahead import ROUNDS
from discovery_agent.errors import (
    ConfigurationError,
    InvalidRequest,
    ModelUnavailable,
    SpendLimitReached,
)
from discovery_agent.models.batch_api.requests import Limits
from discovery_agent.models.usage import Usage
from tests.discovery.ahead.desk import EACH_USD, TALKS, WISHES, Desk, goals, good, paid_once, usage_of
from tests.fake_batch_server import USAGE, Asked, FakeBatchServer, Result, answered, failed, not_run, nothing


async def test_every_call_is_answered_by_one_batch_at_half_the_price(desk: Desk, server: FakeBatchServer) -> None:
    ahead, analyses = await desk.run()
    assert goals(analyses) == list(WISHES)
    assert (ahead.handed_in, ahead.answered, dict(ahead.failed), ahead.waiting, desk.created()) == (6, 6, {}, 0, 1)
    assert ahead.cost_usd == pytest.approx(6 * EACH_USD)
    # What the batch took is what the report says that the run took: paid calls, not replies that were kept.
    used = usage_of(analyses)
    assert (used.calls, used.cached_calls, used.input_tokens, used.output_tokens) == (6, 0, 6 * USAGE[0], 6 * USAGE[1])
    assert used.cost_usd == pytest.approx(6 * EACH_USD)
    assert paid_once(server) and not any(path.endswith("completions") for _, path in server.calls)
    assert ahead.describe() == ("Batch API: 6 requests handed in, 6 answered, USD 0.0042 paid.",)


async def test_a_second_run_hands_in_only_what_is_new(desk: Desk, server: FakeBatchServer) -> None:
    await desk.run(TALKS[:2])
    ahead, analyses = await desk.run()
    assert (ahead.handed_in, ahead.answered, desk.created()) == (2, 2, 2)
    used = usage_of(analyses)
    assert (used.calls, used.cached_calls, used.cost_usd) == (2, 4, pytest.approx(2 * EACH_USD))
    assert paid_once(server)
    calls = len(server.calls)
    ahead, analyses = await desk.run()
    assert (ahead.handed_in, ahead.cost_usd, usage_of(analyses)) == (0, 0.0, Usage(cached_calls=6))
    assert ahead.describe() == ("Batch API: every call has its reply already.",)
    assert len(server.calls) == calls


async def test_neither_the_server_nor_the_disk_keeps_what_was_said_when_it_is_over(desk: Desk, server: FakeBatchServer) -> None:
    await desk.run()
    assert server.files == {}
    assert [path.name for folder in desk.folders for path in folder.iterdir()] == [".lock"]
    while_waiting = [text for text in desk.said if any(wish in text for wish in WISHES)]
    assert while_waiting == []


async def test_what_expired_is_handed_in_once_more_and_what_was_answered_is_not(desk: Desk, server: FakeBatchServer) -> None:
    server.ends = lambda batch: "expired" if batch.id == "batch_1" else "completed"
    server.reply = lambda one: not_run() if len(server.batches) == 1 and "letter" in one.text else good(one)
    ahead, analyses = await desk.run()
    assert goals(analyses) == list(WISHES) and paid_once(server)
    assert [len(batch.requests) for batch in server.batches.values()] == [6, 2]
    assert (ahead.handed_in, ahead.answered, ahead.expired) == (8, 6, 0)


async def test_what_expires_every_time_is_a_failed_window_and_only_that_is_handed_in_by_the_next_run(
    desk: Desk, server: FakeBatchServer
) -> None:
    server.ends = lambda batch: "expired"
    server.reply = lambda one: not_run() if "letter" in one.text else good(one)
    ahead, analyses = await desk.run()
    assert (ahead.expired, ahead.answered, desk.created()) == (2, 4, ROUNDS)
    assert goals(analyses) == [WISHES[0], WISHES[2]]
    window = analyses[1].failed_windows[0]
    assert "the day was over" in window.error and "Run the same command again" in (window.remedy or "")
    assert any("Without a usable reply: 2 requests" in line for line in ahead.describe())
    server.reply, server.ends = good, lambda batch: "completed"
    _, analyses = await desk.run()
    assert goals(analyses) == list(WISHES) and paid_once(server)
    assert len(list(server.batches.values())[-1].requests) == 2


@pytest.mark.parametrize(
    ("first", "is_paid"),
    [
        (failed(429, "rate_limit_exceeded"), False),
        (failed(500), False),
        (nothing(), False),
        (answered('{"findings": ['), True),
        (answered({"findings": "none"}), True),
        (answered(""), True),
        (answered({"findings": []}, finish=None), True),
        (Result(output=('{"custom_id": "$KEY$", "response": {"status_code": 200, "bo',), is_paid=False), False),
    ],
    ids=["busy", "failing", "no line", "broken JSON", "another form", "empty", "no end", "cut line"],
)
async def test_a_request_without_a_usable_reply_is_handed_in_again_by_itself(
    desk: Desk, server: FakeBatchServer, first: Result, is_paid: bool
) -> None:
    is_bad = lambda one: len(server.batches) == 1 and "letter" in one.text and one.form == "FindingsReply"  # noqa: E731
    server.reply = lambda one: first if is_bad(one) else good(one)
    ahead, analyses = await desk.run()
    assert goals(analyses) == list(WISHES) and dict(ahead.failed) == {}
    assert [len(batch.requests) for batch in server.batches.values()] == [6, 1]
    assert sorted(server.paid.values()) == [1, 1, 1, 1, 1, 2 if is_paid else 1]
    # A reply of no use is paid for like any other, and said to be.
    assert ahead.cost_usd == pytest.approx((7 if is_paid else 6) * EACH_USD)


@pytest.mark.parametrize(
    ("always", "words"),
    [
        (failed(400, "unsupported_value"), "unsupported_value"),
        (failed(400, "content_filter", f"Your text '{WISHES[1]}' is not allowed"), "declined"),
        (answered(None, refusal="I will not."), "declined"),
        (answered("{}", finish="content_filter"), "declined"),
        (not_run("batch_cancelled"), "cancelled"),
    ],
    ids=["rejected", "request filtered", "refused", "reply filtered", "cancelled"],
)
async def test_what_another_try_would_not_help_is_not_handed_in_again(
    desk: Desk, server: FakeBatchServer, always: Result, words: str
) -> None:
    server.reply = lambda one: always if "letter" in one.text else good(one)
    ahead, analyses = await desk.run()
    assert (desk.created(), ahead.answered, sum(ahead.failed.values())) == (1, 4, 2)
    assert words in analyses[1].failed_windows[0].error
    assert WISHES[1] not in analyses[1].failed_windows[0].error + str(ahead.describe())
    assert goals(analyses) == [WISHES[0], WISHES[2]]


async def test_a_batch_that_a_person_cancelled_keeps_what_was_answered_and_is_not_handed_in_again_by_itself(
    desk: Desk, server: FakeBatchServer
) -> None:
    server.ends = lambda batch: "cancelled"
    server.reply = lambda one: nothing() if WISHES[1] in one.text else good(one)
    ahead, analyses = await desk.run()
    assert (desk.created(), ahead.answered, dict(ahead.failed)) == (1, 4, {"the batch was cancelled": 2})
    assert goals(analyses) == [WISHES[0], WISHES[2]]
    server.ends, server.reply = lambda batch: "completed", good
    _, analyses = await desk.run()
    assert goals(analyses) == list(WISHES) and paid_once(server)


async def test_odd_lines_cost_no_good_reply(desk: Desk, server: FakeBatchServer) -> None:
    stranger = '{"custom_id": "somebody-else", "response": {"status_code": 200, "body": {}}, "error": null}'
    server.more_output = ("not json", "[1, 2]", "", stranger)

    def twice(one: Asked) -> Result:
        """The same reply again, and a failure beside it."""
        return Result(output=good(one).output * 2, errors=failed(500).errors)

    server.reply = twice
    ahead, analyses = await desk.run()
    assert goals(analyses) == list(WISHES) and dict(ahead.failed) == {} and ahead.cost_usd == pytest.approx(6 * EACH_USD)
    assert any("2 damaged, 1 of requests that were not in it, 6 repeated" in line for line in desk.said)


async def test_a_reply_that_is_too_long_is_asked_for_in_halves_now_and_at_once_the_next_time(desk: Desk, server: FakeBatchServer) -> None:
    cut_off = answered('{"findings": [', finish="length")
    server.reply = lambda one: cut_off if len(server.batches) == 1 and one.form == "FindingsReply" else good(one)
    ahead, analyses = await desk.run(TALKS[1:2])
    assert goals(analyses) == [WISHES[1]] and not analyses[0].failed_windows
    # The whole and its rating; then both halves together.
    assert [len(batch.requests) for batch in server.batches.values()] == [2, 2]
    assert dict(ahead.failed) == {} and ahead.cost_usd == pytest.approx(4 * EACH_USD)
    server.reply = good
    _, analyses = await desk.run(TALKS[1:2])
    assert goals(analyses) == [WISHES[1]] and desk.created() == 2


async def test_an_account_that_takes_few_tokens_at_once_is_handed_files_one_after_the_other(desk: Desk, server: FakeBatchServer) -> None:
    server.most_requests_waiting = 2
    desk.limits = Limits(requests=2)
    ahead, analyses = await desk.run()
    assert goals(analyses) == list(WISHES) and paid_once(server) and ahead.answered == 6
    assert server.files == {}


async def test_a_file_that_is_too_much_for_the_account_is_halved_until_it_fits(desk: Desk, server: FakeBatchServer) -> None:
    server.most_requests_waiting = 2
    _, analyses = await desk.run()
    assert goals(analyses) == list(WISHES) and paid_once(server)
    assert max(len(batch.requests) for batch in server.batches.values() if not batch.refusals) == 2


async def test_an_account_that_is_full_of_other_peoples_batches_ends_the_run_and_the_next_hands_in(
    desk: Desk, server: FakeBatchServer
) -> None:
    server.most_requests_waiting = 0
    with pytest.raises(ModelUnavailable, match="not even one more request"):
        await desk.run()
    assert [len(batch.requests) for batch in server.batches.values()] == [6, 3, 2, 1] and server.files == {}
    server.most_requests_waiting = None
    _, analyses = await desk.run()
    assert goals(analyses) == list(WISHES) and paid_once(server)


async def test_a_batch_that_the_server_does_not_take_says_why_and_costs_nothing(desk: Desk, server: FakeBatchServer) -> None:
    server.refuses = lambda batch: "billing_hard_limit_reached"
    ahead, analyses = await desk.run()
    assert (desk.created(), ahead.answered, ahead.cost_usd, server.paid) == (1, 0, 0.0, {})
    assert all("billing_hard_limit_reached" in one.failed_windows[0].error for one in analyses)


async def test_no_more_is_handed_in_than_the_cap_has_room_for(desk: Desk, server: FakeBatchServer) -> None:
    _, analyses = await desk.run(max_cost_usd=0.0)
    assert desk.created() == 0 and "cap" in analyses[0].failed_windows[0].error
    # A request can take 8000 tokens of reply at half of 2 USD a million, and what it sends: about a cent.
    ahead, _ = await desk.run(max_cost_usd=0.02)
    batches = list(server.batches.values())
    assert len(batches[0].requests) == 2
    # What the first batch did not use is there for the next ones.
    assert len(batches) == ROUNDS and ahead.answered + ahead.not_handed_in == 6
    spent = 0.0
    for batch in batches:
        assert spent + 0.008 * len(batch.requests) <= 0.02
        spent += EACH_USD * len(batch.requests)
    assert ahead.cost_usd == pytest.approx(spent) and paid_once(server, ahead.answered)


async def test_a_cap_without_room_says_so_as_spending(desk: Desk) -> None:
    ahead = await desk.ahead(max_cost_usd=0.0)
    assert ahead.not_handed_in == 6 and "cap on cost" in " ".join(ahead.describe())
    talk = TALKS[0]
    with pytest.raises(SpendLimitReached):
        await ahead.reader.extract(talk, ahead.reader.windows(talk)[0])


async def test_a_server_without_batches_is_named(desk: Desk, server: FakeBatchServer) -> None:
    server.fail("POST", "/files", 404)
    with pytest.raises(ConfigurationError, match="no Batch API"):
        await desk.run()


async def test_the_rules_analyst_has_nothing_to_hand_in(desk: Desk) -> None:
    with pytest.raises(InvalidRequest, match="nothing to hand in"):
        await desk.ahead(model=None)
