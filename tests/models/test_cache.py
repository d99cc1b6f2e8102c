"""Replies on disk: each engagement's apart, and gone with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from discovery_agent.errors import StorageError
from discovery_agent.models.cache import CallCache, forget_replies
from discovery_agent.models.messages import Message, PromptMark
from discovery_agent.models.replies import Asked, KeptReply

ASKED = Asked("provider", "openai:gpt-4", (Message("user", "What is slow?"),), None, {}, PromptMark())


def reply(text: str) -> KeptReply:
    return KeptReply(
        key=CallCache(None).key(ASKED),
        model="openai:gpt-4",
        text=text,
        input_tokens=10,
        output_tokens=2,
        cost_usd=0.1,
        latency_seconds=1.0,
    )


def text_in(cache: CallCache) -> str | None:
    kept = cache.get(cache.key(ASKED))
    return kept.text if kept else None


def test_the_same_call_is_kept_apart_for_each_engagement_and_for_none(tmp_path: Path) -> None:
    batch = CallCache(tmp_path)
    first, second = batch.for_engagement("northwind"), CallCache(tmp_path, "borealis")
    first.put(ASKED, reply("claims"))
    assert (text_in(first), text_in(second), text_in(batch)) == ("claims", None, None)
    second.put(ASKED, reply("letters"))
    batch.put(ASKED, reply("scans"))
    forget_replies(tmp_path, "northwind")
    assert (text_in(CallCache(tmp_path, "northwind")), text_in(second), text_in(batch)) == (None, "letters", "scans")
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"claims" in path.read_bytes()]


def test_an_engagement_that_bears_the_name_of_another_folder_meets_nobody_elses_replies(tmp_path: Path) -> None:
    CallCache(tmp_path).put(ASKED, reply("scans"))
    assert text_in(CallCache(tmp_path, "batch")) is None
    forget_replies(tmp_path, "batch")
    assert text_in(CallCache(tmp_path)) == "scans"


def test_a_reply_that_comes_after_the_engagement_was_forgotten_is_not_kept(tmp_path: Path) -> None:
    late = CallCache(tmp_path, "northwind")
    forget_replies(tmp_path, "northwind")
    late.put(ASKED, reply("claims"))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_whoever_must_know_whether_a_reply_was_kept_is_told(tmp_path: Path) -> None:
    assert CallCache(tmp_path).keep(reply("scans")) and text_in(CallCache(tmp_path)) == "scans"
    (tmp_path / "full").write_text("in the way", encoding="utf-8")
    assert not CallCache(tmp_path / "full").keep(reply("scans")) and not CallCache(None).keep(reply("scans"))


def test_a_reply_with_half_of_a_letter_is_used_and_not_kept(tmp_path: Path) -> None:
    cache = CallCache(tmp_path)
    cache.put(ASKED, reply("a face: \ud83d"))
    assert not cache.keep(reply("\udc00"))
    assert text_in(cache) is None
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert cache.keep(reply("a face: \U0001f600"))


def test_what_a_run_has_paid_for_ahead_is_no_part_of_the_file(tmp_path: Path) -> None:
    cache = CallCache(tmp_path)
    cache.put(ASKED, reply("scans").model_copy(update={"new": True}))
    kept = cache.get(cache.key(ASKED))
    assert kept and not kept.new


def test_replies_of_earlier_versions_that_belong_to_nobody_go_with_the_first_engagement(tmp_path: Path) -> None:
    old = tmp_path / "calls" / "3f" / "3f00.json"
    old.parent.mkdir(parents=True)
    old.write_text('{"text": "claims"}', encoding="utf-8")
    forget_replies(tmp_path, "northwind")
    assert not old.exists()


def test_forgetting_that_was_cut_off_is_finished_the_next_time_and_forgetting_nothing_is_no_error(tmp_path: Path) -> None:
    CallCache(tmp_path, "northwind").put(ASKED, reply("claims"))
    kept = tmp_path / "calls" / "engagements" / "northwind"
    kept.rename(kept.with_name("northwind.going"))
    forget_replies(tmp_path, "northwind")
    forget_replies(tmp_path / "nowhere", "northwind")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_replies_that_cannot_be_removed_are_said(tmp_path: Path) -> None:
    folder = tmp_path / "calls" / "engagements"
    folder.mkdir(parents=True)
    (folder / "northwind").write_text("in the way", encoding="utf-8")
    with pytest.raises(StorageError, match="cannot be removed"):
        forget_replies(tmp_path, "northwind")
