"""The words of a section without a model: those that rules composed it in, which stand already."""

from __future__ import annotations

from discovery_agent.analysts.protocol import SectionBrief, SectionWords


def words_of_rules(_brief: SectionBrief) -> SectionWords:
    """No other words: what rules composed is what they have to say."""
    return SectionWords(claims=())
