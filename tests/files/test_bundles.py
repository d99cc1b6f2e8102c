from __future__ import annotations

import tracemalloc
import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery_agent.files import bundles
from discovery_agent.files.archives import Fault
from discovery_agent.files.bundles import Entry, Refusal, entries, is_bundle
from tests.archives import EMPTY, declaring, listing_one_file, marked_encrypted, packed, with_link

TALK = b"Ann: We want to settle a claim in four days.\nBob: The scanner breaks every week.\n"
LARGEST = 1_000_000


def opened(data: bytes, *, largest: int = LARGEST, first: frozenset[str] = frozenset()) -> list[Entry | Refusal]:
    return list(entries(BytesIO(data), largest=largest, first=first))


def refused(data: bytes, *, largest: int = LARGEST) -> dict[str, str]:
    return {one.path: one.what for one in opened(data, largest=largest) if isinstance(one, Refusal)}


def taken(data: bytes) -> list[str]:
    return [one.path for one in opened(data) if isinstance(one, Entry)]


def test_files_come_one_by_one_in_their_order_and_folders_are_passed_over() -> None:
    data = packed(("march/", b""), ("march/kick-off.txt", TALK), ("april\\review.txt", b"Bob: Done."), ("people.yaml", b"[]"))
    assert opened(data) == [Entry("march/kick-off.txt", TALK), Entry("april/review.txt", b"Bob: Done."), Entry("people.yaml", b"[]")]
    assert opened(data, first=frozenset({"people.yaml"}))[0] == Entry("people.yaml", b"[]")


@pytest.mark.parametrize("path", ["../../etc/cron.d/job", "a/../../b.txt", "/etc/passwd", "C:\\Windows\\win.ini", "..\\up.txt", ".."])
def test_a_path_that_leads_out_of_the_archive_is_refused_and_the_others_are_taken(path: str) -> None:
    data = packed(("good.txt", TALK), (path, TALK))
    assert taken(data) == ["good.txt"]
    assert list(refused(data).values()) == ["Its path leads out of the archive."]


def test_links_are_refused() -> None:
    data = with_link("notes.txt", "/etc/passwd", ("good.txt", TALK))
    assert taken(data) == ["good.txt"]
    assert "link" in refused(data)["notes.txt"]


def test_what_is_encrypted_is_refused() -> None:
    data = marked_encrypted(packed(("secret.txt", TALK), ("good.txt", TALK)), "secret.txt")
    assert taken(data) == ["good.txt"]
    assert "encrypted" in refused(data)["secret.txt"]


def test_of_two_files_with_one_name_the_first_is_taken_also_where_only_case_tells_them_apart() -> None:
    data = packed(("a.txt", TALK), ("a.txt", b"other"), ("A.TXT", b"other"), ("b/a.txt", TALK))
    assert taken(data) == ["a.txt", "b/a.txt"]
    assert list(refused(data)) == ["a.txt", "A.TXT"]


@pytest.mark.parametrize("size", [0, 3, len(TALK) - 1, len(TALK) + 1, 100_000])
def test_a_file_that_is_not_as_long_as_is_declared_is_refused(size: int) -> None:
    data = declaring(packed(("false.txt", TALK), ("good.txt", TALK)), "false.txt", size)
    assert taken(data) == ["good.txt"]
    assert "damaged" in refused(data)["false.txt"]


def test_a_file_that_is_too_large_is_refused_unopened() -> None:
    data = packed(("large.txt", bytes(200_000)), ("good.txt", TALK))
    assert "larger than 0.1 MB" in refused(data, largest=100_000)["large.txt"]


def test_ways_of_compression_that_take_much_memory_are_refused() -> None:
    assert "compressed" in refused(packed(("a.txt", TALK), compression=zipfile.ZIP_LZMA))["a.txt"]
    assert taken(packed(("a.txt", TALK), compression=zipfile.ZIP_STORED)) == ["a.txt"]


def test_a_damaged_file_is_refused_and_the_others_are_taken() -> None:
    data = bytearray(packed(("bad.txt", TALK), ("good.txt", TALK), compression=zipfile.ZIP_STORED))
    data[data.index(TALK)] ^= 0xFF
    assert taken(bytes(data)) == ["good.txt"]
    assert "damaged" in refused(bytes(data))["bad.txt"]


def test_an_archive_that_unpacks_to_too_much_is_refused_before_anything_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "LARGEST_UNPACKED", 1_000_000)
    bomb = packed(*((f"{number}.txt", bytes(300_000)) for number in range(4)))
    assert len(bomb) < 3_000
    with pytest.raises(Fault, match="unpacks to more than"):
        opened(bomb)


def test_an_archive_whose_files_overlap_is_refused_by_what_it_declares(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "LARGEST_UNPACKED", 1_000)
    with pytest.raises(Fault, match="unpacks to more than"):
        opened(listing_one_file(200))


def test_an_archive_with_too_many_files_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "MOST_ENTRIES", 100)
    with pytest.raises(Fault, match="more than 100 files"):
        opened(listing_one_file(101))


def test_a_list_of_a_million_files_takes_no_memory() -> None:
    bomb = BytesIO(listing_one_file(1_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(Fault, match="more files than are taken"):
            list(entries(bomb, largest=LARGEST))
        assert is_bundle(bomb)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_an_archive_inside_is_a_file_as_any_other() -> None:
    inside = packed(("a.txt", TALK))
    assert opened(packed(("inside.zip", inside))) == [Entry("inside.zip", inside)]


def test_archives_of_files_are_told_from_documents_by_what_they_hold() -> None:
    assert is_bundle(BytesIO(packed(("a.txt", TALK))))
    assert is_bundle(BytesIO(EMPTY))
    assert is_bundle(BytesIO(packed(("a.txt", TALK))[:-30]))  # cut off, which is said when it is opened
    assert not is_bundle(BytesIO(packed(("[Content_Types].xml", b"<x/>"), ("word/document.xml", b"<x/>"))))
    assert not is_bundle(BytesIO(packed(("mimetype", b"application/vnd.oasis.opendocument.text"))))
    assert not is_bundle(BytesIO(TALK))
    assert not is_bundle(BytesIO(b""))


@pytest.mark.parametrize("data", [TALK, b"", packed(("a.txt", TALK)), packed(("a.txt", TALK))[:-30], packed(("mimetype", b"x"))])
def test_a_look_at_a_file_leaves_it_at_its_beginning(data: bytes) -> None:
    file = BytesIO(data)
    is_bundle(file)
    assert file.read() == data


@given(st.binary(max_size=200), st.integers(0, 400), st.integers(0, 255))
def test_whatever_is_damaged_in_an_archive_is_one_kind_of_error_or_a_refusal(more: bytes, at: int, value: int) -> None:
    data = bytearray(packed(("a.txt", TALK), ("b/c.txt", TALK * 3)) + more)
    data[at % len(data)] = value
    is_bundle(BytesIO(bytes(data)))
    try:
        found = opened(bytes(data))
    except Fault:
        return
    assert all(isinstance(one, Entry | Refusal) for one in found)
