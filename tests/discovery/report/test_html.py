"""The page: one safe file, every link leads somewhere, and nothing that was said can run."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from discovery_agent.discovery.report.html import render_html
from discovery_agent.discovery.report.view import build_view
from discovery_agent.domain.page_labels import PageKind
from discovery_agent.domain.retrieval import Advice, Citation, CitedPassage, KnowledgeUse, Passage, Purpose, Retrieved, UnusedPassage
from discovery_agent.models.usage import Usage
from tests.builders import engagement_of
from tests.example import engagement, hostile
from tests.hostile_texts import HOSTILE_TEXTS

VOID = {"meta", "link", "br", "input", "img", "hr"}


class Page(HTMLParser):
    """Collects tags, ids, links and texts; fails on a tag that is closed out of order."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, list[str]] = {}
        self.open: list[str] = []
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self.open[-1] if self.open else "", []).append(data)

    def values(self, attribute: str) -> list[str]:
        return [attributes[attribute] for _, attributes in self.tags if attribute in attributes]

    def text(self, tag: str) -> str:
        return "".join(self.texts.get(tag, []))


def rendered(**changes: object) -> str:
    return render_html(build_view(engagement().model_copy(update=changes)))


def test_every_link_inside_the_page_leads_to_one_place() -> None:
    page = Page(rendered())
    identifiers = page.values("id")
    assert len(identifiers) == len(set(identifiers))
    targets = {link[1:] for link in page.values("href") if link.startswith("#")}
    assert targets <= set(identifiers)
    assert set(page.values("aria-labelledby")) <= set(identifiers)


def knowledge() -> KnowledgeUse:
    """Two passages that explain the verdicts, and one that nobody raised."""

    def passage(title: str) -> Retrieved:
        citation = Citation(page="archetypes/claims-triage", title=title, start=0, end=40)
        return Retrieved(
            passage=Passage(citation=citation, kind=PageKind.ARCHETYPE, text=f"{title} is usually sorted by rules first."), score=1.0
        )

    decisions = engagement().decisions
    assert decisions is not None
    goals = [goal.goal_id or "" for goal in decisions.goals]
    return KnowledgeUse(
        cited=(CitedPassage(id="k1", found=passage("Claims triage")), CitedPassage(id="k2", found=passage("Claims mail"))),
        advice=tuple(Advice(purpose=Purpose.VERDICT, subject=goal, passages=("k1", "k2")) for goal in goals),
        unused=(UnusedPassage(goal="Pay claims faster", found=passage("Fraud")),),
    )


def test_kpis_and_cited_passages_have_places_of_their_own() -> None:
    page = Page(rendered(knowledge=knowledge()))
    assert {"k1", "k2"} <= {one.removeprefix("known-") for one in page.values("id") if one.startswith("known-")}
    identifiers = page.values("id")
    assert len(identifiers) == len(set(identifiers))
    assert {link[1:] for link in page.values("href") if link.startswith("#")} <= set(identifiers)


def test_each_finding_links_to_its_words_and_the_words_link_back() -> None:
    page = rendered()
    for item in build_view(engagement()).findings:
        for quote in item.quotes:
            assert f'href="#{quote.place}"' in page
            assert f'id="{quote.place}"' in page
        assert page.count(f'href="#{item.anchor}" data-label="{item.label}"') == len(item.quotes)


def test_transcripts_show_every_word_that_was_said() -> None:
    source = rendered()
    for item in engagement().conversations:
        for utterance in item.conversation.utterances:
            number = engagement().conversations.index(item) + 1
            part = re.search(rf'<li id="c{number}{utterance.id}".*?<p dir="auto">(.*?)</p>', source, re.DOTALL)
            assert part
            assert re.sub(r"<[^>]+>", "", part.group(1)).strip() == utterance.text.replace("'", "&#39;")


def test_nothing_is_loaded_and_nothing_can_be() -> None:
    page = Page(rendered())
    assert not {tag for tag, _ in page.tags} & {
        "img",
        "iframe",
        "object",
        "embed",
        "video",
        "audio",
        "base",
        "form",
    }
    assert all(link.startswith("#") or link == "data:," for link in page.values("href"))
    assert page.values("src") == []
    assert "@import" not in page.text("style")
    assert "url(" not in page.text("style")
    policy = next(attributes["content"] for tag, attributes in page.tags if "http-equiv" in attributes)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert page.values("style") == []
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]


@pytest.mark.parametrize("payload", HOSTILE_TEXTS)
def test_hostile_text_in_every_field_changes_nothing_but_text(payload: str) -> None:
    usual, attacked = Page(rendered()), Page(render_html(build_view(hostile(payload))))
    allowed = {tag for tag, _ in usual.tags}
    assert {tag for tag, _ in attacked.tags} <= allowed
    names = {name for _, attributes in usual.tags for name in attributes}
    assert {name for _, attributes in attacked.tags for name in attributes} <= names
    assert all(link.startswith("#") or link == "data:," for link in attacked.values("href"))
    assert attacked.text("script") == usual.text("script")
    assert attacked.text("style") == usual.text("style")


def test_characters_that_hide_or_reorder_text_are_made_visible() -> None:
    page = render_html(build_view(hostile("pay \u202e100\u200b0 EUR")))
    assert "pay ⟦U+202E⟧100⟦U+200B⟧0 EUR" in page
    assert not re.search("[\u200b\u202a-\u202e\u2066-\u2069\ufeff]", page)


def test_template_text_in_a_transcript_is_not_run() -> None:
    page = render_html(build_view(hostile("{{7*7}}")))
    assert "{{7*7}}" in page
    assert ">49<" not in page


def test_the_rules_analyst_is_named_plainly_and_usage_is_left_out() -> None:
    page = rendered()
    assert "rules analyst (no language model was used)" in page
    assert 'id="usage"' not in page


def test_a_model_is_named_and_its_use_is_shown() -> None:
    usage = Usage(calls=12, cached_calls=2, input_tokens=34567, output_tokens=890, cost_usd=None)
    page = rendered(analyst="openai:some-model", usage=usage)
    assert "language model openai:some-model" in page
    assert "34,567 tokens in" in page
    assert "cost unknown" in page


def test_orphans_and_holes_of_the_tree_are_drawn() -> None:
    page = rendered()
    tree = page[page.index('id="goals"') : page.index('id="kpis"')]
    assert tree.count('class="node ghost"') == 3
    assert 'id="orphans"' in tree
    assert tree.count('class="node business"') == 2
    assert tree.count('class="node operational"') == 2
    assert tree.count('class="node kpi"') == 4


def test_an_empty_engagement_still_gives_a_page_that_says_what_to_ask() -> None:
    page = render_html(build_view(engagement_of(title="Nothing yet")))
    Page(page)
    assert "No business goal was found" in page
