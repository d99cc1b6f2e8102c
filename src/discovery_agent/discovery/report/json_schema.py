"""The published JSON schemas of `report.json`, of the files in `conversations/`, and of a blueprint as JSON; and the columns of the tables.

`python -m discovery_agent.discovery.report.json_schema [folder]` writes them, by default to `docs/schemas`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pydantic import BaseModel

from discovery_agent.discovery.exporting.as_json import SCHEMA_VERSION as BLUEPRINT_VERSION
from discovery_agent.discovery.exporting.as_json import BlueprintExport
from discovery_agent.discovery.results import SCHEMA_VERSION, ConversationAnalysis, EngagementAnalysis
from discovery_agent.discovery.tabular.schema import documentation

SCHEMAS: dict[str, type[BaseModel]] = {
    "engagement-analysis": EngagementAnalysis,
    "conversation-analysis": ConversationAnalysis,
    "blueprint": BlueprintExport,
}
_VERSIONS = {"blueprint": BLUEPRINT_VERSION}


def schema_text(name: str) -> str:
    """The schema of that name as it is published; every field that the program always writes is required."""
    body = SCHEMAS[name].model_json_schema(mode="serialization")
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:discovery-agent:{name}:{_VERSIONS.get(name, SCHEMA_VERSION)}",
    }
    return json.dumps({**head, **body}, indent=2, ensure_ascii=False) + "\n"


def write_schemas(folder: Path) -> tuple[Path, ...]:
    """Write every schema as `<name>.schema.json`, and the columns of the tables as `tables.md`."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = folder / "tables.md"
    tables.write_text(documentation(), encoding="utf-8")
    paths: list[Path] = [tables]
    for name in SCHEMAS:
        path = folder / f"{name}.schema.json"
        path.write_text(schema_text(name), encoding="utf-8")
        paths.append(path)
    return tuple(paths)


if __name__ == "__main__":
    for written in write_schemas(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/schemas")):
        print(written)
