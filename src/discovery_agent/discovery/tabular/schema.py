"""The columns of the tables: names, types and meaning, declared once for Parquet, JSONL and the documentation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

TABLES_VERSION = "1"
"""Raised when a column changes its name, type or meaning, or goes; a new column at the end is no change."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column, or one field within a column."""

    name: str
    type: pa.DataType
    means: str
    optional: bool = False
    """It may be null: nobody said it, or the file does not tell."""
    fields: tuple[Column, ...] = ()
    """What a column of structs, or of lists of them, consists of."""

    @property
    def field(self) -> pa.Field:
        """As Arrow has it."""
        return pa.field(self.name, self.type, nullable=self.optional, metadata={"description": self.means})


@dataclass(frozen=True, slots=True)
class Table:
    """One table."""

    name: str
    means: str
    columns: tuple[Column, ...]

    @property
    def schema(self) -> pa.Schema:
        """As Arrow has it, and so as the Parquet file holds it."""
        return pa.schema([column.field for column in self.columns], metadata={"discovery_agent.tables": TABLES_VERSION})


def _text(name: str, means: str, *, optional: bool = False) -> Column:
    return Column(name, pa.string(), means, optional)


def _whole(name: str, means: str, *, optional: bool = False) -> Column:
    return Column(name, pa.int64(), means, optional)


def _number(name: str, means: str, *, optional: bool = False) -> Column:
    return Column(name, pa.float64(), means, optional)


def _struct(name: str, means: str, fields: tuple[Column, ...]) -> Column:
    return Column(name, pa.struct([one.field for one in fields]), means, optional=True, fields=fields)


def _list(name: str, means: str, fields: tuple[Column, ...]) -> Column:
    item = pa.field("item", pa.struct([one.field for one in fields]), nullable=False)
    return Column(name, pa.list_(item), means, fields=fields)


_CONVERSATION = (
    _text("conversation_id", "The conversation, the same in every table; derived from the content of its file."),
    _text("conversation_title", "Its title."),
    _text("source", "Name of the file as it was given."),
    Column("held_on", pa.date32(), "The day on which it took place; in JSONL as `2026-03-12`.", optional=True),
)
_SPEAKERS = (
    _text("name", "Name as in the file."),
    _text("role", "`sponsor`, `business`, `technical`, `compliance`, `end_user` or `unknown`."),
)
_QUOTE = (
    _text("utterance_id", "The utterance, such as `u12`."),
    _text("speaker", "Who said it.", optional=True),
    _whole("start", "First character, counted in the text of the utterance."),
    _whole("end", "One past the last character."),
    _text("text", "The words, verbatim."),
    _text("grounding", "`exact`, or `normalised` if only letter case, spacing or punctuation differ."),
    _number("seconds", "When the utterance begins, in seconds from the beginning.", optional=True),
)
_AMOUNT = (
    _number("value", "The number in `unit`; null if it has no end.", optional=True),
    _number("upper", "The upper end of a range.", optional=True),
    _text("unit", "Unit.", optional=True),
    _text("text", "As it was said."),
    Column("approximate", pa.bool_(), "Whether it was said to be about so much."),
    _text("per", "The stretch of time that it is a rate of, such as `month`.", optional=True),
)
_KPI = (
    _text("metric", "What is measured."),
    _text("unit", "Unit.", optional=True),
    _text("direction", "`increase`, `decrease` or `maintain`.", optional=True),
    _struct("baseline", "Where it stands.", _AMOUNT),
    _struct("target", "Where it should be.", _AMOUNT),
    _struct("change", "A relative target, such as -30 %.", _AMOUNT),
    _text("deadline", "By when, as it was said.", optional=True),
    _text("measured_by", "How it is measured.", optional=True),
    _text("owner", "Who answers for it.", optional=True),
    Column("gaps", pa.list_(pa.field("item", pa.string(), nullable=False)), "What a complete KPI needs and nobody said."),
)
_CRITERION = (_text("criterion", "Id in `ladder.yaml`."), _text("value", "Id of one of its values."))
_DATA = (
    _text("dimension", "Id of a dimension of data readiness."),
    _whole("level", "0 to 3."),
    _text("proof", "`hearsay`, `shown` or `tested`."),
)
_REJECTED = (
    _text("text", "The words that were offered as evidence.", optional=True),
    _text("utterance_id", "Where they were said to stand.", optional=True),
    _text("speaker", "Who was said to have said them.", optional=True),
    _text("reason", "Why they are no evidence."),
)

CONVERSATIONS = Table(
    "conversations",
    "One row for each conversation, in the order in which they were given.",
    (
        *_CONVERSATION,
        _text("kind", "`meeting` or `interview`."),
        _text("format", "The reader that read the file, such as `webvtt`."),
        _whole("words", "Words said."),
        _whole("utterances", "Turns."),
        _whole("speakers", "People who speak."),
        _list("participants", "Everybody who is known to take part.", _SPEAKERS),
        _text("analyst", "Who proposed the findings: `rules`, or a model."),
        _whole("findings", "Findings that a quote proves."),
        _whole("unverified", "Claims that no quote proves."),
        _whole("failed_windows", "Stretches that could not be read."),
        _whole("failed_utterances", "Utterances in these stretches, each counted once."),
        _whole("reading_notes", "What the reader of the file skipped or repaired."),
        _whole("calls", "Calls to the model."),
        _whole("cached_calls", "Calls that were answered from the cache."),
        _whole("input_tokens", "Tokens sent."),
        _whole("output_tokens", "Tokens received."),
        _number("cost_usd", "What it cost; null if nobody publishes the price.", optional=True),
    ),
)
FINDINGS = Table(
    "findings",
    "One row for each finding. Each is proved by at least one quote.",
    (
        _text("finding_id", "The finding; the same if the same claim is found again in the same words."),
        *_CONVERSATION,
        _text(
            "kind",
            "`business_goal`, `operational_goal`, `kpi`, `pain_point`, `process_step`, `data_source`, `constraint`, `risk`, `decision`, "
            "`assumption`, `open_question`, `position` or `criterion`.",
        ),
        _text("statement", "What is claimed."),
        _text("speaker", "Who said it first; null if the file names nobody.", optional=True),
        _text("role", "Role of that speaker."),
        _list("speakers", "Everybody who said it, in order of first mention.", _SPEAKERS),
        _list("quotes", "The words that prove it.", _QUOTE),
        Column("minute", pa.int32(), "Minute of the first quote, from 0; null if the file has no times.", optional=True),
        _text("grounding", "That of the weakest quote."),
        _number("confidence", "0 to 1."),
        _text("status", "`proposed`, `confirmed`, `corrected` or `rejected`."),
        _text("stance", "`for` or `against`, of a position.", optional=True),
        _struct("kpi", "What was said of a KPI; null for other kinds.", _KPI),
        _struct("criterion", "What the words show of a criterion of the ladder.", _CRITERION),
        _struct("data", "What the words show of the state of the data.", _DATA),
        _text("note", "Why the analyst reads it so.", optional=True),
        _text("proposed_by", "Which analyst proposed it."),
    ),
)
UNVERIFIED = Table(
    "unverified",
    "One row for each claim that was proposed and that no quote proves. Never mix these with the findings.",
    (
        *_CONVERSATION,
        _text("kind", "As of a finding."),
        _text("statement", "What was claimed."),
        _number("confidence", "0 to 1, as proposed."),
        _list("quotes", "What was offered as evidence, and why it is none; empty if nothing was.", _REJECTED),
        _text("proposed_by", "Which analyst proposed it."),
    ),
)
FAILED_WINDOWS = Table(
    "failed_windows",
    "One row for each stretch of a conversation that could not be read. The same command again tries them alone.",
    (
        *_CONVERSATION,
        _text("first_utterance", "Where it begins, such as `u40`."),
        _text("last_utterance", "Where it ends, this one included."),
        _whole("utterances", "How many they are."),
        _text("error", "What happened."),
        _text("remedy", "What to do about it.", optional=True),
    ),
)
TABLES: Mapping[str, Table] = {one.name: one for one in (CONVERSATIONS, FINDINGS, UNVERIFIED, FAILED_WINDOWS)}
"""Every table by name."""


def documentation() -> str:
    """The tables as Markdown."""
    lines = [
        "# Tables",
        "",
        "The results of an analysis as tables, for spreadsheets, notebooks and databases: `NAME.parquet`, `NAME.jsonl`, or both.",
        "JSONL is UTF-8 with one object a line. Both have the same columns, in this order, and every column is always there.",
        "Texts stand as they were said: a text that begins with `=` is a text, and a program that opens the table has to treat it so.",
        "Half a letter (a lone surrogate), which no file can hold, becomes `U+FFFD`. A number without end becomes null.",
        "",
        f"Version {TABLES_VERSION} of the columns; a Parquet file has it in its metadata as `discovery_agent.tables`, and the meaning of each",
        "column as `description`. These lines are written by `make schema`.",
    ]
    for table in TABLES.values():
        lines += ["", f"## {table.name}", "", table.means, "", "| column | type | means |", "|---|---|---|", *_rows(table.columns)]
    return "\n".join(lines) + "\n"


def _rows(columns: Sequence[Column], above: str = "") -> Iterator[str]:
    for column in columns:
        name = f"{above}{column.name}"
        null = ", may be null" if column.optional else ""
        yield f"| `{name}` | {_type_words(column)}{null} | {column.means} |"
        yield from _rows(column.fields, f"{name}[]." if pa.types.is_list(column.type) else f"{name}.")


def _type_words(column: Column) -> str:
    if column.fields:
        return "list of structs" if pa.types.is_list(column.type) else "struct"
    return "list of string" if pa.types.is_list(column.type) else str(column.type)
