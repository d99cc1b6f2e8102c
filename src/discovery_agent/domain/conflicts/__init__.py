"""Where what stakeholders said cannot all be true, each conflict with both quotes and its crux.

A conflict needs two speakers: one person who gives two figures has corrected themselves. It is `apparent` if the
words differ but both can hold, and `real` if they cannot.
"""

from discovery_agent.domain.conflicts.finding import find_conflicts
from discovery_agent.domain.conflicts.kpis import same_date
from discovery_agent.domain.conflicts.model import Conflict, ConflictKind, ConflictSide

__all__ = ["Conflict", "ConflictKind", "ConflictSide", "find_conflicts", "same_date"]
