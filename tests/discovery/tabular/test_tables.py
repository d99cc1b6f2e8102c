"""Tables: the declared columns in both formats, the words as they were said, and all of it or none."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery_agent.discovery.results import ConversationAnalysis
from discovery_agent.discovery.tabular import TABLE_FORMATS, write_tables, writing
from discovery_agent.discovery.tabular.rows import rows_of
from discovery_agent.discovery.tabular.schema import TABLES, Column, documentation
from discovery_agent.domain.findings import Amount, FindingKind, Kpi
from discovery_agent.errors import ExportError
from discovery_agent.models.usage import Usage
from tests.builders import conversation, finding
from tests.example import engagement, hostile
from tests.hostile_texts import HOSTILE_TEXTS

DOCUMENTATION = Path(__file__).parents[3] / "docs" / "schemas" / "tables.md"
# A change here is a change of what people have built on: raise TABLES_VERSION, or add at the end.
COLUMNS = {
    "conversations": "conversation_id conversation_title source held_on kind format words utterances speakers participants analyst findings "
    "unverified failed_windows failed_utterances reading_notes calls cached_calls input_tokens output_tokens cost_usd",
    "findings": "finding_id conversation_id conversation_title source held_on kind statement speaker role speakers quotes minute grounding "
    "confidence status stance kpi criterion data note proposed_by",
    "unverified": "conversation_id conversation_title source held_on kind statement confidence quotes proposed_by",
    "failed_windows": "conversation_id conversation_title source held_on first_utterance last_utterance utterances error remedy",
}


def written(folder: Path, conversations: Sequence[ConversationAnalysis]) -> dict[str, list[dict[str, Any]]]:
    """Each table read back from Parquet, after comparing it with the JSONL of the same name."""
    write_tables(conversations, folder, TABLE_FORMATS)
    found: dict[str, list[dict[str, Any]]] = {}
    for name in TABLES:
        rows = pq.read_table(folder / f"{name}.parquet").to_pylist()
        lines = (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        assert [json.loads(line) for line in lines] == json.loads(json.dumps(rows, default=date.isoformat))
        found[name] = rows
    return found


def said(text: str, statement: str | None = None) -> ConversationAnalysis:
    """A conversation in which one thing was said, and found."""
    talk = conversation([("Ada", text)], title=text, source=text)
    found = finding(talk, FindingKind.PAIN_POINT, statement or text, [(0, text)], note=text)
    return ConversationAnalysis(conversation=talk, analyst="rules", findings=(found,))


def test_the_columns_are_those_that_people_build_on() -> None:
    assert {name: " ".join(column.name for column in table.columns) for name, table in TABLES.items()} == COLUMNS
    kpi = TABLES["findings"].schema.field("kpi").type
    assert kpi.field("baseline").type.field("value").type == pa.float64()
    assert TABLES["findings"].schema.field("quotes").type.value_type.field("seconds").type == pa.float64()
    assert TABLES["conversations"].schema.field("held_on").type == pa.date32()


def test_the_documentation_is_up_to_date() -> None:
    assert DOCUMENTATION.read_text(encoding="utf-8") == documentation(), "Run `make schema`."


def test_every_row_has_exactly_the_declared_fields() -> None:
    def check(row: dict[str, Any], columns: Sequence[Column]) -> None:
        assert list(row) == [column.name for column in columns]
        for column in columns:
            value = row[column.name]
            assert column.optional or value is not None
            if column.fields:
                for one in value if isinstance(value, list) else [value] if value else []:
                    check(one, column.fields)

    rows = [row for analysis in (*engagement().conversations, *hostile("=1+1").conversations) for row in rows_of(analysis)]
    assert {name for name, _ in rows} == set(TABLES)
    for name, row in rows:
        check(row, TABLES[name].columns)


def test_the_example_reads_back_as_it_was_found(tmp_path: Path) -> None:
    analysis = engagement()
    tables = written(tmp_path, analysis.conversations)
    assert [row["finding_id"] for row in tables["findings"]] == [one.id for one in analysis.findings]
    assert [row["words"] for row in tables["conversations"]] == [one.conversation.words for one in analysis.conversations]
    leave = next(row for row in tables["findings"] if row["statement"].startswith("Claimants who leave"))
    assert (leave["speaker"], leave["role"], leave["held_on"]) == ("Anna Berg", "sponsor", date(2026, 3, 3))
    assert (leave["kpi"]["baseline"]["value"], leave["kpi"]["target"]["value"], leave["kpi"]["gaps"]) == (14.0, 10.0, [])
    assert leave["quotes"][0] == {
        "utterance_id": "u1",
        "speaker": "Anna Berg",
        "start": 40,
        "end": 87,
        "text": "I want that under 10 percent by the end of 2027",
        "grounding": "exact",
        "seconds": 9.0,
    }
    (failed,) = tables["failed_windows"]
    assert (failed["first_utterance"], failed["last_utterance"], failed["utterances"]) == ("u6", "u7", 2)
    assert [claim["quotes"][0]["reason"] for claim in tables["unverified"]] == [
        "The source says 9, the quote says 4.",
        "The quote adds a negation that nobody said.",
    ]


def test_a_cost_that_nobody_publishes_and_an_endless_number_are_null(tmp_path: Path) -> None:
    one = said("Endless")
    endless = Kpi(metric="patience", baseline=Amount(value=float("inf"), upper=float("nan"), text="endless"))
    usage = Usage(calls=2, input_tokens=70, output_tokens=30, cost_usd=None)
    one = one.model_copy(update={"usage": usage, "findings": (one.findings[0].model_copy(update={"kpi": endless}),)})
    tables = written(tmp_path, [one])
    assert tables["conversations"][0]["cost_usd"] is None
    assert tables["conversations"][0]["input_tokens"] == 70
    assert tables["findings"][0]["kpi"]["baseline"] == {
        "value": None,
        "upper": None,
        "unit": None,
        "text": "endless",
        "approximate": False,
        "per": None,
    }


@pytest.mark.parametrize("text", [*HOSTILE_TEXTS, "=HYPERLINK('http://evil.example')", "+1", "-2+3", "@SUM(A1)", "\tcmd|' /C calc'!A0"])
def test_a_text_stays_the_text_that_it_was(tmp_path: Path, text: str) -> None:
    (row,) = written(tmp_path, [said(text)])["findings"]
    assert row["statement"] == row["quotes"][0]["text"] == row["note"] == row["source"] == text


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=40))
def test_any_text_reads_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    (row,) = written(tmp_path_factory.mktemp("tables"), [said(text)])["findings"]
    assert row["statement"] == row["quotes"][0]["text"] == text


@settings(max_examples=20, deadline=None)
@given(st.text(st.characters(min_codepoint=0xD7F0, max_codepoint=0xE010), min_size=1, max_size=12))
def test_halves_of_letters_are_joined_or_marked(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    one = said("Something")
    one = one.model_copy(update={"findings": (one.findings[0].model_copy(update={"statement": text}),)})
    (row,) = written(tmp_path_factory.mktemp("tables"), [one])["findings"]
    assert row["statement"] == text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def test_tables_without_rows_have_their_columns(tmp_path: Path) -> None:
    tables = written(tmp_path, [])
    assert tables == {name: [] for name in TABLES}
    assert pq.read_schema(tmp_path / "findings.parquet").names == COLUMNS["findings"].split()


def test_conversations_are_gone_through_once_and_groups_of_rows_are_written_as_they_fill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "ROWS_IN_A_GROUP", 3)
    passes: list[int] = []

    class Once(list[ConversationAnalysis]):
        def __iter__(self) -> Iterator[ConversationAnalysis]:
            passes.append(1)
            return super().__iter__()

    write_tables(Once([said(f"Number {at}") for at in range(8)]), tmp_path, ["parquet"])
    assert passes == [1]
    assert pq.ParquetFile(tmp_path / "findings.parquet").num_row_groups == 3
    assert [row["statement"] for row in pq.read_table(tmp_path / "findings.parquet").to_pylist()] == [f"Number {at}" for at in range(8)]


def test_only_the_tables_are_left_in_the_folder(tmp_path: Path) -> None:
    paths = write_tables([said("One")], tmp_path / "new", ["parquet", "jsonl", "parquet"])
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == sorted(path.name for path in paths)
    assert [path.name for path in paths[:2]] == ["conversations.parquet", "findings.parquet"]
    assert len(paths) == 8
    assert write_tables([said("One")], tmp_path / "none", []) == []
    assert not (tmp_path / "none").exists()


def test_a_full_disk_keeps_the_tables_of_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = write_tables([said("Before")], tmp_path, TABLE_FORMATS)
    before = {path: path.read_bytes() for path in paths}

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ExportError, match=r"No space left on device") as caught:
        write_tables([said("After")], tmp_path, TABLE_FORMATS)
    assert "The tables of before stand." in (caught.value.remedy or "")
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_an_unknown_format_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="'xlsx'") as caught:
        write_tables([said("One")], tmp_path, ["jsonl", "xlsx"])
    assert "jsonl, parquet" in (caught.value.remedy or "")
    assert not list(tmp_path.iterdir())
