"""The rules analyst: findings from cue patterns, quantities, roles and similarity, with no language model.

It is the default when no model is configured, and the baseline that every prompt has to beat.

Reading order: `sentences` cuts turns into sentences, `modality` decides which of them assert something
about this organisation, `quantities`, `deadlines`, `metrics` and `metrics_from_context` read what is measured,
`metric_traits` what a measure's name tells of it, `parts` tells a target from a baseline, `kpis` follows the talk and
fills `measures`, `goals` and `statements` find the rest, `wording` puts findings into words, and `analyst` puts the
steps together.
"""

from discovery_agent.analysts.rules.analyst import RulesAnalyst

__all__ = ["RulesAnalyst"]
