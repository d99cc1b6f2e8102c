"""A picture that can be had as SVG or PNG, with words for those who do not see it."""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING, Any

from discovery_agent.discovery.report.wording import visible

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PHONE = 3.7
"""How many inches wide a picture for a phone is, whose letters are then as large there as those around it."""
_PNG_DPI = 160
_HEAD = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
_SIZE = re.compile(r'(<svg[^>]*?) width="([\d.]+)pt" height="([\d.]+)pt"')
_TAG = re.compile(r"<[^>]*>")
_COLOUR = re.compile(r"#[0-9a-f]{6}\b")
_NAMED = re.compile(r'\b(id="|href="#|url\(#)')
_FONT = "'DejaVu Sans'"
_FONTS_LIKE_IT = f"{_FONT}, Verdana, sans-serif"
_MISSING = "Glyph .* missing from font"
_MARKUP = re.compile(r"[\ud800-\udfff\ufffe\uffff]")
# Scripts that the built-in font lacks; the first that is installed draws them in PNG. In SVG the reader's own fonts do.
_OTHER_SCRIPTS = (
    ("Noto Sans CJK SC", "Noto Sans CJK JP", "Microsoft YaHei", "PingFang SC", "Hiragino Sans", "WenQuanYi Zen Hei"),
    ("Noto Sans Devanagari", "Nirmala UI"),
    ("Noto Sans Thai", "Leelawadee UI"),
)


@dataclass(frozen=True)
class Ink:
    """Colours of a picture, those of the pages. All but those of the grid and the ground have a contrast of at least 3 to 1 against it."""

    text: str
    quiet: str
    grid: str
    main: str
    soft: str
    accent: str
    good: str
    bad: str
    ground: str


LIGHT = Ink("#1b2530", "#55606c", "#d9d8d2", "#0e7f96", "#5b8fa0", "#8a4b00", "#1d6b3c", "#a4231c", "#ffffff")
DARK = Ink("#e7ebef", "#a5b0bb", "#343e48", "#4fb3c8", "#4f8795", "#f2b866", "#7fce9b", "#ff9d93", "#1b2229")


def _declared(ink: Ink) -> str:
    return " ".join(f"--picture-{name}: {colour};" for name, colour in asdict(ink).items())


COLOURS_OF_PAGE = (
    f":root {{ {_declared(LIGHT)} }} @media screen and (prefers-color-scheme: dark) {{ :root:not(.paper) {{ {_declared(DARK)} }} }}"
)
"""Styles for a page that shows pictures of `page_svg`. The class `paper` on its root keeps light colours."""


@dataclass(frozen=True)
class Picture:
    """One picture. `words` tell what it shows to those who do not see it; `caption` is what everybody needs to read it."""

    title: str
    words: str
    paint: Callable[[Ink], Figure]
    """Draws it with given colours."""
    caption: str = ""

    def svg(self, *, dark: bool = False) -> str:
        """An `<svg>` element that scales with its box, holding its title and words; text stays text."""
        return self._coloured(DARK if dark else LIGHT)

    def page_svg(self) -> str:
        """The same in the colours that the page sets (`COLOURS_OF_PAGE`), so that one element serves light and dark."""
        return self._coloured(None)

    def png(self) -> bytes:
        """The same on white, for paper."""
        out = io.BytesIO()
        self.paint(LIGHT).savefig(out, format="png", dpi=_PNG_DPI, facecolor=LIGHT.ground, metadata={"Software": None})
        return out.getvalue()

    def _coloured(self, ink: Ink | None) -> str:
        """Drawn in light colours, which are then replaced; nothing is laid out twice."""
        figure = self.paint(LIGHT)
        out = io.StringIO()
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
        drawn = _METADATA.sub("", _HEAD.sub("", out.getvalue(), count=1))
        drawn = _SIZE.sub(r'\1 role="img" style="width:\2pt;max-width:100%;height:auto"', drawn, count=1)
        colours = {
            colour: f"var(--picture-{name}, {colour})" if ink is None else getattr(ink, name) for name, colour in asdict(LIGHT).items()
        }
        # Several pictures stand on one page: names within one are its own.
        told = f"{self.title}\n{self.words}".encode("utf-8", "replace")
        own = f"p{sha256(told).hexdigest()[:8]}-"

        def tag(found: re.Match[str]) -> str:
            plain = _COLOUR.sub(lambda one: colours.get(one.group(), one.group()), found.group())
            return _NAMED.sub(lambda one: one.group() + own, plain).replace(_FONT, _FONTS_LIKE_IT)

        drawn = _TAG.sub(tag, drawn)
        words = f"<title>{escape(drawable(self.title))}</title><desc>{escape(drawable(self.words))}</desc>"
        at = drawn.index(">") + 1
        return f"{drawn[:at]}{words}{drawn[at:]}".strip()


@cache
def _settings() -> None:
    """Prepare the library once: text stays text in SVG, names are never read as formulas, the same picture has the same bytes."""
    import logging
    import warnings

    import matplotlib
    from matplotlib.font_manager import fontManager

    # Letters that no font has are shown by the reader's own; there is nothing to warn of.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", message=_MISSING)
    there = set(fontManager.get_font_names())
    others = [next(name for name in names if name in there) for names in _OTHER_SCRIPTS if there.intersection(names)]
    matplotlib.rcParams.update(
        {
            "svg.fonttype": "none",
            "svg.hashsalt": "discovery-agent",
            "text.parse_math": False,
            "font.family": ["DejaVu Sans", *others],
            "font.size": 9,
        }
    )


def sheet(ink: Ink, width: float, height: float, *, margins: tuple[float, float, float, float] | None = None) -> tuple[Figure, Any]:
    """An empty figure of that many inches with one pair of axes in these colours.

    `margins` are inches left, right, above and below the axes; without them they are found by measuring all that is drawn, which
    takes long where there is much.
    """
    _settings()
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout=None if margins else "constrained")
    axes: Any = figure.add_subplot()
    if margins:
        left, right, above, below = margins
        figure.subplots_adjust(left=left / width, right=1 - right / width, top=1 - above / height, bottom=below / height)
    axes.set_facecolor("none")
    axes.tick_params(colors=ink.quiet, labelcolor=ink.text, length=0)
    for name, spine in axes.spines.items():
        spine.set_visible(name == "bottom")
        spine.set_color(ink.grid)
    axes.set_axisbelow(True)
    return figure, axes


def inches_of(texts: list[str], size: float, *, bold: bool = False) -> float:
    """How wide the widest of some texts is, drawn at that many points."""
    _settings()
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")
    # Only the longest can be the widest; wide letters beat narrow ones by less than half.
    longest = sorted(texts, key=len, reverse=True)[:8]
    return max((text_to_path.get_text_width_height_descent(text, font, ismath=False)[0] for text in longest), default=0.0) / 72


def drawable(text: str) -> str:
    """The text with nothing in it that a picture cannot hold or that plays tricks on the eye."""
    return _MARKUP.sub("\N{REPLACEMENT CHARACTER}", visible(text))


def shortened(text: str, longest: int) -> str:
    """A label that fits, on one line."""
    line = " ".join(drawable(text).split())
    if len(line) <= longest:
        return line
    words = textwrap.shorten(line, longest, placeholder=" …")
    return words if len(words) > longest // 2 else f"{line[: longest - 1]}…"


def money(value: float) -> str:
    """A sum for an axis: 950, 12.5k, 1.25M, 3bn."""
    size = abs(value)
    for least, name in ((1e12, "tn"), (1e9, "bn"), (1e6, "M"), (1e4, "k")):
        if size >= least:
            scaled = value / (least if name != "k" else 1e3)
            return f"{f'{scaled:,.2f}'.rstrip('0').rstrip('.')}{name}"
    return f"{value:,.0f}"
