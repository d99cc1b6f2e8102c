"""What is documented is what there is."""

from __future__ import annotations

import re
from pathlib import Path

from discovery_agent.telemetry.metrics import Metrics

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"


def test_the_table_of_metrics_holds_every_metric_with_its_kind_and_labels_and_no_other() -> None:
    documented = dict(re.findall(r"^\| `(discovery_\w+)` \| (\w+) \|", OPERATIONS.read_text(encoding="utf-8"), re.MULTILINE))
    made = Metrics()
    there = {
        f"{one.name}_total" if one.type == "counter" else "discovery_build_info" if one.type == "info" else one.name: one.type
        for one in made.registry.collect()
        if one.name.startswith("discovery_")
    }
    assert documented == there | {"discovery_build_info": "gauge"}
    labels = {
        name: re.findall(r"`(\w+)`", row)
        for name, row in re.findall(r"^\| `(discovery_\w+)` \| \w+ \|([^|]*)\|", OPERATIONS.read_text(encoding="utf-8"), re.MULTILINE)
    }
    for instrument in vars(made).values():
        if hasattr(instrument, "_labelnames"):
            name = instrument._name + ("_total" if instrument._type == "counter" else "")
            assert tuple(labels[name]) == tuple(instrument._labelnames), name
