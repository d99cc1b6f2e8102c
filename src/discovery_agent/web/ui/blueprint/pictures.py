"""The pictures of a version: drawn beside the event loop, kept by what they show, in light and dark."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Literal

from discovery_agent.discovery.drawing import Picture, cash_flow_picture, gantt_picture, matrix_picture, tornado_picture
from discovery_agent.domain.blueprint.document import Blueprint, Epic
from discovery_agent.web.ui.elements import Piece, div

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
_NARROW = "-narrow"
"""How the drawing of a picture for a phone is called, where it has one of its own."""
_PHONE = "(max-width: 46rem)"
_DARK = "(prefers-color-scheme: dark)"
_KEPT = 60
"""Pictures that are kept; one has some 50 to 300 kB."""


def pictures_of(blueprint: Blueprint) -> dict[str, Picture]:
    """The pictures of a version by name: those for which there is something to draw."""
    found: dict[str, Picture] = {}
    if blueprint.epics:
        found["matrix"] = matrix_picture(blueprint.epics)
    if blueprint.plan is not None:
        forecast, currency = blueprint.plan.forecast, blueprint.plan.inputs.currency
        if forecast.tasks:
            found["roadmap"] = gantt_picture(blueprint.plan, blueprint.epics)
            found[f"roadmap{_NARROW}"] = gantt_picture(blueprint.plan, blueprint.epics, narrow=True)
        if forecast.months:
            found["cash-flow"] = cash_flow_picture(forecast, currency)
            found[f"cash-flow{_NARROW}"] = cash_flow_picture(forecast, currency, narrow=True)
        if forecast.tornado:
            found["tornado"] = tornado_picture(forecast, currency)
            found[f"tornado{_NARROW}"] = tornado_picture(forecast, currency, narrow=True)
    return found


def drawn_from(blueprint: Blueprint) -> str:
    """The same for versions whose pictures look the same."""
    seen = sha256()
    for epic in blueprint.epics:
        seen.update(_drawn(epic).encode("utf-8", "surrogatepass"))
    if blueprint.plan is not None:
        seen.update(blueprint.plan.model_dump_json().encode("utf-8", "surrogatepass"))
    return seen.hexdigest()[:20]


def _drawn(epic: Epic) -> str:
    return f"{epic.id}\x1f{epic.title}\x1f{epic.value}\x1f{epic.risk}\x1f{epic.mvp}\x1e"


class DrawnPictures:
    """Pictures that were drawn. One is drawn at a time: drawing takes a second of a core, which is the server's, too."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, ...], bytes] = OrderedDict()
        self._drawing = asyncio.Lock()

    def find(self, key: tuple[str, ...]) -> bytes | None:
        """A picture that was drawn before."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    async def draw(self, key: tuple[str, ...], picture: Callable[[], Picture | None], scheme: Scheme) -> bytes | None:
        """The picture, drawn at most once however many ask for it at once; None if there is none."""
        async with self._drawing:
            if (found := self.find(key)) is not None:
                return found

            def work() -> bytes | None:
                made = picture()
                return None if made is None else made.svg(dark=scheme == "dark").encode("utf-8", "replace")

            drawn = await asyncio.to_thread(work)
            if drawn is not None:
                self._kept[key] = drawn
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
            return drawn


class Pictures:
    """The pictures of one version, for a page to show."""

    def __init__(self, blueprint: Blueprint, pictures: Mapping[str, Picture], drawn_from: str) -> None:
        self._base = f"/engagements/{blueprint.engagement_id}/blueprint/{blueprint.number}/pictures/{drawn_from}"
        self._pictures = pictures

    @classmethod
    async def of(cls, blueprint: Blueprint) -> Pictures:
        """What there is to show of a version. It is looked through beside the event loop, which a long plan would hold up."""

        def look() -> tuple[dict[str, Picture], str]:
            return pictures_of(blueprint), drawn_from(blueprint)

        return cls(blueprint, *await asyncio.to_thread(look))

    def show(self, name: str, classes: str = "wide-picture") -> None:
        """A picture in a box of its own, which scrolls where it is wider than the page; its words are its alternative text."""
        picture = self._pictures.get(name)
        if picture is None:
            return
        with div(f"picture {classes}", tabindex="0", role="group", aria_label=picture.title), Piece("picture"):
            if f"{name}{_NARROW}" in self._pictures:
                self._source(f"{name}{_NARROW}", "dark", f"{_PHONE} and {_DARK}")
                self._source(f"{name}{_NARROW}", "light", _PHONE)
            self._source(name, "dark", _DARK)
            Piece(
                "img",
                "",
                "",
                src=self._address(name, "light"),
                alt=f"{picture.title}. {picture.words}"[:1500],
                decoding="async",
                loading="lazy",
            )

    def _source(self, name: str, scheme: Scheme, media: str) -> None:
        Piece("source", "", "", srcset=self._address(name, scheme), media=media)

    def _address(self, name: str, scheme: Scheme) -> str:
        return f"{self._base}/{name}-{scheme}.svg"
