"""Whatever somebody said stays text in every document: it runs nothing, hides nothing, and takes nothing else away."""

from __future__ import annotations

import io
import re
import zipfile
from functools import cache
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from discovery_agent.discovery.exporting import Format
from discovery_agent.discovery.exporting.as_json import BlueprintExport
from discovery_agent.discovery.exporting.telling import Telling
from discovery_agent.domain.blueprint.claims import Audience, Claim, Part, Row
from discovery_agent.domain.blueprint.document import Blueprint
from tests.discovery.exporting.reading import READABLE, cited, document_of, exported, one_line, page_of, seen
from tests.domain.blueprint.drafts import draft_of

HOSTILE = {
    "html": "<script>alert(1)</script><img src=x onerror=alert(2)></textarea></style><b>bold</b>",
    "markdown": "[click](javascript:alert(1)) ![x](http://evil.example/x.png) `code` **bold** <http://evil.example> | cell\n# Heading\n> quote",
    "template": "{{ 7*7 }} {% include '/etc/passwd' %} ${7*7} <%= 7 %>",
    "formula": "=cmd|' /C calc'!A0",
    "mathematics": "costs $\\frac{1}{2}$ of 5$ and \\(x\\) \\input{/etc/passwd}",
    "entities": "&lt;b&gt; &amp; ]]> <!-- --> <?xml?> \"quoted\" 'so'",
    "word field": '{ INCLUDEPICTURE "http://evil.example/x.png" } w:instrText',
    "long": "Longword" * 625,
    "chinese": "会議の時間を短縮する。测试",
    "arabic": "تقليل وقت الاجتماع",
    "emoji": "👩‍🔧 ships 🚚",
}
TRICKS = {
    "control": ("a\x00b\x07c\x1b[31md", "a⟦U+0000⟧b⟦U+0007⟧c⟦U+001B⟧[31md"),
    "override": ("\N{RIGHT-TO-LEFT OVERRIDE}dnes", "⟦U+202E⟧dnes"),
    "hidden": ("app\N{ZERO WIDTH SPACE}rove", "app⟦U+200B⟧rove"),
}
"""Texts that play tricks, and what is shown instead."""
BEFORE, AFTER = "Said before it.", "Said after it."


@cache
def _drafted() -> Blueprint:
    return draft_of("build_with_ai")


def attacked(text: str) -> Blueprint:
    """A blueprint in which everything that people word says this, between two harmless claims."""
    blueprint = _drafted()
    claim, rest = text[:2000], text[:300] or "?"
    part = Part(
        id="attack",
        heading=f"H {text}",
        claims=(Claim(text=BEFORE, how="r"), Claim(text=claim, how=rest), Claim(text=AFTER, how="r")),
        columns=("One", text, "Three"),
        rows=(Row(cells=("before", text, "after"), how="r"),),
    )
    sections = tuple(
        one.model_copy(update={"title": f"{one.title} {text}", "parts": (*one.parts, part)}) if at == 1 else one
        for at, one in enumerate(blueprint.sections)
    )
    evidence = tuple(
        one.model_copy(update={"speakers": (text,), "conversation": text, "quotes": (one.quotes[0].model_copy(update={"text": text}),)})
        for one in blueprint.evidence
    )
    return blueprint.model_copy(
        update={
            "title": text,
            "organisation": text,
            "made_by": text,
            "sections": sections,
            "evidence": evidence,
            "epics": tuple(one.model_copy(update={"title": text}) for one in blueprint.epics),
            "choices": tuple(one.model_copy(update={"asked": text, "why": text}) for one in blueprint.choices),
            "assumptions": tuple(one.model_copy(update={"text": claim[:500], "source": text[:300]}) for one in blueprint.assumptions),
        }
    )


@pytest.fixture
def no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures have tests of their own; drawing them for each attack takes most of the time."""
    monkeypatch.setattr(Telling, "pictures", lambda *_, **__: [])


@pytest.mark.usefixtures("no_pictures")
@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("form", READABLE)
def test_it_is_shown_as_it_was_said_and_nothing_around_it_is_lost(form: Format, kind: str) -> None:
    text = HOSTILE[kind]
    data = exported(attacked(text), form)
    shown = seen(data, form)
    said = one_line(text)[:1900]
    assert shown.count(said) >= 6, kind
    at = shown.index(BEFORE)
    assert at < shown.index(said, at) < shown.index(AFTER, at), "Claims are in order, and none is swallowed."
    for one in _drafted().sections:
        assert one.title in shown
    numbers = cited(data, form)
    assert numbers.text == numbers.notes


@pytest.mark.usefixtures("no_pictures")
@pytest.mark.parametrize("kind", TRICKS)
@pytest.mark.parametrize("form", READABLE)
def test_what_plays_tricks_on_the_eye_is_made_visible(form: Format, kind: str) -> None:
    text, told = TRICKS[kind]
    data = exported(attacked(text), form)
    shown = seen(data, form)
    assert shown.count(told) >= 6 and not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u200b]", shown)


@pytest.mark.parametrize("form", [*READABLE, Format.JSON, Format.JIRA, Format.LINEAR, Format.GITHUB])
def test_half_a_character_breaks_no_file(form: Format) -> None:
    blueprint = _drafted()
    broken = blueprint.model_copy(
        update={"title": "a\ud800b", "epics": tuple(one.model_copy(update={"title": "a\ud800b"}) for one in blueprint.epics)}
    )
    data = exported(broken, form)
    text = seen(data, form) if form in READABLE else data.decode()
    assert ("a\ufffdb" in text or form is Format.GITHUB or "a?b" in text) and "\ud800" not in text
    if form is Format.JSON:
        assert BlueprintExport.model_validate_json(data).blueprint.title == "a\ufffdb"


@pytest.mark.usefixtures("no_pictures")
@pytest.mark.parametrize("kind", [*HOSTILE, *TRICKS])
@pytest.mark.parametrize("audience", [None, Audience.COMPLIANCE], ids=["everybody", "compliance"])
def test_a_page_holds_no_element_attribute_or_address_of_it(kind: str, audience: Audience | None) -> None:
    text = HOSTILE.get(kind) or TRICKS[kind][0]
    harmless, attack = (page_of(exported(one, Format.HTML, audience).decode()) for one in (attacked("harmless"), attacked(text)))
    assert attack.tags - {"wbr"} <= harmless.tags and attack.attributes <= harmless.attributes
    assert len([one for one in attack.links if not one.startswith("#")]) == 1


@pytest.mark.parametrize("kind", [*HOSTILE, *TRICKS])
def test_markdown_holds_no_link_picture_html_or_heading_of_it(kind: str) -> None:
    data = exported(attacked(HOSTILE.get(kind) or TRICKS[kind][0]), Format.MARKDOWN).decode()
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(data)
    kinds = [inner.type for token in tokens for inner in (token, *(token.children or ()))]
    assert not {"link_open", "image", "html_block", "html_inline", "code_inline", "blockquote_open", "fence", "code_block"} & set(kinds)
    plain = MarkdownIt("commonmark").enable("table").parse(exported(attacked("harmless"), Format.MARKDOWN).decode())
    for kind_of_token in ("heading_open", "tr_open", "td_open", "list_item_open"):
        assert kinds.count(kind_of_token) == sum(token.type == kind_of_token for token in plain), kind_of_token


@pytest.mark.parametrize("kind", ["html", "word field", "long", "control"])
def test_a_word_document_holds_no_field_link_or_foreign_part_of_it(kind: str) -> None:
    data = exported(attacked(HOSTILE.get(kind) or TRICKS[kind][0]), Format.WORD)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        for name in parts.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(parts.read(name))
            if name.endswith(".rels"):
                assert b"TargetMode" not in parts.read(name), "Nothing is loaded from elsewhere."
    document = document_of(data)
    fields = {one.text.strip() for one in document.element.xpath("//w:instrText")}
    assert fields == {r'TOC \o "1-1" \h \z'}
    assert len(document.core_properties.title) <= 255
    assert not document.element.xpath("//w:object | //w:altChunk")
