"""The second pass: the files of each conversation, `report.json`, and the lists that run through all conversations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TextIO

from discovery_agent.discovery.report.finding_view import FindingView, index_findings
from discovery_agent.discovery.report.large import report_json
from discovery_agent.discovery.report.large.overview import Gleaned
from discovery_agent.discovery.report.large.pages import Book, Heading, Listing
from discovery_agent.discovery.report.large.plan import FINDINGS, SIZES, Plan, kind_list
from discovery_agent.discovery.report.large.shelf import Shelf
from discovery_agent.discovery.report.large.survey import Talk
from discovery_agent.discovery.report.markdown import conversation_markdown
from discovery_agent.discovery.report.transcript_view import FailedView, transcript_view
from discovery_agent.discovery.report.view import UnverifiedView, unverified_view
from discovery_agent.discovery.report.wording import plural
from discovery_agent.discovery.results import BatchAnalysis, ConversationAnalysis
from discovery_agent.domain.conversation import ReadingNote


@dataclass(frozen=True, slots=True)
class Found:
    """What one conversation gave."""

    findings: tuple[FindingView, ...]
    first: int
    """Number of the first finding."""
    claims: tuple[UnverifiedView, ...]
    failed: tuple[FailedView, ...]

    def finding(self, number: int) -> FindingView:
        """The finding of that number."""
        return self.findings[number - self.first]


class _Lists:
    """Lists that grow while the conversations go by."""

    def __init__(self, book: Book, plan: Plan) -> None:
        self._findings = {
            kind: Listing[FindingView](
                book,
                kind_list(kind),
                Heading(label, f"{count:,} in the order of the conversations", "findings"),
                "findings",
                count,
                FINDINGS,
            )
            for kind, label, count in plan.kinds
        }
        self._has_claims, self._has_failed = plan.has_pages("unverified"), plan.has_pages("failed")
        totals = plan.totals
        claims = Heading("Claims without proof", "Proposed, but the words offered as proof do not hold. They count nowhere.", "limits")
        failed = Heading("Stretches that could not be read", "The same command again tries them alone.", "limits")
        notes = Heading("Reading notes", "What the readers of the files skipped or repaired", "notes")
        self._claims = Listing[UnverifiedView](book, "unverified", claims, "claims", totals["unverified"], SIZES["unverified"])
        self._failed = Listing[FailedView](book, "failed", failed, "unread", totals["failed"], SIZES["failed"])
        self._notes = Listing[tuple[str, str, ReadingNote]](book, "notes", notes, "notes", totals["notes"], SIZES["notes"])

    def add(self, found: Found, talk: Talk, analysis: ConversationAnalysis) -> None:
        for finding in found.findings:
            self._findings[finding.kind].add(finding)
        for claim in found.claims if self._has_claims else ():
            self._claims.add(claim)
        for failed in found.failed if self._has_failed else ():
            self._failed.add(failed)
        for note in analysis.conversation.notes:
            self._notes.add((talk.anchor, talk.source, note))

    def close(self) -> None:
        for listing in (*self._findings.values(), self._claims, self._failed, self._notes):
            listing.close()


def write_conversations(batch: BatchAnalysis, plan: Plan, book: Book, shelf: Shelf) -> Gleaned:
    """Go through the conversations; gives what the overview shows of them."""
    gleaned, lists = Gleaned(), _Lists(book, plan)
    with book.staging.open("report.json") as file:
        file.write(report_json.head(batch))
        for talk, analysis in zip(plan.survey.talks, batch.conversations, strict=True):
            found = _write(analysis, talk, plan, book, file)
            for view, source in zip(found.findings, analysis.findings, strict=True):
                shelf.put(view, source)
            lists.add(found, talk, analysis)
            gleaned.take(found.findings, found.claims, found.failed)
        for piece in report_json.tail(batch):
            file.write(piece)
    lists.close()
    return gleaned


def _write(analysis: ConversationAnalysis, talk: Talk, plan: Plan, book: Book, report: TextIO) -> Found:
    """The page, the Markdown and the JSON of one conversation, and its line in `report.json`."""
    index = index_findings((analysis,), first_conversation=talk.number, first_finding=talk.first_finding)
    transcript = transcript_view(analysis, talk.number, index)
    known = {utterance.id for utterance in analysis.conversation.utterances}
    claims = tuple(unverified_view(one, talk.number, talk.title, known) for one in analysis.unverified)
    found = Found(index.all, talk.first_finding, claims, transcript.failed)
    text = analysis.model_dump_json()
    report.write(f"{',' if talk.number > 1 else ''}\n{text}")
    book.staging.write(f"{talk.stem}.json", text + "\n")
    book.staging.write(f"{talk.stem}.md", conversation_markdown(transcript, index.all, claims, plan.cover.analyst))
    lead = (talk.date, talk.source, plural(transcript.speakers, "speaker"), plural(talk.words, "word"), plural(talk.findings, "finding"))
    talks = plan.survey.talks
    book.inner(
        talk.page,
        Heading(talk.title, " · ".join(fact for fact in lead if fact), "conversations"),
        "conversation",
        view=found,
        talk=transcript,
        kinds=index.by_kind(),
        claims=claims,
        previous=talks[talk.number - 2] if talk.number > 1 else None,
        following=talks[talk.number] if talk.number < len(talks) else None,
    )
    return found
