"""What new conversations changed: confirmed, completed, contradicted, superseded, added, withdrawn, and the verdicts that moved.

Two assessments are compared by what they rest on. The ids of goals and KPIs change as findings join them, so a node is the
same as an earlier one if they share a finding. Of the earlier assessment only its `Standing` is needed, which is small.
"""

from discovery_agent.domain.changes.comparison import change_report
from discovery_agent.domain.changes.report import ChangeReport, Completed, Moved, NewConversation, Node, Reason, Superseded
from discovery_agent.domain.changes.standing import Standing, StandingConflict, StandingNode, StandingVerdict, standing_of

__all__ = [
    "ChangeReport",
    "Completed",
    "Moved",
    "NewConversation",
    "Node",
    "Reason",
    "Standing",
    "StandingConflict",
    "StandingNode",
    "StandingVerdict",
    "Superseded",
    "change_report",
    "standing_of",
]
