"""Pictures of a plan: readable, the same each time, harmless whatever stands in them, and whole whatever the plan."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date
from xml.etree import ElementTree

import pytest
from PIL import Image

from discovery_agent.discovery.drawing import (
    COLOURS_OF_PAGE,
    Picture,
    cash_flow_picture,
    gantt_pages,
    gantt_picture,
    kpi_picture,
    matrix_picture,
    tornado_picture,
)
from discovery_agent.discovery.drawing.picture import DARK, LIGHT, Ink, money, shortened
from discovery_agent.domain.blueprint.document import Blueprint, Epic, Plan
from discovery_agent.domain.planning.forecast import CashMonth, Forecast, TaskForecast, TornadoBar
from discovery_agent.domain.planning.work import Estimate, Stage, Task
from tests.domain.blueprint.drafts import draft_of

PAGES = {"light": ("#fcfbf8", "#ffffff"), "dark": ("#14191f", "#1b2229")}
"""Grounds that pictures stand on: those of the styles of pages and exports."""


@pytest.fixture(autouse=True)
def no_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")  # see the last test
        yield


@pytest.fixture(scope="module")
def several() -> Blueprint:
    return draft_of("several")


def plan_of(blueprint: Blueprint) -> Plan:
    assert blueprint.plan
    return blueprint.plan


def pictures_of(blueprint: Blueprint) -> list[Picture]:
    plan = plan_of(blueprint)
    currency = plan.inputs.currency
    return [
        gantt_picture(plan, blueprint.epics),
        *gantt_pages(plan, blueprint.epics),
        matrix_picture(blueprint.epics),
        cash_flow_picture(plan.forecast, currency),
        tornado_picture(plan.forecast, currency),
        kpi_picture(
            "Handling time",
            "minutes",
            [(date(2026, 5, 1), 13.0), (date(2026, 6, 1), 9.0)],
            baseline=(date(2026, 3, 1), 14.0),
            target=(date(2026, 9, 30), 4.0),
        ),
    ]


def texts(svg: str) -> list[str]:
    root = ElementTree.fromstring(svg)
    return ["".join(one.itertext()).strip() for one in root.iter() if one.tag.endswith("}text")]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lower, upper = sorted((luminance(one), luminance(other)))
    return (upper + 0.05) / (lower + 0.05)


@pytest.mark.parametrize(("ink", "scheme"), [(LIGHT, "light"), (DARK, "dark")], ids=["light", "dark"])
def test_what_is_drawn_can_be_told_from_the_page(ink: Ink, scheme: str) -> None:
    for ground in PAGES[scheme]:
        assert contrast(ink.text, ground) >= 7 and contrast(ink.quiet, ground) >= 4.5
        for name in ("main", "soft", "accent", "good", "bad"):
            assert contrast(getattr(ink, name), ground) >= 3, (name, ground)
    # The number of an epic stands on the main colour.
    assert contrast(ink.ground, ink.main) >= 4.5
    assert len(set(asdict(ink).values())) == len(asdict(ink))


def test_the_same_plan_gives_the_same_bytes(several: Blueprint) -> None:
    for one, other in zip(pictures_of(several), pictures_of(several), strict=True):
        assert one.svg() == other.svg() and one.svg(dark=True) == other.svg(dark=True) and one.page_svg() == other.page_svg()
    plan = plan_of(several)
    assert matrix_picture(several.epics).png() == matrix_picture(several.epics).png()
    assert cash_flow_picture(plan.forecast, "EUR").png() == cash_flow_picture(plan.forecast, "EUR").png()


def test_text_stays_text_and_each_picture_tells_itself_in_words(several: Blueprint) -> None:
    for picture in pictures_of(several):
        svg = picture.svg()
        root = ElementTree.fromstring(svg)
        assert root.get("role") == "img" and "max-width:100%" in (root.get("style") or "")
        assert [one.text for one in root[:2]] == [picture.title, picture.words] and len(picture.words) > 10
        assert "sans-serif" in svg and "<metadata" not in svg and "<?xml" not in svg
    tasks = texts(gantt_picture(plan_of(several), several.epics).svg())
    assert "Write the rules down with those who know them" in tasks and "May 26" in tasks and "no slack" in tasks


def test_light_and_dark_differ_in_colours_only_and_a_page_can_set_them(several: Blueprint) -> None:
    for picture in pictures_of(several):
        light, dark, page = picture.svg(), picture.svg(dark=True), picture.page_svg()
        assert re.sub(r"#[0-9a-f]{6}", "", light) == re.sub(r"#[0-9a-f]{6}", "", dark)
        used = set(re.findall(r"(?:fill|stroke): (#[0-9a-f]{6})", dark))
        assert used <= set(asdict(DARK).values())
        assert re.sub(r"var\(--picture-\w+, (#[0-9a-f]{6})\)", r"\1", page) == light
        assert set(re.findall(r"--picture-\w+", page)) <= set(re.findall(r"--picture-\w+", COLOURS_OF_PAGE))


def test_several_pictures_on_one_page_share_no_name(several: Blueprint) -> None:
    seen: set[str] = set()
    for picture in pictures_of(several):
        svg = picture.svg()
        names = re.findall(r'\bid="([^"]+)"', svg)
        assert names and not seen.intersection(names)
        assert set(re.findall(r'(?:url\(#|href="#)([^")]+)', svg)) <= set(names)
        seen.update(names)


@pytest.mark.parametrize("dark", [False, True])
def test_no_title_becomes_markup_or_a_formula_or_breaks_the_picture(several: Blueprint, dark: bool) -> None:
    titles = (
        "</text><script>alert(1)</script>",
        "$\\frac{1}{2}$ of 5$",
        "a\x00b\x1b[31m \ufffe \ud800",
        "\N{RIGHT-TO-LEFT OVERRIDE}tfird",
        "x" * 5000,
        "会議の時間を短縮する" * 30,
        "تقليل وقت الاجتماع",
        "fill: #1b2530 &amp; \"'",
        "",
    )
    plan = plan_of(several)
    tasks = tuple(task.model_copy(update={"title": titles[at % len(titles)]}) for at, task in enumerate(plan.tasks))
    epics = tuple(epic.model_copy(update={"title": titles[at % len(titles)]}) for at, epic in enumerate(several.epics))
    bars = tuple(bar.model_copy(update={"name": titles[at % len(titles)]}) for at, bar in enumerate(plan.forecast.tornado))
    forecast = plan.forecast.model_copy(update={"tornado": bars})
    for picture in (
        gantt_picture(plan.model_copy(update={"tasks": tasks}), epics),
        matrix_picture(epics),
        tornado_picture(forecast, "E$R"),
        gantt_picture(plan.model_copy(update={"tasks": tasks}), epics, narrow=True),
        tornado_picture(forecast, "E$R", narrow=True),
        kpi_picture(titles[0], titles[1], [(date(2026, 5, 1), 13.0)]),
    ):
        svg = picture.svg(dark=dark)
        root = ElementTree.fromstring(svg)
        kinds = {one.tag.rpartition("}")[2] for one in root.iter()}
        assert not kinds & {"script", "a", "image", "foreignObject", "iframe"}
        assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in svg and "\x1b" not in svg
        assert Image.open(io.BytesIO(picture.png())).size[0] > 500
    shown = texts(gantt_picture(plan.model_copy(update={"tasks": tasks}), ()).svg(dark=dark))
    assert "</text><script>alert(1)</script>" in shown and "$\\frac{1}{2}$ of 5$" in shown and "تقليل وقت الاجتماع" in shown
    assert "fill: #1b2530 &amp; \"'" in shown
    assert any(one.startswith("会議の時間") and one.endswith("…") for one in shown) and any(one.startswith("xxxx") for one in shown)


def _long(plan: Plan, count: int) -> Plan:
    tasks = tuple(
        Task(
            id=f"t{at}",
            title=f"Task {at}",
            stage=Stage.BUILD,
            role=plan.inputs.roles[0].id,
            estimate=Estimate(optimistic=1, likely=2, pessimistic=3),
            epic_id=f"e{at // 60}",
        )
        for at in range(count)
    )
    forecasts = tuple(
        TaskForecast(
            task_id=task.id,
            start=at,
            end=at + 2,
            end_p50=at + 2,
            end_p80=at + 3,
            slack=at % 2,
            critical=at % 2 == 0,
            critical_share=0.5,
        )
        for at, task in enumerate(tasks)
    )
    return plan.model_copy(update={"tasks": tasks, "forecast": plan.forecast.model_copy(update={"tasks": forecasts})})


def _epics(plan: Plan, several: Blueprint) -> list[Epic]:
    ids = dict.fromkeys(task.epic_id for task in plan.tasks)
    return [several.epics[0].model_copy(update={"id": one, "title": f"Epic {one}"}) for one in ids]


def test_of_three_hundred_tasks_the_screen_shows_the_first_and_says_so_and_paper_shows_all(several: Blueprint) -> None:
    plan = _long(plan_of(several), 300)
    epics = _epics(plan, several)
    whole = gantt_picture(plan, epics)
    assert "Only the first 120 rows are drawn" in whole.words and "300 tasks" in whole.words
    drawn = texts(whole.svg())
    assert "Task 0" in drawn and "Task 299" not in drawn
    pages = gantt_pages(plan, epics)
    shown = [texts(page.svg()) for page in pages]
    assert [one for page in shown for one in page if one.startswith("Task ")] == [f"Task {at}" for at in range(300)]
    assert len(pages) > 5 and pages[1].title == f"Roadmap, part 2 of {len(pages)}"
    for page, picture in zip(shown, pages, strict=True):
        rows = [one for one in page if one.startswith(("Task ", "Epic "))]
        assert rows[0].startswith("Epic ") and rows[-1].startswith("Task "), "A heading stands above its tasks."
        width, height = Image.open(io.BytesIO(picture.png())).size
        assert height < 1.35 * width
    assert len({tuple(one for one in page if re.fullmatch(r"[A-Z]\w\w \d\d", one)) for page in shown}) == 1, "The months are the same."


def _forecast(several: Blueprint, **changes: object) -> Forecast:
    return plan_of(several).forecast.model_copy(update=changes)


@pytest.mark.parametrize("size", [0.0, 1e-3, 5e3, 1e15])
def test_no_sum_is_too_large_or_too_negative(several: Blueprint, size: float) -> None:
    months = tuple(CashMonth(month=at, build=size, run=size / 2, effect=0, total=-1.5 * size * at) for at in range(1, 13))
    bars = (TornadoBar(name="Rate", low_input=1, high_input=2, at_low=-size, at_high=-3 * size),)
    forecast = _forecast(several, months=months, tornado=bars, payback_month=None, missing=(), twelve_month_result=-2 * size)
    cash, tornado = cash_flow_picture(forecast, "EUR"), tornado_picture(forecast, "EUR")
    assert "It does not pay back" in cash.words and f"{-18 * size:,.0f} EUR" in cash.words
    for picture in (cash, tornado):
        assert "EUR" in " ".join(texts(picture.svg()))
        assert picture.png().startswith(b"\x89PNG")


def _empty_gantt(several: Blueprint) -> Picture:
    plan = plan_of(several)
    return gantt_picture(plan.model_copy(update={"tasks": (), "forecast": _forecast(several, tasks=())}), ())


@pytest.mark.parametrize(
    "made",
    [
        lambda _: matrix_picture(()),
        lambda several: cash_flow_picture(_forecast(several, months=(), payback_month=None), "EUR"),
        lambda several: tornado_picture(_forecast(several, tornado=(), twelve_month_result=None), "EUR"),
        lambda _: kpi_picture("Handling time", "minutes", []),
        _empty_gantt,
    ],
    ids=["no epics", "no months", "no assumption", "not measured", "no tasks"],
)
def test_a_picture_of_nothing_says_so_and_is_whole(several: Blueprint, made: Callable[[Blueprint], Picture]) -> None:
    picture = made(several)
    assert ElementTree.fromstring(picture.svg()).tag.endswith("svg") and picture.png().startswith(b"\x89PNG")
    assert re.search(r"no |nothing|0 tasks", picture.words, re.IGNORECASE) and ".." not in picture.words


def test_a_target_without_a_date_has_its_line_and_no_way_to_it() -> None:
    measured = [(date(2026, 5, 1), 13.0), (date(2026, 6, 9), 9.0)]
    picture = kpi_picture("Handling time", "minutes", measured, baseline=(date(2026, 3, 1), 14.0), target=(None, 4.0))
    drawn = texts(picture.svg())
    assert "target 4" in drawn and "planned way" not in drawn
    assert "9 Jun 2026: 9 minutes. Baseline: 14 minutes on 1 Mar 2026. Target: 4 minutes." in picture.words


def test_many_epics_in_one_cell_are_counted(several: Blueprint) -> None:
    epics = [several.epics[0].model_copy(update={"id": f"e{at}"}) for at in range(30)]
    assert "and 18 more" in texts(matrix_picture(epics).svg())


def test_sums_and_labels_are_short_and_right() -> None:
    assert [money(one) for one in (0, 950, -950, 12_500, 1_250_000, -3e9, 2e12, 1e15)] == [
        "0",
        "950",
        "-950",
        "12.5k",
        "1.25M",
        "-3bn",
        "2tn",
        "1,000tn",
    ]
    assert shortened("Write the rules down\nwith those who know them", 60) == "Write the rules down with those who know them"
    assert shortened("Write the rules down with those who know them", 30) == "Write the rules down with …"
    assert shortened("x" * 50, 10) == "xxxxxxxxx…"


def test_letters_that_no_font_has_are_drawn_without_a_word_on_the_console() -> None:
    program = (
        "from datetime import date; from discovery_agent.discovery.drawing import kpi_picture\n"
        "one = kpi_picture('会議', '会議', [(date(2026, 5, 1), 13.0)]); one.svg(); one.png(); print('drawn')"
    )
    done = subprocess.run([sys.executable, "-W", "default", "-c", program], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr.strip()) == ("drawn", "")


def test_a_target_without_a_day_and_a_measurement_shows_no_invented_times() -> None:
    drawn = kpi_picture("Handling time", "minutes", [], target=(None, 3.0)).svg()
    assert "target 3" in drawn and ":00" not in drawn and "Jan" not in drawn


def test_what_is_drawn_for_a_phone_is_narrow_and_leaves_no_name_out(several: Blueprint) -> None:
    plan = plan_of(several)
    pairs = (
        (gantt_picture(plan, several.epics), gantt_picture(plan, several.epics, narrow=True)),
        (tornado_picture(plan.forecast, "EUR"), tornado_picture(plan.forecast, "EUR", narrow=True)),
        (cash_flow_picture(plan.forecast, "EUR"), cash_flow_picture(plan.forecast, "EUR", narrow=True)),
    )
    for wide, narrow in pairs:
        svg = narrow.svg()
        width = float(re.findall(r'viewBox="0 0 ([\d.]+) ', svg)[0])
        assert width < 300 < float(re.findall(r'viewBox="0 0 ([\d.]+) ', wide.svg())[0])
        assert (wide.title, wide.words) == (narrow.title, narrow.words)
        told = [one.strip() for one in texts(svg)]
        assert {one.strip() for one in texts(wide.svg()) if len(one.strip()) > 9} <= set(told)


def test_a_kpi_whose_day_is_past_before_the_plan_starts_is_drawn_without_days_that_nobody_named() -> None:
    past = kpi_picture("Handling time", "minutes", [], baseline=(date(2027, 1, 4), 9.0), target=(date(2026, 9, 30), 3.0))
    drawn = texts(past.svg())
    assert "baseline 9" in drawn and "target 3" in drawn
    assert not [one for one in drawn if re.search(r"\d:\d|19\d\d|20\d\d|Jan", one)]
