"""What a reader of a Word document cannot see: text that is marked as hidden, white on white, or too small to read."""

from __future__ import annotations

from typing import Any, NamedTuple

from docx.oxml.ns import qn

_UNREADABLE = 4  # half-points: two points
_NEARLY_WHITE = 0xF7
_PLAIN_TABLES = {"", "TableGrid", "TableNormal"}
_LONGEST_CHAIN = 20


class _Look(NamedTuple):
    """What a run or style says of its letters; None where it says nothing."""

    vanish: bool | None = None
    white: bool | None = None
    tiny: bool | None = None
    shaded: bool = False

    def over(self, below: _Look) -> _Look:
        """This look, and where it says nothing the one below."""
        return _Look(
            below.vanish if self.vanish is None else self.vanish,
            below.white if self.white is None else self.white,
            below.tiny if self.tiny is None else self.tiny,
            self.shaded or below.shaded,
        )


class Sight(NamedTuple):
    """Where the eye is: the styles of the document, and what lies around and behind the text."""

    styles: dict[str, _Look]
    look: _Look = _Look()

    @classmethod
    def of(cls, document: Any) -> Sight:
        """That of a whole document of python-docx."""
        background = document.element.find(qn("w:background"))
        dark = background is not None and not _is_white(background.get(qn("w:color"), "auto"))
        return cls(_styles(document.styles.element), _Look(shaded=dark))

    def inside(self, element: Any) -> Sight:
        """That within an element: a table, a cell, a text box, a paragraph or a run."""
        return self._replace(look=self._look_of(element)) if element.tag in _LOOKS else self

    @property
    def sees(self) -> bool:
        """Whether text can be read here."""
        look = self.look
        return not (look.vanish or look.tiny or (look.white and not look.shaded))

    def _look_of(self, element: Any) -> _Look:
        look = self.look
        if element.tag == qn("w:txbxContent"):  # a text box may have any fill
            return look._replace(shaded=True)
        properties = element.find(qn(_LOOKS[element.tag]))
        if properties is None:
            return look
        if element.tag == qn("w:tbl"):
            style = _value(properties, "w:tblStyle")
            return look._replace(shaded=look.shaded or style not in _PLAIN_TABLES or _is_shaded(properties))
        named = _value(properties, "w:rStyle" if element.tag == qn("w:r") else "w:pStyle")
        below = self.styles.get(named, _Look()).over(look)
        if element.tag == qn("w:r"):
            return _look(properties).over(below)
        return below._replace(shaded=below.shaded or _is_shaded(properties))


_LOOKS = {
    qn("w:tbl"): "w:tblPr",
    qn("w:tc"): "w:tcPr",
    qn("w:p"): "w:pPr",
    qn("w:r"): "w:rPr",
    qn("w:txbxContent"): "",
}


def _styles(root: Any) -> dict[str, _Look]:
    """The look of each style by its id, what it is based on included."""
    own: dict[str, _Look] = {}
    above: dict[str, str] = {}
    for style in root.iterchildren(qn("w:style")):
        name = style.get(qn("w:styleId"), "")
        letters, paragraph = style.find(qn("w:rPr")), style.find(qn("w:pPr"))
        look = _look(letters) if letters is not None else _Look()
        own[name] = look._replace(shaded=look.shaded or (paragraph is not None and _is_shaded(paragraph)))
        above[name] = _value(style, "w:basedOn")
    whole: dict[str, _Look] = {}
    for name, look in own.items():
        base, steps = above[name], 0
        while base in own and steps < _LONGEST_CHAIN:
            look, base, steps = look.over(own[base]), above[base], steps + 1
        whole[name] = look
    return whole


def _look(properties: Any) -> _Look:
    vanish, size, color = properties.find(qn("w:vanish")), _value(properties, "w:sz"), properties.find(qn("w:color"))
    return _Look(
        vanish=None if vanish is None else vanish.get(qn("w:val"), "true") not in ("0", "false", "off"),
        white=None
        if color is None
        else _is_white(color.get(qn("w:val"), "")) or color.get(qn("w:themeColor")) in ("background1", "light1", "bg1"),
        tiny=int(size) <= _UNREADABLE if size.isdigit() else None,
        shaded=_is_shaded(properties) or properties.find(qn("w:highlight")) is not None,
    )


def _value(properties: Any, tag: str) -> str:
    found = properties.find(qn(tag))
    return "" if found is None else found.get(qn("w:val"), "")


def _is_shaded(properties: Any) -> bool:
    shade = properties.find(qn("w:shd"))
    if shade is None:
        return False
    fill = shade.get(qn("w:fill"), "auto")
    return shade.get(qn("w:themeFill")) is not None or not (fill.lower() == "auto" or _is_white(fill))


def _is_white(color: str) -> bool:
    """Whether a colour such as `FFFFFF` is hardly to be told from paper; `auto` is not: it is black."""
    try:
        return len(color) == 6 and all(int(color[at : at + 2], 16) >= _NEARLY_WHITE for at in (0, 2, 4))
    except ValueError:
        return False
