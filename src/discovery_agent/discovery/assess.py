"""The verdict for one short description of a case, the way a colleague would ask."""

from __future__ import annotations

import asyncio
from pathlib import Path

from discovery_agent.analysts.protocol import Extraction
from discovery_agent.analysts.rules.sentences import split_utterance
from discovery_agent.discovery.results import EngagementAnalysis
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.blueprint.departures import AI_WORDS
from discovery_agent.domain.conversation import Conversation, ConversationKind, Utterance, Value, content_id
from discovery_agent.domain.decisions import claims_of, ratings_of, telling_words
from discovery_agent.domain.findings import Finding, FindingKind, FindingStatus, UnverifiedFinding
from discovery_agent.domain.grounding import ground_all
from discovery_agent.domain.joining import join_duplicates
from discovery_agent.domain.necessity import NecessityAssessment, assess
from discovery_agent.domain.readiness import ReadinessAssessment, assess_readiness
from discovery_agent.errors import EmptyTranscript
from discovery_agent.models.usage import Usage
from discovery_agent.transcripts import read_transcript

# A file name is short and on one line; everything else is the description itself.
_LONGEST_NAME = 240


class CaseAssessment(Value):
    """The verdict for one described case, and what it rests on."""

    description: str
    analyst: str
    necessity: NecessityAssessment
    readiness: ReadinessAssessment | None
    findings: tuple[Finding, ...]
    unverified: tuple[UnverifiedFinding, ...] = ()
    usage: Usage = Usage()


async def assess_description(text: str, bench: Workbench) -> CaseAssessment:
    """Rate a description, check every quote, decide.

    Raises:
        EmptyTranscript: the text holds no words.
        ModelError: the configured model failed.
        SpendLimitReached: the cap on cost has no room.
    """
    if not any(character.isalnum() for character in text):
        raise EmptyTranscript("The description is empty.", remedy="Describe the case in a few sentences.")
    return await _assess(as_conversation(text), text, bench, whole=True)


async def assess_file(path: Path, bench: Workbench) -> CaseAssessment:
    """Like `assess_description`, for a description or a conversation in a file of any format that transcripts may have.

    Raises:
        TranscriptError: the file cannot be read or holds no words.
        ModelError: the configured model failed.
        SpendLimitReached: the cap on cost has no room.
    """
    return await assess_conversation(await asyncio.to_thread(read_transcript, path), bench)


def named_file(text: str) -> Path | None:
    """The file that `text` names, if it names one; a description in words names none.

    Raises:
        EmptyTranscript: it names a folder, or a file that is not there.
    """
    if len(text) > _LONGEST_NAME or "\n" in text:
        return None
    path = Path(text)
    if path.is_file():
        return path
    if path.is_dir():
        raise EmptyTranscript("This is a folder.", where=text, remedy="Name one file, or analyse the folder.")
    if path.suffix and " " not in text:
        raise EmptyTranscript("There is no such file.", where=text, remedy="Give a file, or the description itself in quotes.")
    return None


async def assess_conversation(conversation: Conversation, bench: Workbench) -> CaseAssessment:
    """The verdict for a whole conversation, as if it were about one case.

    Where speakers are named, what they say is told apart, so that two of them can contradict each other.

    Raises:
        EmptyTranscript: the conversation holds no words.
        ModelError: the configured model failed.
        SpendLimitReached: the cap on cost has no room.
    """
    text = "\n\n".join(utterance.text for utterance in conversation.utterances)
    if not any(utterance.speaker for utterance in conversation.utterances):
        return await assess_description(text, bench)
    return await _assess(conversation, text, bench, whole=False)


async def _assess(conversation: Conversation, text: str, bench: Workbench, *, whole: bool) -> CaseAssessment:
    """Rate, check, decide. Likeness to other cases is that of the `whole` text, or else of the words that show something:
    most of what is said in a meeting is not about the case."""
    shown = Extraction(proposals=())
    for window in bench.analyst.windows(conversation):
        part = await bench.analyst.rate(conversation, window, bench.tables)
        shown = Extraction(proposals=(*shown.proposals, *part.proposals), usage=shown.usage.plus(part.usage))
    return await asyncio.to_thread(_decided, conversation, text, bench, shown, whole=whole)


def _decided(conversation: Conversation, text: str, bench: Workbench, shown: Extraction, *, whole: bool) -> CaseAssessment:
    """What follows from the proposals. It checks every quote and compares texts, so it is for a thread."""
    checked = [ground_all(proposal, conversation, bench.analyst.name) for proposal in shown.proposals]
    findings = join_duplicates([one for one in checked if isinstance(one, Finding)])
    unverified = tuple(one for one in checked if isinstance(one, UnverifiedFinding))
    return _concluded(text, bench.analyst.name, findings, unverified, shown.usage, bench, whole=whole)


def assess_analysis(analysis: EngagementAnalysis, bench: Workbench) -> CaseAssessment:
    """The verdict for everything that was said in an engagement, as if it were about one case; nothing is read anew.

    Its decisions hold a verdict for each operational goal, which is finer where it is about several.

    Raises:
        DiscoveryError: a table is wrong.
    """
    said = "\n\n".join(one.text for each in analysis.conversations for one in each.conversation.utterances)
    shown = [one for one in analysis.findings if one.kind is FindingKind.CRITERION and one.status is not FindingStatus.REJECTED]
    unverified = tuple(one for one in analysis.unverified if one.proposal.kind is FindingKind.CRITERION)
    return _concluded(said, analysis.analyst, tuple(shown), unverified, analysis.usage, bench, whole=False)


def _concluded(
    text: str,
    analyst: str,
    findings: tuple[Finding, ...],
    unverified: tuple[UnverifiedFinding, ...],
    usage: Usage,
    bench: Workbench,
    *,
    whole: bool,
) -> CaseAssessment:
    ratings = ratings_of(findings)
    telling = without_wishes_for_ai(text) if whole else telling_words("", ratings)
    necessity = assess(bench.tables.ladder, ratings, bench.expect(telling) if bench.expect and telling else None)
    readiness = assess_readiness(bench.tables.readiness, necessity.solution, claims_of(findings)) if necessity.solution else None
    return CaseAssessment(
        description=text,
        analyst=analyst,
        necessity=necessity,
        readiness=readiness,
        findings=findings,
        unverified=unverified,
        usage=usage,
    )


def without_wishes_for_ai(text: str) -> str:
    """The sentences that name no AI. A wish for it is a position, and makes a case no more like those that need it, or do without.

    >>> without_wishes_for_ai("Staff print 40 letters a day. We want AI for this.")
    'Staff print 40 letters a day.'
    """
    sentences = (text[start:end] for start, end in split_utterance(text))
    return " ".join(sentence.strip() for sentence in sentences if not AI_WORDS.search(sentence))


def as_conversation(text: str) -> Conversation:
    """The description as a conversation in which nobody is named; one turn for each paragraph."""
    turns = [paragraph.strip() for paragraph in text.split("\n\n") if paragraph.strip()]
    return Conversation(
        id=content_id("c", text),
        title="Description",
        kind=ConversationKind.INTERVIEW,
        source="description",
        format="text",
        utterances=tuple(Utterance(index=at, speaker=None, text=turn) for at, turn in enumerate(turns)),
    )
