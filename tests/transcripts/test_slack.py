"""Messages of Slack: who wrote what, in which order, and in which words."""

from __future__ import annotations

import io
import json
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from discovery_agent.discovery.files_read import read_conversations
from discovery_agent.errors import TranscriptError
from discovery_agent.files.bundles import Entry
from discovery_agent.transcripts import read_transcript_bytes
from discovery_agent.transcripts.several import parts_of
from tests.transcripts.reading import read, refusal, turns
from tests.transcripts.slack_samples import FIFTH, FILES, FOURTH, message, packed


def unpacked(root: Path) -> list[Path]:
    for name, content in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), encoding="utf-8")
    return sorted(one for one in root.rglob("*") if one.is_file())


def test_an_export_gives_a_conversation_for_each_channel_and_day_with_threads_whole_where_they_began(tmp_path: Path) -> None:
    path = tmp_path / "Acme Slack export.zip"
    path.write_bytes(packed())
    conversations, unreadable = read_conversations([path])
    assert unreadable == []
    assert {one.title: turns(one) for one in conversations} == {
        "Direct messages of Anna Berg, Ben Okafor, 2026-03-05": [("Ben Okafor", "The budget is 40,000 euros.")],
        "#claims, 2026-03-04": [
            ("Anna Berg", "How long does a claim take today, @Ben Okafor? See the page (https://wiki.example.org/c?a=1&b=2)."),
            ("Ben Okafor", "Nine days & more. I'd say <5% are faster."),
            ("Anna Berg", "Then four days is the goal."),
            ("Cleo Marsh", "Unrelated: the scanner is broken again at 10:30:45."),
            ("Cleo Marsh", "We must halve that. 👍"),
        ],
        "#claims, 2026-03-05": [("Cleo Marsh", "Who pays for the scanner?")],
    }
    claims = next(one for one in conversations if one.title == "#claims, 2026-03-04")
    assert (claims.format, claims.held_on) == ("slack", date(2026, 3, 4))
    assert [one.start for one in claims.utterances] == [0.0, 600.0, 88_200.0, 300.0, 840.0]
    notes = " ".join(one.message for one in claims.notes)
    assert "Ben Okafor attached claims-2025.xlsx" in notes and "Cleo Marsh quoted somebody" in notes and "secret" not in notes


def test_an_unpacked_export_reads_as_the_packed_one_and_other_files_beside_it_stay_files_of_their_own(tmp_path: Path) -> None:
    archive = tmp_path / "export.zip"
    archive.write_bytes(packed(folder="Acme/"))
    paths = unpacked(tmp_path / "unpacked")
    other = tmp_path / "unpacked" / "notes" / "kick-off.txt"
    other.parent.mkdir()
    other.write_text("Ada: Claims wait too long.\nBen: Nine days.\n")
    conversations, unreadable = read_conversations([*paths, other])
    assert unreadable == []
    packed_ids = {one.id for one in read_conversations([archive])[0]}
    assert len(packed_ids) == 3 and {one.id for one in conversations if one.format == "slack"} == packed_ids
    assert [turns(one)[0] for one in conversations if one.format != "slack"] == [("Ada", "Claims wait too long.")]


def test_the_same_export_a_day_later_repeats_no_day_that_has_not_changed(tmp_path: Path) -> None:
    earlier = {name: content for name, content in FILES.items() if name != "D024/2026-03-05.json"}
    later = FILES | {"claims/2026-03-06.json": [message("U0BEN", 48 * 60, "Done.")]}
    ids: list[set[str]] = []
    for at, files in enumerate((earlier, later)):
        (tmp_path / f"{at}.zip").write_bytes(packed(files))
        ids.append({one.id for one in read_conversations([tmp_path / f"{at}.zip"])[0]})
    assert ids[0] < ids[1] and len(ids[1]) == 4


def test_the_file_of_one_channel_alone_is_read_with_the_names_in_its_messages() -> None:
    one = message("U0ANNA", 0, "Claims wait too long.", user_profile={"real_name": "Anna Berg"})
    conversation = read(json.dumps([one, message("U0BEN", 1, "Nine days, <@U0ANNA>.")]), "2026-03-04.json")
    assert turns(conversation) == [("Anna Berg", "Claims wait too long."), ("U0BEN", "Nine days, @Anna Berg.")]
    assert conversation.held_on == date(2026, 3, 4)
    assert "No name is known for U0BEN" in conversation.notes[0].message


def test_a_message_reads_as_it_was_changed_to_and_one_that_was_deleted_is_gone() -> None:
    first, second = message("U0BEN", 0, "Nine days."), message("U0BEN", 1, "Forget it.")
    changed = {"type": "message", "subtype": "message_changed", "ts": "1772700000.000100", "message": first | {"text": "Eight days."}}
    deleted = {"type": "message", "subtype": "message_deleted", "ts": "1772700001.000100", "deleted_ts": second["ts"]}
    assert turns(read(json.dumps([first, second, changed, deleted]), "a.json")) == [("U0BEN", "Eight days.")]


def test_people_who_share_a_name_stay_two() -> None:
    users = [{"id": "U1A", "name": "jo1", "real_name": "Jo Lee"}, {"id": "U2B", "name": "jo2", "real_name": "Jo Lee"}]
    files = FILES | {
        "users.json": users,
        "claims/2026-03-04.json": [message("U1A", 0, "Yes."), message("U2B", 1, "No.")],
        "claims/2026-03-05.json": [],
    }
    parts = parts_of(io.BytesIO(packed(files)), largest=10**7)
    assert parts is not None
    days = [read_transcript_bytes(one.data, one.path) for one in parts if isinstance(one, Entry) and one.path == "claims 2026-03-04.json"]
    assert turns(days[0]) == [("Jo Lee @jo1", "Yes."), ("Jo Lee @jo2", "No.")]


def test_a_day_of_notices_alone_says_that_nobody_wrote_anything() -> None:
    assert refusal(json.dumps(FILES["empty/2026-03-05.json"]), "2026-03-05.json").what == "No person wrote anything in this file."


def test_a_zip_archive_of_transcripts_is_no_export() -> None:
    assert parts_of(io.BytesIO(packed({"users.json": [], "a/notes.json": []})), largest=10**7) is None


_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2 * 10**9) | st.floats() | st.text(max_size=6) | st.sampled_from(["U0ANNA", "message", "1772614800.0001"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["type", "ts", "user", "text", "message", "files", "user_profile", "name", "thread_ts", "subtype"]), inner, max_size=5),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(_values | st.sampled_from([*FOURTH, *FIFTH]), max_size=8))
def test_damaged_messages_raise_nothing_but_our_errors_alone_and_in_an_export(entries: list[Any]) -> None:
    with suppress(TranscriptError):
        conversation = read_transcript_bytes(json.dumps([FOURTH[1], *entries]).encode(), "a.json")
        assert conversation.format == "slack"
        assert [one.index for one in conversation.utterances] == list(range(len(conversation.utterances)))
    files = FILES | {"users.json": entries, "dms.json": entries, "claims/2026-03-04.json": entries}
    for one in parts_of(io.BytesIO(packed(files)), largest=10**7) or ():
        with suppress(TranscriptError):
            read_transcript_bytes(one.data, one.path) if isinstance(one, Entry) else None


def section(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": list(elements)}


def test_a_message_whose_words_stand_in_blocks_only_is_read_and_what_it_quotes_is_not() -> None:
    words = section(
        {"type": "text", "text": "We lose "},
        {"type": "text", "text": "<400>", "style": {"bold": True}},
        {"type": "text", "text": " a year, "},
        {"type": "user", "user_id": "U0ANNA"},
    )
    points = {"type": "rich_text_list", "style": "bullet", "elements": [section({"type": "text", "text": "scan first"})]}
    quoted = {"type": "rich_text_quote", "elements": [{"type": "text", "text": "Nobody looks."}]}
    blocks = [{"type": "rich_text", "elements": [words, points, quoted]}]
    files = FILES | {"claims/2026-03-05.json": [], "claims/2026-03-04.json": [message("U0BEN", 0, "", blocks=blocks)]}
    (part,) = [one for one in parts_of(io.BytesIO(packed(files)), largest=10**7) or () if one.path == "claims 2026-03-04.json"]
    assert isinstance(part, Entry)
    assert turns(read(part.data.decode(), part.path)) == [("Ben Okafor", "We lose <400> a year, @Anna Berg - scan first")]
    alone = json.dumps([message("U0BEN", 0, "", blocks=blocks, user_profile={"real_name": "Ben Okafor"})])
    assert [text for _, text in turns(read(alone, "2026-03-04.json"))] == ["We lose <400> a year, @U0ANNA - scan first"]


def test_an_app_that_posts_as_a_user_is_nobody_and_a_message_passed_on_is_said_to_be_left_out() -> None:
    passed_on = [{"is_share": True, "author_name": "Anna Berg", "text": "Claims wait six days."}, {"title": "A page", "from_url": "x"}]
    files = FILES | {
        "users.json": [*FILES["users.json"], {"id": "U0JIRA", "name": "jira", "is_bot": True, "profile": {"real_name": "Jira Cloud"}}],
        "claims/2026-03-05.json": [],
        "claims/2026-03-04.json": [message("U0JIRA", 0, "CLAIM-7 was closed"), message("U0BEN", 1, "Look:", attachments=passed_on)],
    }
    (part,) = [one for one in parts_of(io.BytesIO(packed(files)), largest=10**7) or () if one.path == "claims 2026-03-04.json"]
    assert isinstance(part, Entry)
    conversation = read(part.data.decode(), part.path)
    assert turns(conversation) == [("Ben Okafor", "Look:")]
    assert any("passed on a message of Anna Berg" in note.message for note in conversation.notes)


def test_what_stands_in_code_is_no_quotation() -> None:
    text = "It says\n```\n&gt; 12 claims open\n```\n&gt; yours\nmine"
    assert turns(read(json.dumps([message("U0BEN", 0, text)]), "2026-03-04.json")) == [("U0BEN", "It says ``` > 12 claims open ``` mine")]
