"""From conversations to one analysis: what fails is shown, what holds is kept, and order and cost are right."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from discovery_agent.analysts.protocol import Extraction, Window
from discovery_agent.discovery.analyse import analyse_conversation, analyse_each, analyse_engagement, assemble
from discovery_agent.discovery.files_read import read_conversations
from discovery_agent.discovery.results import ConversationAnalysis, EngagementAnalysis, UnreadableFile
from discovery_agent.domain.conversation import Conversation, Role, Stakeholder
from discovery_agent.domain.decisions import Tables
from discovery_agent.domain.findings import FindingKind, ProposedFinding, ProposedQuote
from discovery_agent.errors import ConfigurationError, ModelRefused, ModelUnavailable, SpendLimitReached
from discovery_agent.models.usage import Usage
from tests.builders import CREATED_AT, conversation

GOAL = FindingKind.BUSINESS_GOAL
COST = Usage(calls=1, input_tokens=100, output_tokens=10, cost_usd=0.25)


def wish(turn: int, text: str, statement: str = "A wish") -> ProposedFinding:
    return ProposedFinding(kind=GOAL, statement=statement, confidence=0.8, quotes=(ProposedQuote(utterance_id=f"u{turn}", text=text),))


@dataclass
class TurnByTurn:
    """Reads one turn at a time and proposes it whole; cost and faults as told."""

    usage: Usage = COST
    faults: dict[int, Exception] = field(default_factory=dict)
    name: str = "turn by turn"

    def windows(self, conversation: Conversation) -> Sequence[Window]:
        return [Window(first=one.index, last=one.index) for one in conversation.utterances]

    async def extract(self, conversation: Conversation, window: Window) -> Extraction:
        if fault := self.faults.get(window.first):
            raise fault
        text = conversation.utterances[window.first].text
        return Extraction(proposals=(wish(window.first, text, statement=text),), usage=self.usage)

    async def rate(self, conversation: Conversation, window: Window, tables: Tables) -> Extraction:
        return Extraction(proposals=())


@dataclass
class Misquoting(TurnByTurn):
    """Proposes quotes that nobody said, beside one that holds."""

    proposals: tuple[ProposedFinding, ...] = ()

    def windows(self, conversation: Conversation) -> Sequence[Window]:
        return [Window(first=0, last=len(conversation.utterances) - 1)]

    async def extract(self, conversation: Conversation, window: Window) -> Extraction:
        return Extraction(proposals=self.proposals)


@dataclass
class Gated(TurnByTurn):
    """Waits in each window until it is let through; remembers how many were under way at once."""

    under_way: int = 0
    most: int = 0
    arrived: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    gates: dict[str, asyncio.Event] = field(default_factory=dict)

    async def extract(self, conversation: Conversation, window: Window) -> Extraction:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        self.arrived.release()
        await self.gates.setdefault(conversation.title, asyncio.Event()).wait()
        self.under_way -= 1
        return await super().extract(conversation, window)


def meeting(title: str, *texts: str) -> Conversation:
    return conversation([("Ada", text) for text in texts or ("We want to grow.",)], title=title, source=f"{title}.txt")


def unlike(_texts: Sequence[str]) -> Callable[[str, str], float]:
    return lambda left, right: float(left == right)


async def one(analyst: TurnByTurn, source: Conversation) -> ConversationAnalysis:
    return await analyse_conversation(source, analyst, asyncio.Semaphore(4))


async def all_of(
    analyst: TurnByTurn, *sources: Conversation, concurrency: int = 4, unreadable: Sequence[UnreadableFile] = ()
) -> EngagementAnalysis:
    return await analyse_engagement(sources, analyst, title="Test", similarity_of=unlike, concurrency=concurrency, unreadable=unreadable)


@pytest.mark.parametrize(
    "fault",
    [
        ModelUnavailable("The server is busy.", remedy="Try again later."),
        ModelRefused("The key is wrong.", remedy="Set OPENAI_API_KEY."),
        SpendLimitReached("The cap is reached.", remedy="Raise --max-cost."),
    ],
)
async def test_a_window_that_fails_is_listed_with_its_remedy_and_loses_none_of_the_others(fault: ModelUnavailable) -> None:
    analysis = await one(TurnByTurn(faults={1: fault}), meeting("m", "We want to grow.", "Costs must fall.", "Nobody should wait."))
    assert [item.statement for item in analysis.findings] == ["We want to grow.", "Nobody should wait."]
    (failed,) = analysis.failed_windows
    assert (failed.window, failed.error, failed.remedy) == (Window(first=1, last=1), fault.what, fault.remedy)
    assert analysis.usage.calls == 2


async def test_an_error_that_is_no_fault_of_a_model_is_not_hidden() -> None:
    with pytest.raises(ConfigurationError):
        await all_of(TurnByTurn(faults={0: ConfigurationError("The prompt is wrong.")}), meeting("a"), meeting("b"))


async def test_altered_quotes_end_as_unverified_with_the_reason() -> None:
    source = meeting("m", "We want claims paid in 4 days.", "We do not want a chatbot.")
    altered = ["We want claims paid in 9 days.", "We do want a chatbot.", "in 4 days. We do not", "Everybody is happy."]
    proposals = (*(wish(0 if "paid" in text else 1, text) for text in altered), wish(0, "claims paid in 4 days", "Pay fast"))
    analysis = await one(Misquoting(proposals=proposals), source)
    assert [item.statement for item in analysis.findings] == ["Pay fast"]
    assert [item.proposal.quotes[0].text for item in analysis.unverified] == altered
    assert all(len(item.reasons) == 1 and item.reasons[0] for item in analysis.unverified)
    assert {item.conversation_id for item in analysis.unverified} == {source.id}


async def test_a_finding_without_any_quote_is_unverified() -> None:
    bare = ProposedFinding(kind=GOAL, statement="Everybody wants to grow", confidence=1)
    analysis = await one(Misquoting(proposals=(bare,)), meeting("m"))
    assert analysis.findings == () and [item.proposal for item in analysis.unverified] == [bare]


async def test_what_two_windows_say_twice_is_one_finding() -> None:
    analysis = await one(Misquoting(proposals=(wish(0, "We want to grow"), wish(0, "want to grow"))), meeting("m"))
    (finding,) = analysis.findings
    assert [quote.text for quote in finding.quotes] == ["We want to grow", "want to grow"]


async def test_conversations_keep_their_order_whatever_finishes_first() -> None:
    analyst = Gated()
    names = ["first", "second", "third"]
    for name in names:
        analyst.gates[name] = asyncio.Event()
    sources = [meeting(name, f"We want {name}.") for name in names]
    finished: list[str] = []

    def progress(name: str, done: int, of: int) -> None:
        if done == of:
            finished.append(name)
            for gate in names[: names.index(name)][-1:]:
                analyst.gates[gate].set()

    analyst.gates["third"].set()
    analysis = await analyse_engagement(sources, analyst, title="Test", similarity_of=unlike, progress=progress)
    assert finished == ["third", "second", "first"]
    assert [item.conversation.title for item in analysis.conversations] == names
    assert [item.statement for item in analysis.findings] == ["We want first.", "We want second.", "We want third."]


async def test_analyses_come_as_soon_as_they_are_ready() -> None:
    analyst = Gated(gates={"slow": asyncio.Event(), "quick": asyncio.Event()})
    analyst.gates["quick"].set()
    ready: list[str] = []
    async for analysis in analyse_each([meeting("slow"), meeting("quick")], analyst, concurrency=2):
        ready.append(analysis.conversation.title)
        analyst.gates["slow"].set()
    assert ready == ["quick", "slow"]


@pytest.mark.parametrize("concurrency", [1, 3])
async def test_no_more_windows_are_under_way_than_allowed_over_all_conversations(concurrency: int) -> None:
    analyst = Gated(gates={title: asyncio.Event() for title in "abc"})
    sources = [meeting(title, "We want to grow.", "Costs must fall.", "Nobody should wait.") for title in "abc"]
    running = asyncio.create_task(all_of(analyst, *sources, concurrency=concurrency))
    for _ in range(concurrency):
        await analyst.arrived.acquire()
    for gate in analyst.gates.values():
        gate.set()
    analysis = await running
    assert analyst.most == concurrency
    assert len(analysis.findings) == 9


async def test_conversations_are_taken_only_when_there_is_room_for_them() -> None:
    taken = 0

    def endless() -> Iterator[Conversation]:
        nonlocal taken
        while True:
            taken += 1
            yield meeting(f"m{taken}", f"We want {taken}.")

    analyst = Gated()
    results = analyse_each(endless(), analyst, concurrency=3)
    first = asyncio.ensure_future(anext(results))
    for _ in range(3):
        await analyst.arrived.acquire()
    await asyncio.sleep(0)
    assert analyst.under_way == 3 and taken <= 7
    for number in range(1, 50):
        analyst.gates.setdefault(f"m{number}", asyncio.Event()).set()
    await first
    for _ in range(9):
        await anext(results)
    assert taken <= 10 + 7
    await results.aclose()  # type: ignore[attr-defined]


async def test_a_turn_is_never_left_unused_while_there_is_anything_to_read() -> None:
    analyst = Gated(gates={title: asyncio.Event() for title in "abcdef"})
    reading = asyncio.create_task(all_of(analyst, *(meeting(title) for title in "abcdef"), concurrency=2))
    for _ in range(2):
        await analyst.arrived.acquire()
    for title in "abcd":
        analyst.gates[title].set()
        await analyst.arrived.acquire()  # the next one takes the turn at once, in whichever conversation
        assert analyst.under_way <= 2
    for gate in analyst.gates.values():
        gate.set()
    assert len((await reading).conversations) == 6 and analyst.most == 2


@dataclass
class Remembering:
    """Remembers windows, as a journal does."""

    known: dict[Window, Extraction] = field(default_factory=dict)

    def windows_of(self, conversation: Conversation) -> dict[Window, Extraction]:
        return dict(self.known)

    def keep(self, conversation: Conversation, window: Window, extraction: Extraction) -> None:
        self.known[window] = extraction


async def test_windows_that_are_known_are_not_read_again_and_count_all_the_same() -> None:
    source = meeting("m", "We want to grow.", "Costs must fall.", "Nobody should wait.")
    kept = Remembering()
    broken = TurnByTurn(faults={1: ModelUnavailable("Busy.")})
    (first,) = [one async for one in analyse_each([source], broken, concurrency=2, kept=kept)]
    assert len(first.findings) == 2 and len(first.failed_windows) == 1
    whole = TurnByTurn(faults={0: ModelUnavailable("Busy."), 2: ModelUnavailable("Busy.")})
    (second,) = [one async for one in analyse_each([source], whole, concurrency=2, kept=kept)]
    assert [item.statement for item in second.findings] == ["We want to grow.", "Costs must fall.", "Nobody should wait."]
    assert second.failed_windows == () and second.usage.calls == 3


async def test_when_the_reader_leaves_early_nothing_goes_on_in_the_background() -> None:
    analyst = Gated(gates={"quick": asyncio.Event()})
    analyst.gates["quick"].set()
    before = asyncio.all_tasks()
    results = analyse_each([meeting("never"), meeting("quick")], analyst, concurrency=2)
    assert (await anext(results)).conversation.title == "quick"
    await results.aclose()  # type: ignore[attr-defined]
    assert asyncio.all_tasks() == before


async def test_usage_is_added_up_over_windows_and_conversations() -> None:
    analysis = await all_of(TurnByTurn(), meeting("a", "We want to grow.", "Costs must fall."), meeting("b"))
    assert [item.usage.calls for item in analysis.conversations] == [2, 1]
    assert analysis.usage == Usage(calls=3, input_tokens=300, output_tokens=30, cost_usd=0.75)


async def test_one_call_of_unknown_price_makes_the_whole_price_unknown_and_not_low() -> None:
    known = await one(TurnByTurn(), meeting("a"))
    unknown = await one(TurnByTurn(usage=Usage(calls=1, cost_usd=None)), meeting("b"))
    whole = assemble([known, unknown], analyst="x", title="Test", similarity_of=unlike, now=CREATED_AT)
    assert whole.usage.cost_usd is None and whole.usage.calls == 2
    assert whole.created_at == CREATED_AT


async def test_progress_is_told_from_none_to_all_windows() -> None:
    seen: list[tuple[str, int, int]] = []
    await analyse_conversation(
        meeting("m", "We want to grow.", "Costs must fall."),
        TurnByTurn(faults={0: ModelUnavailable("Busy.")}),
        asyncio.Semaphore(1),
        lambda *step: seen.append(step),
    )
    assert seen == [("m", 0, 2), ("m", 1, 2), ("m", 2, 2)]


async def test_goals_of_all_conversations_meet_in_one_tree() -> None:
    analysis = await all_of(TurnByTurn(), meeting("a", "We want to grow."), meeting("b", "We want to grow.", "Costs must fall."))
    assert [(goal.statement, len(goal.finding_ids)) for goal in analysis.goal_tree.business_goals] == [
        ("We want to grow.", 2),
        ("Costs must fall.", 1),
    ]


async def test_no_conversation_gives_an_empty_analysis() -> None:
    bad = UnreadableFile(source="a.bin", error="Not text.")
    analysis = await all_of(TurnByTurn(), unreadable=[bad])
    assert (analysis.conversations, analysis.findings, analysis.unreadable) == ((), (), (bad,))


SPOKEN = "Ada: We want claims paid in five days.\nBen: That is hard.\nAda: Why is it?\nBen: Papers.\n"


def test_the_same_file_given_twice_counts_once(tmp_path: Path) -> None:
    for name in ("a.txt", "copy of a.txt"):
        (tmp_path / name).write_text(SPOKEN, encoding="utf-8")
    conversations, unreadable = read_conversations([tmp_path / "a.txt", tmp_path / "copy of a.txt", tmp_path / "a.txt"])
    assert [item.source for item in conversations] == [conversations[0].source] and conversations[0].source.endswith("a.txt")
    assert unreadable == []
    assert ["copy of a.txt" in note.message for note in conversations[0].notes] == [True, False]
    assert all("counts once" in note.message for note in conversations[0].notes)


def test_a_file_that_cannot_be_read_is_listed_and_loses_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(SPOKEN, encoding="utf-8")
    (tmp_path / "b.txt").write_text(SPOKEN.replace("five", "six"), encoding="utf-8")
    (tmp_path / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    (tmp_path / "empty.txt").write_text("", encoding="utf-8")
    names = ["a.txt", "photo.png", "empty.txt", "gone.txt", "b.txt"]
    conversations, unreadable = read_conversations(tmp_path / name for name in names)
    assert [Path(item.source).name for item in conversations] == ["a.txt", "b.txt"]
    assert [Path(item.source).name for item in unreadable] == ["photo.png", "empty.txt", "gone.txt"]
    assert all(item.error for item in unreadable)


def test_what_is_known_of_people_goes_with_every_conversation(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(SPOKEN, encoding="utf-8")
    (conversation,), _ = read_conversations([tmp_path / "a.txt"], [Stakeholder(name="Ada", role=Role.SPONSOR)])
    assert conversation.role_of("Ada") is Role.SPONSOR
