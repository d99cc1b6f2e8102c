"""A line of a result file is read for what it says, also where it says it oddly."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from discovery_agent.models.batch_api.results import Answered, NotALine, Outcome, Tokens, Unanswered, key_of, read_line


class Delays(BaseModel):
    """What somebody said of waiting."""

    days: int


def line(**parts: Any) -> bytes:
    return json.dumps({"id": "batch_req_1", "custom_id": "one", "response": None, "error": None} | parts).encode()


def reply(text: object, finish: str | None = "stop", **more: Any) -> bytes:
    message = {"role": "assistant", "content": text, "refusal": None} | more
    body = {"choices": [{"index": 0, "message": message, "finish_reason": finish}]}
    usage = {"prompt_tokens": 90, "completion_tokens": 7, "prompt_tokens_details": {"cached_tokens": 64}}
    return line(response={"status_code": 200, "request_id": "r", "body": body | {"usage": usage}})


def error(status: int | None, code: str | None = None) -> bytes:
    return line(response={"status_code": status, "body": {"error": {"code": code, "message": "Ada said so"}}})


def read(raw: bytes) -> Answered | Unanswered:
    return read_line(*key_of(raw), Delays).result


def test_a_whole_reply_comes_with_what_it_took() -> None:
    found = read_line(*key_of(reply(' {"days": 9}\n')), Delays)
    assert found.result == Answered('{"days": 9}') and found.tokens == Tokens(90, 7, 64)


@pytest.mark.parametrize(
    ("read", "reused", "tokens"), [(-5, 0, None), (10**400, 0, None), (90, -(10**9), (90, 7, 0)), (90, 91, (90, 7, 90))]
)
def test_counts_that_cannot_be_are_not_believed(read: int, reused: int, tokens: tuple[int, int, int] | None) -> None:
    said = json.loads(reply('{"days": 9}'))
    said["response"]["body"]["usage"] |= {"prompt_tokens": read, "prompt_tokens_details": {"cached_tokens": reused}}
    found = read_line("one", said, Delays)
    assert isinstance(found.result, Answered) and found.tokens == tokens


@pytest.mark.parametrize(
    ("raw", "outcome"),
    [
        (reply('{"days": "soon"}'), Outcome.MALFORMED),
        (reply('{"days": 9'), Outcome.MALFORMED),
        (reply('{"days": 9}', None), Outcome.MALFORMED),
        (reply("  "), Outcome.MALFORMED),
        (reply(None), Outcome.MALFORMED),
        (reply(["a part"]), Outcome.MALFORMED),
        (reply('{"days": 9}', "length"), Outcome.TOO_LONG),
        (reply('{"days": 9}', "content_filter"), Outcome.REFUSED),
        (reply(None, refusal="No."), Outcome.REFUSED),
        (error(429, "rate_limit_exceeded"), Outcome.BUSY),
        (error(500, None), Outcome.BUSY),
        (error(503, "overloaded"), Outcome.BUSY),
        (error(400, "context_length_exceeded"), Outcome.TOO_LONG),
        (error(413), Outcome.TOO_LONG),
        (error(400, "content_filter"), Outcome.REFUSED),
        (error(400, "invalid_value"), Outcome.REJECTED),
        (error(401, "invalid_api_key"), Outcome.REJECTED),
        (line(error={"code": "batch_expired", "message": "too late"}), Outcome.EXPIRED),
        (line(error={"code": "batch_cancelled", "message": "stopped"}), Outcome.CANCELLED),
        (line(), Outcome.BUSY),
        (line(response="ok"), Outcome.BUSY),
        (line(response={"status_code": 200, "body": None}), Outcome.MALFORMED),
        (line(response={"status_code": 200, "body": {"choices": [None]}}), Outcome.MALFORMED),
    ],
)
def test_a_line_without_a_reply_says_why(raw: bytes, outcome: Outcome) -> None:
    result = read(raw)
    assert isinstance(result, Unanswered) and result.outcome is outcome


def test_what_a_server_says_in_words_is_not_repeated() -> None:
    result = read(error(400, "Ada said so: we pay nobody"))
    assert isinstance(result, Unanswered) and result.said == "status 400"


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'"one"', b'{"custom_id": 7}', b"\xff\xfe", b'{"response": null}'])
def test_a_line_that_names_no_request_is_damaged(raw: bytes) -> None:
    with pytest.raises(NotALine):
        key_of(raw)


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["choices", "message", "content", "usage", "code"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(ANY_JSON, ANY_JSON, st.sampled_from([200, 400, 500, None, "200"]))
def test_no_line_breaks_the_reading_or_passes_for_a_reply(body: object, failure: object, status: object) -> None:
    raw = line(response={"status_code": status, "body": body}, error=failure)
    assert isinstance(read(raw), Unanswered)
