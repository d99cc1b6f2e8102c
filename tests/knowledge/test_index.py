"""An index is built once, changed by what changed, and is always the old one or the new one."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from discovery_agent.domain.page_labels import PageKind, Phase
from discovery_agent.domain.retrieval import PassageFilter
from discovery_agent.errors import IndexUnavailable, ModelUnavailable
from discovery_agent.knowledge.chroma import ChromaVectors
from discovery_agent.knowledge.index import PassageIndex
from discovery_agent.knowledge.pages import Page
from discovery_agent.knowledge.search import rank
from tests.knowledge.shelves import CUTTER, WordVectors, page

ALL = PassageFilter()
PAGES = [
    page("a", "# A page\n\nDuplicate invoices are paid twice.\n\n## Match\n\nCompare order, receipt and invoice."),
    page(
        "b",
        "# A page\n\nPatients forget appointments.\n\n## Reminders\n\nA text message two days before.",
        kind="no_ai_case",
        phase="discovery",
    ),
    page("c", "# A page\n\nBearings overheat before they fail."),
]


def index_in(folder: Path, model: WordVectors | None = None) -> PassageIndex:
    return PassageIndex(folder, model or WordVectors(), CUTTER)


def found(index: PassageIndex, query: str, only: PassageFilter = ALL) -> tuple[list[str], list[str]]:
    """Texts by meaning and by words, best first."""
    ranking = rank(index, [query], WordVectors().embed([query]), only, 10)[0]
    return [ranking.passages[one].text for one, _ in ranking.by_meaning], [ranking.passages[one].text for one, _ in ranking.by_words]


def files_with(folder: Path, needle: bytes) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and needle in path.read_bytes()]


def test_what_was_indexed_is_found_by_meaning_and_by_words(tmp_path: Path) -> None:
    index = index_in(tmp_path)
    change = index.update(PAGES)
    assert (change.added, change.passages, change.embedded) == (("a", "b", "c"), 5, 5)
    meaning, words = found(index, "text message before an appointment")
    assert meaning[0] == words[0] == "A text message two days before."
    assert "Patients forget appointments." in words  # by its stem


def test_nothing_is_done_where_nothing_changed(tmp_path: Path) -> None:
    model = WordVectors()
    index = index_in(tmp_path, model)
    index.update(PAGES)
    before = (tmp_path / "current").read_text(), len(model.embedded)
    assert not index.update(PAGES).built
    assert ((tmp_path / "current").read_text(), len(model.embedded)) == before


def test_only_what_changed_is_embedded(tmp_path: Path) -> None:
    model = WordVectors()
    index = index_in(tmp_path, model)
    index.update(PAGES[:2])
    model.embedded.clear()
    assert index.update(PAGES).added == ("c",)
    assert len(model.embedded) == 1
    changed = page("a", "# A page\n\nDuplicate invoices are paid three times.\n\n## Match\n\nCompare order, receipt and invoice.")
    model.embedded.clear()
    change = index.update([changed, *PAGES[1:]])
    assert (change.changed, change.removed, change.passages) == (("a",), (), 5)
    assert len(model.embedded) == 2
    assert found(index, "paid three times")[0][0] == "Duplicate invoices are paid three times."
    assert "Duplicate invoices are paid twice." not in found(index, "invoices paid twice")[1]
    assert "Bearings overheat before they fail." in found(index, "bearings")[1]


def test_what_was_removed_is_gone_from_disk_vectors_included(tmp_path: Path) -> None:
    secret = page("secret", "# A page\n\nThe merger is codenamed Zanzibarium.")
    index = index_in(tmp_path)
    index.update([*PAGES, secret])
    assert files_with(tmp_path, b"Zanzibarium")
    vector = WordVectors().embed(["A page\nThe merger is codenamed Zanzibarium."])[0].tobytes()
    assert files_with(tmp_path, vector)
    assert index.update(PAGES).removed == ("secret",)
    assert not files_with(tmp_path, b"Zanzibarium") and not files_with(tmp_path, b"zanzibarium")
    assert not files_with(tmp_path, vector)
    with index.reading() as generation:
        assert len(generation.vectors) == len(generation.table) == 5


def test_filters_hold_for_both_searches(tmp_path: Path) -> None:
    index = index_in(tmp_path)
    index.update(PAGES)
    for only in (
        PassageFilter(kinds=(PageKind.NO_AI_CASE,)),
        PassageFilter(phases=(Phase.DISCOVERY, Phase.PLANNING)),
        PassageFilter(pages=("b",)),
        PassageFilter(kinds=(PageKind.NO_AI_CASE, PageKind.ARCHETYPE), phases=(Phase.DISCOVERY,)),
    ):
        meaning, words = found(index, "invoices, bearings and a message", only)
        assert set(meaning) == {"Patients forget appointments.", "A text message two days before."}
        assert words == ["A text message two days before."]
    assert found(index, "invoices", PassageFilter(phases=(Phase.EXECUTION,))) == ([], [])


def test_another_embedding_model_makes_everything_anew(tmp_path: Path) -> None:
    index_in(tmp_path).update(PAGES)
    other = WordVectors("test:other", 16)
    change = index_in(tmp_path, other).update(PAGES)
    assert change.embedded == 5 and change.reason == "the embedding model changed from test:words to test:other"


@pytest.mark.parametrize(
    "part",
    [
        "manifest.json",
        "passages.sqlite",
        "chroma/chroma.sqlite3",
        "chroma/*/data_level0.bin",
        "chroma/*/header.bin",
        "keywords/ids.npy",
        "keywords/indptr.csc.index.npy",
        "keywords/vocab.index.json",
    ],
)
@pytest.mark.parametrize("damage", ["empty", "cut", "missing"])
def test_a_damaged_index_is_noticed_and_built_anew(tmp_path: Path, part: str, damage: str) -> None:
    index = index_in(tmp_path)
    index.update(PAGES)
    index.close()
    (file,) = (tmp_path / (tmp_path / "current").read_text()).glob(part)
    if damage == "missing":
        file.unlink()
    else:
        os.truncate(file, file.stat().st_size // 3 if damage == "cut" else 0)
    fresh = index_in(tmp_path)
    with pytest.raises(IndexUnavailable, match="damaged"):
        found(fresh, "invoices")
    assert not fresh.usable() and fresh.unchanged(PAGES) is None
    assert fresh.update(PAGES).built
    assert found(fresh, "duplicate invoices")[1][0] == "Duplicate invoices are paid twice."


def test_an_index_that_cannot_be_written_is_searched_in_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index_in(tmp_path).update(PAGES)
    ours = ChromaVectors._opened.__func__  # type: ignore[attr-defined]
    copies: list[Path] = []

    def opened(cls: type[ChromaVectors], folder: Path, copy: object = None) -> ChromaVectors:
        if copy is None:
            raise ValueError("attempt to write a readonly database")
        copies.append(folder)
        return ours(cls, folder, copy)

    monkeypatch.setattr(ChromaVectors, "_opened", classmethod(opened))
    index = index_in(tmp_path)
    assert found(index, "duplicate invoices")[0][0] == "Duplicate invoices are paid twice."
    assert index.unchanged(PAGES)
    index.close()
    assert copies and not any(copy.exists() for copy in copies)


def test_everything_of_an_index_is_private(tmp_path: Path) -> None:
    index = index_in(tmp_path / "index")
    index.update(PAGES[:1])
    index.update(PAGES)
    found(index, "invoices")
    assert not any(path.stat().st_mode & 0o077 for path in [tmp_path / "index", *(tmp_path / "index").rglob("*")])


def test_of_pages_the_index_knows_which_it_holds_as_they_are(tmp_path: Path) -> None:
    index = index_in(tmp_path)
    assert not index.holds_others([]) and index.among(PAGES) == []
    index.update(PAGES[:2])
    changed = page("a", "# A page\n\nOther words.")
    assert index.among([changed, *PAGES[1:]]) == [PAGES[1]]
    assert index.holds_others(PAGES[1:]) and not index.holds_others([changed, *PAGES[1:]])


def test_a_model_that_fails_midway_leaves_the_old_index_and_what_was_done_is_not_done_again(tmp_path: Path) -> None:
    model = WordVectors()
    index = index_in(tmp_path, model)
    index.update(PAGES)
    many = [page(f"n{number}", f"# A page\n\nStatement number {number} about warehouse {number}.") for number in range(300)]
    calls = 0

    def second_call_fails(_texts: Sequence[str]) -> None:
        nonlocal calls
        calls += 1
        if calls > 1:
            raise ModelUnavailable("The embedding server gave no answer.")

    model.embedded.clear()
    model.fail = second_call_fails
    with pytest.raises(ModelUnavailable):
        index.update([*PAGES, *many])
    assert found(index, "duplicate invoices")[1]
    assert not list(tmp_path.glob("gen-*/passages.sqlite"))[1:]
    model.fail = lambda _texts: None
    assert index.update([*PAGES, *many]).passages == 305
    assert len(model.embedded) == 300
    assert not (tmp_path / "pending.sqlite").exists()


def _killed_while_embedding(folder: str) -> None:
    model = WordVectors()
    model.fail = lambda texts: os.kill(os.getpid(), signal.SIGKILL) if any("kill" in text for text in texts) else None
    index_in(Path(folder), model).update([*PAGES, page("k", "# A page\n\nkill")])


def test_a_build_that_is_killed_leaves_the_old_index_and_no_lock(tmp_path: Path) -> None:
    index_in(tmp_path).update(PAGES)
    process = multiprocessing.get_context("spawn").Process(target=_killed_while_embedding, args=(str(tmp_path),))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert len(list(tmp_path.glob("gen-*"))) == 2
    index = index_in(tmp_path)
    assert found(index, "duplicate invoices")[1]
    assert index.update([*PAGES, page("k", "# A page\n\nkept")]).added == ("k",)
    assert len(list(tmp_path.glob("gen-*"))) == 1


def _build(folder: str, start: object, made: object) -> None:
    start.wait()  # type: ignore[attr-defined]
    made.put(index_in(Path(folder)).update(PAGES).built)  # type: ignore[attr-defined]


def test_two_processes_that_build_at_once_build_once(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    start, made = spawn.Barrier(3), spawn.Queue()
    processes = [spawn.Process(target=_build, args=(str(tmp_path), start, made)) for _ in range(3)]
    for process in processes:
        process.start()
    assert sorted(made.get() for _ in processes) == [False, False, True]
    for process in processes:
        process.join()
    assert found(index_in(tmp_path), "duplicate invoices")[1]
    assert len(list(tmp_path.glob("gen-*"))) == 1


def test_a_reader_sees_what_another_process_changed(tmp_path: Path) -> None:
    reader = index_in(tmp_path)
    reader.update(PAGES[:1])
    assert not found(reader, "bearings")[1]
    index_in(tmp_path).update(PAGES)
    assert found(reader, "bearings")[1]


def test_a_reader_in_the_middle_of_a_search_keeps_its_generation(tmp_path: Path) -> None:
    index = index_in(tmp_path)
    index.update(PAGES)
    with index.reading() as generation:
        index.update(PAGES[:1])
        assert generation.keywords.search("bearings", 5)
    assert not found(index, "bearings")[1]


def test_no_index_is_an_error_that_says_so_and_an_index_of_nothing_finds_nothing(tmp_path: Path) -> None:
    index = index_in(tmp_path)
    with pytest.raises(IndexUnavailable, match="no knowledge index yet"):
        found(index, "anything")
    index.update([])
    assert found(index, "anything") == ([], [])


def test_a_folder_that_cannot_be_written_is_an_error_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(IndexUnavailable, match="cannot be written"):
        index_in(tmp_path / "taken").update(PAGES)


def test_a_disk_that_fills_up_leaves_the_old_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = index_in(tmp_path)
    index.update(PAGES[:1])

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("discovery_agent.knowledge.keywords.KeywordIndex.save", full)
    with pytest.raises(IndexUnavailable, match="No space left"):
        index.update(PAGES)
    assert found(index, "duplicate invoices")[1]
    assert len(list(tmp_path.glob("gen-*"))) == 1


def test_deleting_leaves_nothing(tmp_path: Path) -> None:
    index = index_in(tmp_path)
    index.update(PAGES)
    index.delete()
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


def _pages(count: int) -> list[Page]:
    return [page(f"p{number}", f"# A page\n\nFact {number}.") for number in range(count)]


def test_more_passages_than_one_batch_are_all_there(tmp_path: Path) -> None:
    index = index_in(tmp_path)
    assert index.update(_pages(700)).passages == 700
    assert found(index, "fact 613")[1][0] == "Fact 613."
    assert index.update(_pages(699)).removed == ("p699",)
    with index.reading() as generation:
        assert len(generation.vectors) == 699
