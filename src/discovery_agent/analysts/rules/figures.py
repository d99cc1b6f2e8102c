"""Plain figures that are neither KPI nor budget: "six thousand claims a month", "it's five days".

They bear on the verdict and its economics, and two people may differ on them.
"""

from __future__ import annotations

from collections.abc import Sequence

from discovery_agent.analysts.rules.criteria import UNBELIEVED
from discovery_agent.analysts.rules.metric_traits import usual_direction_of_count
from discovery_agent.analysts.rules.modality import Doubt, Modality
from discovery_agent.analysts.rules.sentence_model import Judgement
from discovery_agent.analysts.rules.sentences import Sentence
from discovery_agent.analysts.rules.wording import plain_statement
from discovery_agent.domain.findings import FindingKind, ProposedFinding, ProposedQuote
from discovery_agent.domain.told_figures import Told, ToldFigure, told_figures

CONFIDENCE = 0.5
# A plan may be abandoned; that there are so many of something may not.
_UNBELIEVED = tuple(doubt for doubt in UNBELIEVED if doubt is not Doubt.ABANDONED)
# A sentence that states a KPI or a constraint this clearly is found as one.
FOUND_ELSEWHERE = 0.6


def figures_in(sentences: Sequence[Sentence], modalities: Sequence[Modality], kinds: Sequence[Judgement]) -> list[ProposedFinding]:
    """One proposal for each believed sentence that tells a figure, in the order of saying."""
    found: list[ProposedFinding] = []
    for sentence, modality, judged in zip(sentences, modalities, kinds, strict=True):
        told = told_figures(sentence.text)
        is_kpi = judged[FindingKind.KPI.value] >= FOUND_ELSEWHERE and not any(_is_amount_of_work(figure) for figure in told)
        if is_kpi or judged[FindingKind.CONSTRAINT.value] >= FOUND_ELSEWHERE or modality.has(*_UNBELIEVED) or not told:
            continue
        text = sentence.utterance.text[sentence.start : sentence.end]
        quote = ProposedQuote(utterance_id=sentence.utterance.id, text=text, speaker=sentence.speaker)
        found.append(
            ProposedFinding(kind=FindingKind.CRITERION, statement=plain_statement(sentence), confidence=CONFIDENCE, quotes=(quote,))
        )
    return found


def _is_amount_of_work(figure: ToldFigure) -> bool:
    """Whether it says how many there are of what nobody minds having: it is no KPI, however much it sounds like one."""
    return figure.kind is Told.VOLUME and usual_direction_of_count(figure.named) is None
