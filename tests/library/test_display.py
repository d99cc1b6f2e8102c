"""What notebooks show of results: trees of lines in which nothing that people said can act."""

from __future__ import annotations

import re
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from lxml import html
from markdown_it import MarkdownIt

from discovery_agent import assess, draft
from discovery_agent.discovery.evidence import Evidence
from discovery_agent.discovery.results import EngagementAnalysis
from discovery_agent.domain.findings import FindingKind, Kpi
from discovery_agent.domain.goals import GoalTree
from discovery_agent.library.display import SHOWN, outline
from discovery_agent.library.outline import Line, as_html, as_markdown, as_text
from tests.builders import amount, business_node, conversation, finding, kpi_node

HOSTILE = "<script>alert(1)</script> [x](javascript:alert(2)) **b** <img src=x onerror=alert(3)> $\\href{javascript:alert(4)}{x}$"


def shown(value: Any) -> str:
    return value._repr_html_()


def test_the_report_shows_goals_verdicts_questions_and_findings(osterby: EngagementAnalysis) -> None:
    page = html.fromstring(shown(osterby))
    text = page.text_content()
    tree = osterby.goal_tree
    for goal in (*tree.business_goals, *tree.unlinked_operational_goals):
        assert goal.statement in text
    assert osterby.decisions and all(one.statement in text for one in osterby.decisions.goals)
    assert osterby.findings[0].quotes[0].text in text
    assert "Verdicts" in text and "Ask next" in text


def test_each_result_has_html_markdown_and_plain_text(osterby: EngagementAnalysis) -> None:
    assert osterby.decisions
    decision = osterby.decisions.goals[0]
    case = assess(osterby)
    values = [
        osterby,
        osterby.goal_tree,
        osterby.decisions,
        decision,
        decision.necessity,
        case,
        case.readiness,
        osterby.findings[0],
        draft(osterby),
    ]
    told: Any = InteractiveShell.instance().display_formatter
    for value in values:
        if value is None:
            continue
        formats, _ = told.format(value)
        top = outline(value).text
        assert set(formats) >= {"text/html", "text/markdown", "text/plain"}
        assert formats["text/plain"].startswith(top) and top in html.fromstring(formats["text/html"]).text_content()
    assert {type(value) for value in values if value is not None} >= set(SHOWN) - {Evidence}


def test_what_is_shown_brings_no_script_no_address_and_no_colour_along(osterby: EngagementAnalysis) -> None:
    for value in (osterby, assess(osterby), draft(osterby)):
        page = html.fromstring(shown(value))
        assert {one.tag for one in page.iter()} <= {"div", "ul", "li", "span", "details", "summary"}
        assert {name for one in page.iter() for name in one.attrib} == {"style"}
        assert not re.search(r"color|background|url\(", shown(value)), "It has to be readable on light and on dark."


@pytest.mark.parametrize(
    "render", [as_html, lambda line: MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(as_markdown(line))]
)
def test_what_people_said_is_text_whatever_it_looks_like(render: Any) -> None:
    talk = conversation([(f"Ada {HOSTILE}", HOSTILE)])
    goal = finding(talk, FindingKind.BUSINESS_GOAL, HOSTILE, [(0, HOSTILE)])
    measured = kpi_node(HOSTILE, Kpi(metric=HOSTILE, target=amount(4, HOSTILE), deadline=HOSTILE), [goal])
    for value in (goal, GoalTree(business_goals=(business_node([goal], kpis=[measured]),))):
        page = html.fromstring(f"<div>{render(outline(value))}</div>")
        assert not {one.tag for one in page.iter()} & {"script", "img", "a"}
        assert "<script>alert(1)</script>" in page.text_content() and "**b**" in page.text_content()


def test_hidden_characters_are_shown_and_no_line_is_broken() -> None:
    line = Line("a\u202eb\nc\n- d", below=(Line("1. one"), Line("- two")))
    assert as_text(line) == "a⟦U+202E⟧b c - d\n  - 1. one\n  - - two"
    assert MarkdownIt().render(as_markdown(line)).count("<li>") == 2


def test_long_lists_can_be_unfolded_and_what_is_folded_is_left_out_of_plain_text() -> None:
    line = Line("Top", below=tuple(Line(f"line {number}") for number in range(60)))
    assert "20 more" in as_text(line) and "line 59" in as_html(line) and "<details>" in as_html(line)
    assert "secret" not in as_text(Line("Top", below=(Line("More", below=(Line("secret"),), folded=True),)))
