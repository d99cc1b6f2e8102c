"""Before a round: drafts to choose from, the lead's own wording, and whom to ask."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from discovery_agent.discovery.access import INVITE_DAYS, invite
from discovery_agent.discovery.agreement import Askable, askable, check_objective, composed_objective, open_round, propose_objective
from discovery_agent.discovery.report.wording import ROLE_LABELS, day, plural
from discovery_agent.domain.agreement.objective import LONGEST_TEXT, Candidate, ObjectivePart, Refusal
from discovery_agent.domain.agreement.proposal import Proposal
from discovery_agent.domain.agreement.standing import Agreement
from discovery_agent.domain.engagement import Engagement, StakeholderRecord
from discovery_agent.domain.findings import FindingStatus
from discovery_agent.web.ui.agreement.statement import Citations, show_parts, show_statement
from discovery_agent.web.ui.controls import Values, button, field, form, text_area
from discovery_agent.web.ui.elements import Piece, badge, div, empty, fold, heading, link, name, p, span, words_of
from discovery_agent.web.ui.engagement.said import place_of
from discovery_agent.web.ui.people.given_link import show_link
from discovery_agent.web.ui.visit import Visit

_ASK = "ask-"
_PLACES = 3
_ENTRIES = 100
_CORRECTIONS = {f"finding.{status.value}" for status in (FindingStatus.CORRECTED, FindingStatus.REJECTED)}


class Drafting:
    """The next draft on the lead's page."""

    def __init__(self, visit: Visit, engagement: Engagement, agreement: Agreement, again: Callable[[], Awaitable[None]]) -> None:
        self._visit = visit
        self._engagement = engagement
        self._agreement = agreement
        self._again = again
        self._box = fold(
            "Open the matter again with a new round" if agreement.ended else f"Prepare round {len(agreement.rounds) + 1}",
            classes="drafting",
            opened=not agreement.ended,
        )
        with self._box:
            self._place = div()

    async def load(self) -> None:
        """Show the newest drafts, if they were made since the last round, and the form."""
        composition = await composed_objective(self._visit.workspace, self._engagement.id)
        self._place.clear()
        with self._place:
            if composition is None:
                with empty("Nothing to compose an objective from yet", "Nobody has stated a goal or a KPI."), div("line"):
                    link("Invite people", f"/engagements/{self._engagement.id}/people", "button")
                return
            proposal = await self._proposal()
            with p("", "line"):
                button(self._visit, "Draft it again" if proposal else "Draft the objective", self._propose, "" if proposal else "main")
                span("Rules compose it from what was said; a model, if one is configured, may word it otherwise.", "quiet small")
            if proposal is None:
                return
            citations = await Citations.of(self._visit.workspace, self._engagement.id, proposal.draft)
            show_parts(proposal.draft, citations)
            _note(proposal)
            if await self._corrected_since(proposal):
                p("These drafts were made before a finding behind them was corrected or struck. Draft it again.", "warning")
            elif composition.draft.text != proposal.draft.text:
                p("What is known has changed since these drafts were made. Draft it again.", "warning")
            self._candidates(proposal, citations)
            first = next((one.text for one in proposal.draft.candidates if one.stands), proposal.draft.text)
            self._form(first, await askable(self._visit.workspace, self._engagement.id))

    async def _proposal(self) -> Proposal | None:
        async with self._visit.workspace.database.reading() as unit:
            latest = await unit.proposals.latest(self._engagement.id)
        return latest if latest is not None and latest.after == len(self._agreement.rounds) else None

    async def _corrected_since(self, proposal: Proposal) -> bool:
        """Whether somebody corrected or struck a finding that the drafts stand on after they were made."""
        cited = {finding for part in proposal.draft.parts for finding in part.findings}
        offset = 0
        async with self._visit.workspace.database.reading() as unit:
            while True:  # newest first, and no further back than the drafts
                entries, _ = await unit.audit.list(self._engagement.id, offset, _ENTRIES)
                for one in entries:
                    if one.at < proposal.at:
                        return False
                    if one.action in _CORRECTIONS and one.subject in cited:
                        return True
                if len(entries) < _ENTRIES:
                    return False
                offset += _ENTRIES

    async def _propose(self) -> None:
        await propose_objective(self._visit.workspace, self._engagement.id, self._visit.principal)
        if self._place.is_deleted:  # the page was drawn again meanwhile, before there were these drafts
            await self._again()
        else:
            await self.load()

    def _candidates(self, proposal: Proposal, citations: Citations) -> None:
        heading(3, "Drafts to choose from")
        with Piece("ol", "", "candidates"):
            for one in proposal.draft.candidates:
                with Piece("li", "", "box" if one.stands else "box refused"):
                    self._candidate(one, proposal, citations)

    def _candidate(self, one: Candidate, proposal: Proposal, citations: Citations) -> None:
        with p("", "line"):
            badge("rules" if one.proposed_by == "rules" else one.proposed_by)
            badge("stands", "good") if one.stands else badge("refused", "clash")
            span(plural(len(one.text.split()), "word"), "quiet small")
        show_statement(proposal.draft.model_copy(update={"text": one.text}), citations, "wording")
        if not one.stands:
            show_refusals(one.refusals, proposal.draft.parts, citations)
        else:

            async def take() -> None:
                self._visit.run("put", "objective-text", one.text)

            button(self._visit, "Take this wording", take, "slim")

    def _form(self, text: str, people: list[Askable]) -> None:
        async def put(values: Values) -> None:
            refused.clear()
            text = values.get("text", "")
            if refusals := await check_objective(self._visit.workspace, self._engagement.id, text):
                newest = await composed_objective(self._visit.workspace, self._engagement.id)
                parts = newest.draft.parts if newest else ()
                drafts = (newest.draft,) if newest else ()
                citations = await Citations.of(self._visit.workspace, self._engagement.id, *drafts)
                with refused, div("trouble", role="alert"):
                    p("The rules refuse this wording:", "strong")
                    show_refusals(refusals, parts, citations)
                return
            asked = [one.person.id for one in people if _ASK + one.person.id in values]
            await open_round(
                self._visit.workspace,
                self._engagement.id,
                self._visit.principal,
                text=text,
                asked=asked,
                after=len(self._agreement.rounds),
            )
            self._visit.run("forget", draft)
            self._visit.say("The round is open.")
            await self._again()

        draft = f"objective-{self._engagement.id}-{len(self._agreement.rounds)}"
        heading(3, "What you put to them")
        with form(self._visit, put, "fields", aria_label="Open a round"):
            refused = div()
            with field("The draft", "Take one of the drafts, or change the words: the same rules check yours."):
                text_area("text", text, "grow", id="objective-text", required=True, maxlength=LONGEST_TEXT, data_draft=draft)
            with Piece("fieldset"):
                Piece("legend", "Whom do you ask?")
                self._people(people)
            with p():
                Piece("button", "Put it to them", "button main", type="submit")

    def _people(self, people: list[Askable]) -> None:
        if not people:
            with p("", "quiet"):
                span("There are no stakeholders yet. ")
                link("Add people", f"/engagements/{self._engagement.id}/people")
        last = set(self._agreement.latest.asked) if self._agreement.latest else None
        with Piece("ul", "", "whom"):
            for one in people:
                with Piece("li", "", "line"):
                    if one.invited:
                        ticked = last is None or one.person.id in last
                        with Piece("label", "", "check"):
                            checked = {"^checked": "" if ticked else None}
                            Piece("input", "", "", type="checkbox", name=_ASK + one.person.id, **checked)
                            _who(one.person)
                    else:
                        _who(one.person)
                        badge("no link yet", "warn")
                        self._invite(one.person)

    def _invite(self, person: StakeholderRecord) -> None:
        async def make() -> None:
            await self._visit.may(self._engagement.id, write=True)
            key, secret = await invite(self._visit.workspace, self._engagement.id, person.id, days=INVITE_DAYS, actor=self._visit.actor)
            until = f" It works until {day(key.expires_at)}." if key.expires_at else ""
            show_link(self._visit, f"Link for {person.name}", secret, f"Send it to {person.name} only.{until}")
            await self.load()

        button(self._visit, "Make a link", make, "slim", aria_label=f"Make a link for {person.name}")


def show_refusals(refusals: Sequence[Refusal], parts: Sequence[ObjectivePart], citations: Citations) -> None:
    """Why the rules refuse a statement; a figure that it lacks leads to where it was said, and can be corrected or struck there."""
    by_id = {part.id: part for part in parts}
    with Piece("ul", "", "refusals"):
        for one in refusals:
            with Piece("li"):
                words_of(one.why, "span")
                part = by_id.get(one.part_id or "")
                for quote in citations.quotes(part)[:_PLACES] if part else ():
                    span(" ")
                    where = place_of(citations.engagement_id, quote)
                    link("Correct or strike it", where, aria_label=f"Correct or strike what was found in: {quote.text[:80]}")


def _note(proposal: Proposal) -> None:
    if proposal.note:
        words_of(proposal.note, classes="warning")


def _who(person: StakeholderRecord) -> None:
    with Piece("span"):
        name(person.name)
        known = [one for one in (ROLE_LABELS[person.role], person.department) if one]
        if known:
            span(f" {' · '.join(known)}", "quiet small")
