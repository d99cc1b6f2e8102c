"""What is wrong with a question: rules for the known mistakes of interviewers.

Each criterion is judged by words that can be shown, or not judged at all. What a rule calls bad must really be so: a criterion
is left alone where only the meaning could tell. English only; a question in another language gets no verdict but its length
and whether it was asked before.
"""

from discovery_agent.domain.question_check.check import check_question
from discovery_agent.domain.question_check.criteria import Criterion, CriterionVerdict, QuestionCheck, Verdict
from discovery_agent.domain.question_check.sentences import asking_sentences

__all__ = ["Criterion", "CriterionVerdict", "QuestionCheck", "Verdict", "asking_sentences", "check_question"]
