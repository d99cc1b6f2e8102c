"""The rules analyst: findings from cue patterns, quantities, roles and similarity, with no language model.

It is the default when no model is configured, and the baseline that every prompt has to beat.

Reading order: `sentences` cuts turns into sentences, `modality` decides which of them assert something
about this organisation, `quantities` reads numbers with units and deadlines, `goals`, `kpis` and
`statements` propose findings, `analyst` puts the steps together.
"""

from discovery_agent.analysts.rules.analyst import RulesAnalyst

__all__ = ["RulesAnalyst"]
