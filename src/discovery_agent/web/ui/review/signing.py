"""Signing a version: what exactly is signed, asked once more before it is done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from discovery_agent.discovery.report.wording import day, plural
from discovery_agent.discovery.reviewing import LONGEST_REASON, sign
from discovery_agent.domain.gates import BEFORE_SIGNING
from discovery_agent.domain.review import Concern
from discovery_agent.web.ui.controls import Values, button, closer, dialog, field, form, text_area, text_input
from discovery_agent.web.ui.elements import Piece, div, fold, link, name, p, span, words_of
from discovery_agent.web.ui.review.looking import Look
from discovery_agent.web.ui.review.words import listed
from discovery_agent.web.ui.visit import Visit


class Signing:
    """The signature of the newest version on one open page."""

    def __init__(self, visit: Visit, engagement_id: str, again: Callable[[], Awaitable[None]]) -> None:
        self._visit = visit
        self._engagement_id = engagement_id
        self._again = again
        self._place = div("stack box sign-box")

    def show(self, look: Look) -> None:
        """Show how it stands."""
        self._look = look
        stands = look.standing
        self._place.clear()
        with self._place:
            if stands.signed is not None:
                with p("", "strong"):
                    span(f"Version {stands.number} was signed by ")
                    name(stands.signed.signer)
                    span(f" on {day(stands.signed.at)}.")
                if stands.signed.words:
                    words_of(stands.signed.words, "blockquote", "quote")
                for one in stands.signed.although:
                    with div("despite"):
                        p(f"Signed although {one.what[:1].lower()}{one.what[1:]}.", "strong")
                        words_of(one.reason, "blockquote", "quote")
                        _lacks(one)
                _hash(stands.signed.content_hash)
                p("Whatever is changed from now on makes a new version, which nobody has signed.", "quiet")
                return
            if stands.lacking:
                p(f"Not yet: {plural(len(stands.lacking), 'thing is', 'things are')} lacking, listed at the top of this page.")
            elif stands.concerns:
                p(f"Everything is approved. Something speaks against signing version {stands.number} all the same:", "strong")
            else:
                p(f"Nothing is lacking: version {stands.number} can be signed.", "strong")
            for one in stands.concerns:
                with div("despite"):
                    with p("", "line"):
                        span(f"{one.what}.")
                        link(*self._remedy(one))
                    _lacks(one)
            _hash(stands.content_hash)
            if not self._visit.writes:
                p("The owner or a lead signs.", "quiet")
            elif stands.may_be_signed:
                with p():
                    button(self._visit, f"Sign version {stands.number} ...", self._ask, "main")

    def _remedy(self, one: Concern) -> tuple[str, str]:
        """Where something is done about a concern: words and address."""
        here = f"/engagements/{self._engagement_id}"
        if one.id in BEFORE_SIGNING:
            return "See what it lacks", f"{here}/gates#{one.id}"
        return "Say who must approve", f"{here}/review#reviewers"

    async def _ask(self) -> None:
        look = self._look
        stands = look.standing

        async def signed(values: Values) -> None:
            await sign(
                self._visit.workspace,
                self._engagement_id,
                stands.number,
                stands.content_hash,
                self._visit.principal,
                values.get("words", ""),
                name=values.get("name", ""),
                although={one.id: values.get(f"although:{one.id}", "") for one in stands.concerns},
            )
            box.delete()
            self._visit.say(f"Version {stands.number} is signed.")
            await self._again()

        with self._visit.client.content, dialog(f"Sign version {stands.number}?") as box:
            words_of(look.blueprint.title, classes="strong")
            p("You sign exactly this content. It can never be changed; an edit makes a new version, which is a draft again.")
            _hash(stands.content_hash)
            p("Approved by:", "quiet")
            with Piece("ul", "", "signed-what"):
                for one in stands.sections:
                    with Piece("li"):
                        words_of(one.title, "span")
                        span(f": {listed(one.approved_by)}", "quiet")
                if stands.choices:
                    with Piece("li"):
                        span(f"{plural(len(stands.choices), 'choice')}")
                        people = tuple(dict.fromkeys(name for one in stands.choices for name in one.approved_by))
                        span(f": {listed(people)}", "quiet")
            with form(self._visit, signed, "fields"):
                if not stands.signs_as:
                    with field("Your name", "Your link names a role and no person; a signature names one."):
                        text_input("name", maxlength=120, autocomplete="name", required=True)
                for one in stands.concerns:
                    with field(f"{one.what}. Why is it signed all the same?", "It stays with the signature, and stands in every export."):
                        text_area(f"although:{one.id}", maxlength=LONGEST_REASON, required=True)
                with field("A word with it", "It stays with the signature. You may leave it empty."):
                    text_area("words", maxlength=2000)
                with div("actions"):
                    closer(box, "Not yet")
                    Piece("button", f"Yes, sign version {stands.number}", "button main", type="submit")
        self._visit.run("open", box.id)


def _lacks(one: Concern) -> None:
    with fold("What is missing", str(len(one.lacks))), Piece("ul", "", "small"):
        for each in one.lacks:
            words_of(each, "li")


def _hash(content_hash: str) -> None:
    with p("", "small hash"):
        span("Content: ", "quiet")
        Piece("code", content_hash)
