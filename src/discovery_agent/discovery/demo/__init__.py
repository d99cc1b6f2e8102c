"""The sample engagements: opened with their transcripts and people, and carried on as invented people of theirs would."""

from discovery_agent.discovery.demo.opening import Demo, open_demo
from discovery_agent.discovery.demo.story import carry_on

__all__ = ["Demo", "carry_on", "open_demo"]
