"""Pages of a large report: each is safe and whole in itself, every link leads somewhere, and nothing is cut off."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import jsonschema
import pytest

from discovery_agent.discovery.report import write_report
from discovery_agent.discovery.report.json_schema import schema_text
from discovery_agent.discovery.report.large import plan as planning
from discovery_agent.discovery.report.large import survey as surveying
from discovery_agent.discovery.report.large import write_large_report
from discovery_agent.discovery.results import BatchAnalysis, ConversationAnalysis, EngagementAnalysis
from discovery_agent.domain.goals import GoalTree
from tests.builders import conversation
from tests.discovery.report.large.batches import batch_of, many
from tests.discovery.report.test_html import Page, knowledge
from tests.example import engagement, hostile
from tests.hostile_texts import HOSTILE_TEXTS

LISTED = {"goals": 7, "kpis": 2, "verdicts": 4, "conflicts": 1, "agenda": 5, "people": 6, "unverified": 5, "conversations": 5}


@pytest.fixture
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages and folders of a few entries, so that a small batch has many."""
    for name, size in LISTED.items():
        monkeypatch.setitem(planning.SIZES, name, size)
    for module in ("plan", "lists", "conversations"):
        monkeypatch.setattr(f"discovery_agent.discovery.report.large.{module}.FINDINGS", 6)
    monkeypatch.setattr(surveying, "IN_A_FOLDER", 8)


def pages_of(folder: Path) -> dict[str, Page]:
    """Every HTML page by its path within the folder; each is well formed."""
    return {path.relative_to(folder).as_posix(): Page(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.html"))}


def broken_links(pages: dict[str, Page]) -> Iterator[str]:
    """Links that lead to no page, or to no place on it."""
    identifiers = {name: set(page.values("id")) for name, page in pages.items()}
    for name, page in pages.items():
        for link in page.values("href"):
            if link == "data:,":
                continue
            path, _, fragment = link.partition("#")
            assert not re.match(r"[a-z]+:|/", path), f"{link} leaves the folder"
            target = resolved(name, path) if path else name
            if target not in pages or (fragment and fragment not in identifiers[target]):
                yield f"{name}: {link}"


def resolved(page: str, link: str) -> str:
    """Where a relative link leads to."""
    parts: list[str] = []
    for part in (PurePosixPath(page).parent / unquote(link)).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def reached(pages: dict[str, Page]) -> set[str]:
    """Pages to which links lead from the overview."""
    seen, waiting = {"report.html"}, ["report.html"]
    while waiting:
        name = waiting.pop()
        for link in pages[name].values("href"):
            path = link.partition("#")[0]
            if path and link != "data:,":
                target = resolved(name, path)
                if target not in seen:
                    seen.add(target)
                    waiting.append(target)
    return seen


@pytest.fixture(params=["example", "many"])
def folder(request: pytest.FixtureRequest, tmp_path: Path, short_pages: None) -> Path:
    """A report of each batch."""
    example = engagement().model_copy(update={"knowledge": knowledge()})
    write_large_report(batch_of(example) if request.param == "example" else many(20), tmp_path / "report")
    return tmp_path / "report"


def test_every_link_leads_to_a_place_and_every_page_is_reached(folder: Path) -> None:
    pages = pages_of(folder)
    assert [*broken_links(pages)] == []
    assert reached(pages) == set(pages)
    for name, page in pages.items():
        assert Counter(page.values("id")).most_common(1)[0][1] == 1, name
        assert set(page.values("aria-labelledby")) <= set(page.values("id")), name


def test_no_page_loads_anything_or_runs_what_is_not_its_own(folder: Path) -> None:
    for name, page in pages_of(folder).items():
        assert not {tag for tag, _ in page.tags} & {"img", "iframe", "object", "embed", "base", "form"}, name
        assert page.values("src") == page.values("style") == [], name
        policy = next(attributes["content"] for tag, attributes in page.tags if "http-equiv" in attributes)
        assert policy.startswith("default-src 'none'; style-src 'sha256-"), name
        assert "unsafe" not in policy
        assert ("script-src 'none'" in policy) == (name != "pages/find.html")
        assert "url(" not in page.text("style") and "@import" not in page.text("style")


@pytest.mark.parametrize("payload", HOSTILE_TEXTS)
def test_hostile_text_in_every_field_changes_nothing_but_text(tmp_path: Path, payload: str) -> None:
    write_large_report(batch_of(engagement()), tmp_path / "usual")
    write_large_report(batch_of(hostile(payload)), tmp_path / "attacked")
    assert {path.name for path in tmp_path.iterdir()} == {"usual", "attacked"}
    usual, attacked = pages_of(tmp_path / "usual"), pages_of(tmp_path / "attacked")
    assert [*broken_links(attacked)] == []
    tags = {tag for page in usual.values() for tag, _ in page.tags}
    names = {name for page in usual.values() for _, attributes in page.tags for name in attributes}
    for page in attacked.values():
        assert {tag for tag, _ in page.tags} <= tags
        assert {name for _, attributes in page.tags for name in attributes} <= names
    found = json.loads(re.findall(r'id="talks">(.*?)</script>', (tmp_path / "attacked/pages/find.html").read_text(encoding="utf-8"))[0])
    assert len(found) == 2


def test_every_finding_stands_once_in_its_list_and_once_with_its_conversation(folder: Path) -> None:
    analysis = EngagementAnalysis.model_validate_json((folder / "report.json").read_bytes())
    pages = pages_of(folder)
    lists, talks = Counter[str](), Counter[str]()
    for name, page in pages.items():
        ids = [one for one in page.values("id") if re.fullmatch(r"f\d+", one)]
        if name.startswith("conversations/"):
            talks.update(ids)
        elif "evidence" not in name:
            lists.update(ids)
    assert talks == lists == Counter(f"f{number}" for number in range(1, len(analysis.findings) + 1))


def test_lists_are_in_pages_that_lead_on_and_nothing_is_cut_off(tmp_path: Path, short_pages: None) -> None:
    write_large_report(many(20), tmp_path)
    pages = pages_of(tmp_path)
    assert [name for name in pages if name.startswith("pages/conversations-")] == [f"pages/conversations-{at}.html" for at in range(1, 5)]
    titles = [
        re.findall(r'<tr><th scope="row"><a [^>]*>(.*?)</a>', (tmp_path / f"pages/conversations-{at}.html").read_text())
        for at in range(1, 5)
    ]
    assert [title for page in titles for title in page] == [f"Depot {number}" for number in range(1, 21)]
    nodes = Counter(
        one for name, page in pages.items() if "/goals-" in name for one in page.values("id") if re.fullmatch(r"g\d+|tree-k\d+", one)
    )
    assert nodes.keys() == {*(f"g{at}" for at in range(1, 23)), "tree-k1"}
    assert {one for one, times in nodes.items() if times > 1} == {"g1"}, "only the goal that goes on is there again"
    verdicts = [
        one for name, page in pages.items() if "/verdicts-" in name for one in page.values("id") if re.fullmatch(r"verdict-\d+", one)
    ]
    assert sorted(verdicts) == sorted(f"verdict-{at}" for at in range(1, 21))
    claims = [(tmp_path / name).read_text().count("No evidence:") for name in pages if "/unverified-" in name]
    assert claims == [5, 5, 5, 5]
    assert (tmp_path / "pages/people-4.html").exists()
    assert not (tmp_path / "pages/people-5.html").exists()


def test_what_backs_a_shared_goal_is_all_there_page_by_page(tmp_path: Path, short_pages: None) -> None:
    write_large_report(many(20), tmp_path)
    goals = (tmp_path / "pages/goals-1.html").read_text(encoding="utf-8")
    shared = goals[goals.index('id="g1"') : goals.index('id="g2"')]
    (link,) = re.findall(r'<a class="ref others" href="([^"#]+)" aria-label="12 more findings">\+12</a>', shared)
    first = resolved("pages/goals-1.html", link)
    stem = first.removesuffix("-1.html")
    found = [
        one for path in sorted(tmp_path.glob(f"{stem}-*.html")) for one in Page(path.read_text()).values("id") if re.fullmatch(r"f\d+", one)
    ]
    assert len(found) == len(set(found)) == 20
    assert "20 findings of 1 person in 20 conversations" in (tmp_path / first).read_text(encoding="utf-8")


def test_the_overview_begins_with_what_most_speak_of_and_counts_everything(tmp_path: Path) -> None:
    files = write_large_report(many(20), tmp_path)
    page = files.html.read_text(encoding="utf-8")
    wants = page[page.index("What they want") : page.index("From today to target")]
    assert wants.index("Parcels arrive fast") < wants.index("Know what the depot is for")
    assert "20 findings of 1 person in 20 conversations" in wants
    assert "<blockquote" in wants and "have their parcel fast" in wants
    assert "All 20 verdicts" in page
    assert re.search(r"Of 20 goals, \d+ needs? no AI, \d+ needs? it, and for \d+ it is open", page)
    differ = page[page.index('id="disputes"') :]
    assert all(f"<strong>{days} days</strong>" in differ for days in (3, 4, 5))
    assert re.search(r'id="unverified">Claims without proof <span class="count">20</span>', page)
    assert "All 20 claims" in page
    markdown = files.markdown.read_text(encoding="utf-8")
    assert "20 conversations, 21 speakers" in markdown
    assert "- Pain points: 20" in markdown
    assert "**Parcels arrive fast** (20 findings of 1 person in 20 conversations)" in markdown


def test_what_was_not_read_is_told_first_and_in_full(tmp_path: Path) -> None:
    files = write_large_report(batch_of(engagement()), tmp_path)
    page = files.html.read_text(encoding="utf-8")
    assert "Not everything was read." in page
    unread = page[page.index('id="unread"') :]
    assert "The model did not answer within 60 seconds." in unread
    assert "workshop photo.heic" in unread
    talk = (tmp_path / "conversations/compliance-follow-up.html").read_text(encoding="utf-8")
    assert "Not everything was read." in talk
    assert "**Not everything was read:** 1 stretch" in files.markdown.read_text(encoding="utf-8")


def test_the_json_is_the_same_as_of_a_few_conversations_and_follows_the_schema(tmp_path: Path) -> None:
    files = write_large_report(batch_of(engagement()), tmp_path / "large")
    assert EngagementAnalysis.model_validate_json(files.json.read_bytes()) == engagement()
    small = write_report(engagement(), tmp_path / "small")
    loaded = json.loads(files.json.read_text(encoding="utf-8"))
    assert loaded == json.loads(small.json.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(json.loads(schema_text("engagement-analysis"))).validate(loaded)
    for path in files.conversations:
        if path.suffix == ".json":
            ConversationAnalysis.model_validate_json(path.read_bytes())
    nothing = BatchAnalysis(title="None", created_at=engagement().created_at, analyst="rules", conversations=(), goal_tree=GoalTree())
    empty = write_large_report(nothing, tmp_path / "empty")
    assert EngagementAnalysis.model_validate_json(empty.json.read_bytes()).conversations == ()
    assert [*broken_links(pages_of(tmp_path / "empty"))] == []


def test_a_conversation_has_the_same_markdown_as_in_a_small_report_but_for_nothing(tmp_path: Path) -> None:
    large = write_large_report(batch_of(engagement()), tmp_path / "large")
    small = write_report(engagement(), tmp_path / "small")
    assert [path.read_bytes() for path in large.conversations if path.suffix == ".md"] == [
        path.read_bytes() for path in small.conversations if path.suffix == ".md"
    ]


def test_conversations_are_gone_through_twice_one_at_a_time(tmp_path: Path) -> None:
    batch = many(12)

    class OnDisk:
        """Conversations that count how often they are gone through, and how many are held at once."""

        def __init__(self) -> None:
            self.texts = [one.model_dump_json() for one in batch.conversations]
            self.passes = self.most = 0
            self.alive: set[int] = set()

        def __len__(self) -> int:
            return len(self.texts)

        def __iter__(self) -> Iterator[ConversationAnalysis]:
            import weakref

            self.passes += 1
            for number, text in enumerate(self.texts):
                analysis = ConversationAnalysis.model_validate_json(text)
                self.alive.add(number)
                weakref.finalize(analysis, self.alive.discard, number)
                self.most = max(self.most, len(self.alive))
                yield analysis

    conversations = OnDisk()
    write_large_report(
        BatchAnalysis(
            title=batch.title,
            created_at=batch.created_at,
            analyst=batch.analyst,
            conversations=conversations,
            goal_tree=batch.goal_tree,
            decisions=batch.decisions,
        ),
        tmp_path,
    )
    assert conversations.passes == 2
    assert conversations.most <= 3


def test_the_same_batch_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_large_report(many(6), tmp_path / name)
    one, two = (
        {path.relative_to(tmp_path / name): path.read_bytes() for path in (tmp_path / name).rglob("*") if path.is_file()}
        for name in ("one", "two")
    )
    assert one == two


def test_titles_are_in_the_order_in_which_people_look_for_them(tmp_path: Path) -> None:
    titles = ["zebra", "Week 10", "week 9", "Álpha", "9" * 5000, "0042", "7", "alpha"]
    analyses = [
        ConversationAnalysis(conversation=conversation([("Ada", f"This is {number}.")], title=title), analyst="rules")
        for number, title in enumerate(titles)
    ]
    batch = BatchAnalysis(title="Titles", created_at=engagement().created_at, analyst="rules", conversations=analyses, goal_tree=GoalTree())
    write_large_report(batch, tmp_path)
    found = re.findall(r'<tr><th scope="row"><a [^>]*>(.*?)</a>', (tmp_path / "pages/conversations-1.html").read_text(encoding="utf-8"))
    assert found == ["7", "0042", "9" * 5000, "alpha", "week 9", "Week 10", "zebra", "Álpha"]
    assert "[week 9](../conversations/week-9.md)" in (tmp_path / "pages/conversations.md").read_text(encoding="utf-8")
