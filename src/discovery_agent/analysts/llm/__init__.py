"""The analyst that asks a language model."""

from __future__ import annotations

from discovery_agent.analysts.llm.analyst import LLMAnalyst
from discovery_agent.analysts.llm.estimate import Estimate

__all__ = ["Estimate", "LLMAnalyst"]
