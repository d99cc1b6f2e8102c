"""What is said about a measure beside its figures: by when, who owns it, how it is measured, which way it should move."""

from __future__ import annotations

import re
from collections.abc import Sequence

from discovery_agent.analysts.rules.deadlines import find_deadlines
from discovery_agent.analysts.rules.measures import Measure
from discovery_agent.analysts.rules.metric_traits import overlap
from discovery_agent.analysts.rules.modality import Doubt, Modality
from discovery_agent.analysts.rules.parts import DOWN, STAYS, UP, WANTED, Part
from discovery_agent.analysts.rules.sentences import Sentence
from discovery_agent.domain.findings import Direction

_OWNER = re.compile(
    r"\b(?:i|(?P<name>[^\W\d_]+(?: [^\W\d_]+)?),?) (?:own|owns|am responsible for|is responsible for|'m accountable for|is accountable for|'d own|will own|would own|carries|signs? for"
    r"|(?:will |'ll |would |'d )?answers? for|put my name (?:on|to|under)) (?:(?:that|this|it)\b(?: number| figure| kpi| target| one)?(?! \w+ (?:list|file|form|system|process)\b)|the (?:number|figure|kpi|target|measure)\b)"
)
_NO_OWNER = re.compile(
    r"(?:nobody|no one|none|somebody|someone|anybody|anyone|everybody|everyone|who|which|that|it|he|she|you)\b", re.IGNORECASE
)
_MEASURED = re.compile(
    r"\b(?:(?:we|i|they|it's|it is|that's|that is)(?: can| already| would)? (?:measure|measured|track|tracked|count|counted|read|pull|pulled|take|report|reported|log|logged)(?: it| that| this| them)?(?: off| out)? (?:in|by|from|with|via|every|using|through|on)|"
    r"(?:(?:i|we|they|you) (?:get|have|take|pull|read) (?:the|that|this) (?:number|figure|figures|numbers|value)|(?:number|figure|that|it|data) comes) (?:straight |out )?(?:from|of|out of))\s+([^.?!;,]{3,60})"
)

_COUNTED = re.compile(
    r"\b(?:we|i|they|you can) (?:already |can |always )?(?:measure|track|count|log) (?:the|our|all|all the) (?P<what>(?:[a-z-]+ ){0,3}?[a-z-]+) "
    r"(?:in|from|with|via|by|using|through) (?P<means>[^.?!;,]{3,60})"
)


def attach_deadline(
    measures: Sequence[Measure], sentence: Sentence, modality: Modality, touched: Sequence[Measure], *, asked_when: bool
) -> bool:
    """Give a date of the sentence to the measure it is about, one it aims at or the latest with an aim; whether there is a date."""
    deadlines = find_deadlines(sentence.text)
    if not deadlines or modality.has(Doubt.NEGATED):
        return False
    aimed = [measure for measure in touched if measure.slots.keys() & {Part.TARGET, Part.CHANGE}]
    refers = re.search(r"\b(?:that|it|this|those|both)\b", sentence.low) and WANTED.search(sentence.low)
    opens = deadlines[0].lead <= 4
    if not aimed and not touched and (refers or opens or asked_when or len(sentence.plain.split()) <= 8):
        recent = [
            measure
            for measure in measures
            if sentence.turn - measure.last_turn <= 4
            and measure.slots.keys() & {Part.TARGET, Part.CHANGE}
            and (measure.deadline is None or _made_exact(measure.deadline, deadlines[-1].text, sentence))
        ]
        # What was aimed at in one breath is due on one day.
        aimed = [measure for measure in recent if measure.target_sentence() is recent[-1].target_sentence()]
    for measure in aimed:
        if measure.deadline is None or modality.retracts_previous or _made_exact(measure.deadline, deadlines[-1].text, sentence):
            measure.deadline = (deadlines[-1].text, sentence)
    return True


_EXACT = re.compile(
    r"\d|\b(?:january|february|march|april|may|june|july|august|september|october|november|december|q[1-4]|christmas|easter)\b",
    re.IGNORECASE,
)


def _made_exact(said: tuple[str, Sentence], text: str, sentence: Sentence) -> bool:
    """Whether the same person, in the same turn, names the day that was vague: "Before the summer season. End of May." """
    return said[1].turn == sentence.turn and said[1] is not sentence and bool(_EXACT.search(text)) and not _EXACT.search(said[0])


def attach_owner_and_means(measures: Sequence[Measure], sentence: Sentence, touched: Sequence[Measure]) -> None:
    """Give who owns a measure and how it is measured to the measure last spoken of."""
    if _attach_named_count(measures, sentence):
        return
    recent = touched or [one for one in measures[-3:] if sentence.turn - one.last_turn <= 3][-1:]
    if not recent:
        return
    owner = _OWNER.search(sentence.low)
    if owner:
        start, end = owner.span("name") if owner.group("name") else (0, 0)
        words = sentence.text[start:end].split()
        name = sentence.speaker if not words or words[-1] == "I" else " ".join(word for word in words if word[:1].isupper())
        if name and words[-1:] not in (["We"], ["They"]) and not _NO_OWNER.match(name):
            recent[-1].owner = (name, sentence)
    means = _MEASURED.search(sentence.low)
    if means:
        recent[-1].measured_by = (sentence.text[means.start(1) : means.end(1)].strip(), sentence)


def _attach_named_count(measures: Sequence[Measure], sentence: Sentence) -> bool:
    """ "I count the returned parcels from the log" says how returned parcels are measured, however long ago they were spoken of."""
    counted = _COUNTED.search(sentence.low)
    measure = next((one for one in reversed(measures) if counted and overlap(counted["what"], one.metric.name) >= 0.5), None)
    if counted is None or measure is None:
        return False
    if measure.measured_by is None:
        measure.measured_by = (sentence.text[counted.start("means") : counted.end("means")].strip(), sentence)
    return True


def note_direction(measure: Measure, part: Part, low: str) -> None:
    """Which way the words say that the measure should move."""
    if part is Part.BASELINE:
        return
    if STAYS.search(low) and part is Part.TARGET:
        measure.direction = Direction.MAINTAIN
        return
    down, up = bool(DOWN.search(low)), bool(UP.search(low))
    if down != up:
        measure.direction = Direction.DECREASE if down else Direction.INCREASE
