"""All criteria on one question."""

from __future__ import annotations

from collections.abc import Sequence

from discovery_agent.domain.conversation import Role
from discovery_agent.domain.question_check.criteria import Criterion, CriterionVerdict, QuestionCheck, Verdict
from discovery_agent.domain.question_check.form import closed, no_question, several_at_once, too_long
from discovery_agent.domain.question_check.leading import asks_for_solution, leading
from discovery_agent.domain.question_check.wording import asked_before, content_words, jargon, shared_words, technical

_SUBSTANTIAL = 4
"""An answer with fewer content words offers none to take up."""


def check_question(
    text: str, *, role: Role, answer: str | None = None, earlier: Sequence[str] = (), opening: bool = False
) -> QuestionCheck:
    """Judge what an interviewer says.

    `text` is everything said in one turn: acknowledgement, question, reason. `answer` is what the stakeholder said just before,
    whose words may be used whatever they are. `earlier` are the interviewer's earlier turns. An `opening` may be longer.

    >>> check_question("What is the target, and by when?", role=Role.SPONSOR)[Criterion.ONE_QUESTION].triggers
    ('and by when',)
    """
    said = answer or ""
    silent = bool(no_question(text))

    def judge(criterion: Criterion, triggers: tuple[str, ...], *, applies: bool = True) -> CriterionVerdict:
        if not applies:
            return CriterionVerdict(criterion=criterion, verdict=Verdict.NOT_JUDGED)
        return CriterionVerdict(criterion=criterion, verdict=Verdict.BAD if triggers else Verdict.GOOD, triggers=triggers)

    foreign = () if shared_words(text, said) else ("no word of the answer",)
    return QuestionCheck(
        text=text,
        verdicts=(
            judge(Criterion.ASKS, no_question(text)),
            judge(Criterion.ONE_QUESTION, several_at_once(text), applies=not silent),
            judge(Criterion.OPEN, closed(text), applies=not silent),
            judge(Criterion.SHORT, too_long(text, opening=opening)),
            judge(Criterion.NOT_LEADING, leading(text, said), applies=not silent),
            judge(Criterion.NO_SOLUTION, asks_for_solution(text), applies=not silent),
            judge(Criterion.PLAIN, jargon(text, said)),
            judge(Criterion.FITS_ROLE, technical(text, role, said), applies=role is not Role.UNKNOWN),
            judge(Criterion.OWN_WORDS, foreign, applies=len(content_words(said)) >= _SUBSTANTIAL),
            judge(Criterion.NOT_ASKED_BEFORE, asked_before(text, earlier), applies=bool(earlier)),
        ),
    )
