"""Writes docs/reference from the code: commands, API, settings, schemas, errors (`make docs`). A test holds the pages to it."""

from __future__ import annotations

import importlib
import inspect
import json
import re
import sys
from enum import Enum
from pathlib import Path
from typing import Any, get_args

import typer.main
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from discovery_agent import errors
from discovery_agent.cli.exit_codes import GATE_MEANINGS, MEANINGS, code_of
from discovery_agent.cli.main import app
from discovery_agent.settings import Settings
from discovery_agent.web.api import create_api
from discovery_agent.web.pace import Pace, Paces

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "reference"
WRITTEN = "<!-- Written by `make docs` from the code: change the code, not this page. -->\n\n"

_MODULES = """sessions keys engagements stakeholders conversations interviews findings results agreement knowledge jobs blueprints
reviews gates execution exports""".split()
_BY_DEPENDENCY = {"_owner": "owner", "_changed": "owner, lead", "_read": "owner, lead, reviewer"}
_INTERVIEW = "the stakeholder of the interview"
_BY_ROUTE = {
    "POST /sessions": "anybody with a link",
    "GET /session": "anybody with a key",
    "DELETE /session": "anybody with a session",
    "GET /engagements": "owner: all; lead, reviewer: their own",
    "GET /engagements/{engagement_id}/conversations/{conversation_id}/utterances": "owner, lead, reviewer, where it is not private",
    "POST /engagements/{engagement_id}/interviews": "owner, lead; a stakeholder for their own",
    "GET /conversations/{conversation_id}": f"{_INTERVIEW}; owner, lead, reviewer, where it is not private",
    "GET /engagements/{engagement_id}/findings": "owner, lead, reviewer, where they are not private",
    "GET /engagements/{engagement_id}/findings/{finding_id}": "owner, lead, reviewer, where it is not private",
    "PATCH /engagements/{engagement_id}/findings/{finding_id}": "owner, lead, where it is not private",
    "GET /agreement": "a stakeholder",
    "PUT /agreement/answer": "a stakeholder",
} | {f"POST /conversations/{{conversation_id}}/{act}": _INTERVIEW for act in ("opening", "turns", "resume", "stop", "recap", "release")}
"""Routes that look at the key themselves; every other one says by its dependencies who may call it."""


def pages() -> dict[str, str]:
    """Name of each page -> its text."""
    return {
        "cli.md": cli_page(),
        "api.md": api_page(),
        "settings.md": settings_page(),
        "schemas.md": schemas_page(),
        "errors.md": errors_page(),
    }


def settings_table() -> str:
    """Every setting as a Markdown table."""
    rows = ["| variable | meaning | default |", "|---|---|---|"]
    rows += [f"| `{row.variable}` | {row.meaning} | {row.default} |" for row in Settings.load().describe()]
    return "\n".join(rows)


def settings_page() -> str:
    """The settings, and the variables that other libraries read."""
    return f"""{WRITTEN}# Settings

All are environment variables. `discovery-agent doctor` shows what is set, what works, and what to do about the rest.

{settings_table()}

Beside them: `OPENAI_API_KEY` and `OPENAI_BASE_URL` of the model server, `DISCOVERY_CHROMIUM` for another browser that prints PDF, `DISCOVERY_KEY` for
commands of reviewers, and what PostgreSQL's client reads (`PGPASSFILE`, `PGSSLMODE`).
"""


def cli_page() -> str:
    """Every command with its arguments, options and exit codes."""
    root = typer.main.get_command(app)
    parts = [
        WRITTEN + "# Commands",
        "`discovery-agent COMMAND --help` says the same in the terminal. Exit codes are [the same for all](errors.md#exit-codes), "
        "except of `eval gate` and `doctor`, which say theirs.",
    ]
    for name, command in commands(root):
        parts += [f"## {name}", _prose(command.help or ""), _usage(name, command)]
        rows = [row for parameter in command.params if (row := _parameter(parameter))]
        if rows:
            parts.append("\n".join(["| argument or option | meaning | default |", "|---|---|---|", *rows]))
        own = command.epilog or ""
        if own and "everything was done" not in own:
            parts.append(own)
    return "\n\n".join(parts) + "\n"


def commands(command: Any, name: str = "discovery-agent") -> list[tuple[str, Any]]:
    """Every command below this one that does something, with its full name, in the order of the help.

    Typer carries its own copy of click and exports none of its types.
    """
    if not hasattr(command, "commands"):
        return [(name, command)]
    return [found for sub, one in command.commands.items() for found in commands(one, f"{name} {sub}")]


def _usage(name: str, command: Any) -> str:
    arguments = " ".join(_metavar(one) for one in command.params if one.param_type_name == "argument")
    return f"```text\n{' '.join(f'{name} [OPTIONS] {arguments}'.split())}\n```"


def _metavar(parameter: Any) -> str:
    if parameter.metavar:
        return parameter.metavar
    if parameter.param_type_name == "argument":
        return parameter.name.upper() if parameter.required else f"[{parameter.name.upper()}]"
    annotation = parameter.type_descriptor.annotation
    kind = get_args(annotation)[0] if get_args(annotation) else annotation
    if isinstance(kind, type) and issubclass(kind, Enum):
        return " or ".join(str(one.value) for one in kind)
    return {"str": "TEXT", "int": "NUMBER", "float": "NUMBER", "Path": "PATH", "datetime": "YYYY-MM-DD"}[kind.__name__]


def _parameter(parameter: Any) -> str | None:
    if parameter.name == "help" or parameter.hidden:
        return None
    if parameter.param_type_name == "argument":
        shown = f"`{_metavar(parameter)}`"
    else:
        names = ", ".join(f"`{one}`" for one in (*parameter.opts, *parameter.secondary_opts))
        shown = names if parameter.is_flag else f"{names} `{_metavar(parameter)}`"
    default = parameter.default
    plain = isinstance(default, str | int | float | Path | Enum) and not isinstance(default, bool) and default != ""
    value = "needed" if parameter.required else f"`{default.value if isinstance(default, Enum) else default}`" if plain else ""
    return f"| {_cell(shown)} | {_cell(parameter.help or '')} | {value} |"


def openapi() -> dict[str, Any]:
    """The document that a server gives at `/api/v1/openapi.json`."""
    return create_api(None, Pace(Paces())).openapi()  # pyright: ignore[reportArgumentType]  # describing it opens nothing


def api_page() -> str:
    """Every route: who may call it, what it takes, what it answers; and every object."""
    document = openapi()
    who = callers()
    parts = [
        WRITTEN + "# API",
        "The API is under `/api/v1`; a server describes itself at `/api/v1/openapi.json`. Beside it, `/v1` speaks to chat clients as OpenAI's API does, "
        "`/healthz` says that a server lives and `/readyz` that it can work.",
        _prose(document["info"]["description"]),
        "A route that is not allowed answers 403, one of another engagement 404. Besides the answers named below any route may answer 400, 401, 403, 404, 413, 415, "
        "422, 429, 500, 503 or 507 with a problem.",
    ]
    for tag in document["tags"]:
        parts += [f"## {tag['name']}", tag["description"]]
        for path, operations in document["paths"].items():
            for verb, operation in operations.items():
                if operation["tags"] == [tag["name"]]:
                    parts += _operation(f"{verb.upper()} {path}", operation, who)
    parts.append("## Objects")
    for name, schema in sorted(document["components"]["schemas"].items(), key=lambda item: _short(item[0])):
        parts += _object(_short(name), schema, level=3)
    return "\n\n".join(part for part in parts if part) + "\n"


def callers() -> dict[str, str]:
    """`VERB /path` -> who may call it."""
    found: dict[str, str] = {}
    for module in _MODULES:
        routes: list[BaseRoute] = importlib.import_module(f"discovery_agent.web.api.{module}").router.routes
        for route in routes:
            assert isinstance(route, APIRoute)
            names = {getattr(one.call, "__name__", "") for one in route.dependant.dependencies}
            by = next((_BY_DEPENDENCY[one] for one in _BY_DEPENDENCY if one in names), None)
            for verb in route.methods or ():
                key = f"{verb} {route.path}"
                found[key] = by or _BY_ROUTE[key]
    return found


def _operation(title: str, operation: dict[str, Any], who: dict[str, str]) -> list[str]:
    parts = [f"### {operation['summary']}", f"`{title}`", _prose(operation.get("description", "")), f"**Who**: {who[title]}."]
    rows: list[str] = []
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "query":
            needed = "" if parameter["required"] else ", may be left out"
            rows.append(f"| `{parameter['name']}` | {_type(parameter['schema'])}{needed} | {_cell(parameter.get('description', ''))} |")
    if rows:
        parts.append("\n".join(["| query | type | meaning |", "|---|---|---|", *rows]))
    if body := operation.get("requestBody"):
        kind, content = next(iter(body["content"].items()))
        parts.append(f"**Takes** {_type(content['schema'])}" + ("" if kind == "application/json" else f" as `{kind}`") + ".")
        for example in content["schema"].get("examples", ())[:1]:
            parts.append(f"```json\n{json.dumps(example, indent=2, ensure_ascii=False)}\n```")
    for code, answer in operation["responses"].items():
        if code.startswith("2"):
            kinds = answer.get("content") or {}
            given = next((_type(one["schema"]) for kind, one in kinds.items() if kind == "application/json" and "schema" in one), "")
            given = given or ", ".join(f"`{kind}`" for kind in kinds) or "nothing"
            parts.append(
                f"**Answers** {code}: {given}." + (" 409 if somebody changed it meanwhile." if "409" in operation["responses"] else "")
            )
    return parts


def _object(name: str, schema: dict[str, Any], *, level: int) -> list[str]:
    parts = [f"{'#' * level} {name}", _prose(schema.get("description", "") or schema.get("title", ""))]
    if "enum" in schema:
        parts.append("One of " + ", ".join(f"`{one}`" for one in schema["enum"]) + ".")
    if fields := schema.get("properties"):
        needed = set(schema.get("required", ()))
        rows = [
            f"| `{field}`{'' if field in needed else ' (may be left out)'} | {_type(one)} | {_cell(one.get('description', ''))} |"
            for field, one in fields.items()
        ]
        parts.append("\n".join(["| field | type | meaning |", "|---|---|---|", *rows]))
    return parts


def _type(schema: dict[str, Any], anchor: str = "#{}") -> str:
    if "$ref" in schema:
        name = _short(schema["$ref"].rsplit("/", 1)[-1])
        return f"[{name}]({anchor.format(slug(name))})"
    if one_of := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
        return " or ".join(_type(one, anchor) for one in one_of)
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}), anchor)}"
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"map to {_type(schema['additionalProperties'], anchor)}"
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return " or ".join(f"`{one}`" for one in schema["enum"])
    shown = str(schema.get("type", "anything"))
    return f"{shown} ({schema['format']})" if "format" in schema else shown


def _short(name: str) -> str:
    """The name of a schema without the modules that tell it from another of its name."""
    return name if "__" not in name else " of ".join(reversed(name.split("__")[-2:]))


def slug(heading: str) -> str:
    """The anchor of a heading, as the site and GitHub make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def schemas_page() -> str:
    """Every published JSON schema with its objects and fields."""
    parts = [
        WRITTEN + "# Schemas",
        "What the program writes and reads as JSON or YAML, as JSON schemas in `docs/schemas`. The tables of `analyze --format` are in [tables](../schemas/tables.md).",
    ]
    for path in sorted((ROOT / "docs" / "schemas").glob("*.schema.json")):
        schema = json.loads(path.read_text(encoding="utf-8"))
        name = path.name.removesuffix(".schema.json")
        parts += [f"## {name}", f"[`{path.name}`](../schemas/{path.name})" + (f", `{schema['$id']}`" if "$id" in schema else "")]
        inner = {"$defs": {}} | schema
        parts += [part for part in _fields_of(name, inner) if part]
        for definition, one in sorted(inner["$defs"].items()):
            parts += [part for part in _fields_of(name, one, definition) if part]
    return "\n\n".join(parts) + "\n"


def _fields_of(file: str, schema: dict[str, Any], definition: str = "") -> list[str]:
    anchor = f"#{file}-" + "{}"
    parts: list[str] = []
    if definition:
        parts.append(f'<a id="{file}-{slug(definition)}"></a>**{definition}**')
    parts.append(_prose(schema.get("description", "")))
    if "enum" in schema:
        parts.append("One of " + ", ".join(f"`{one}`" for one in schema["enum"]) + ".")
    if fields := schema.get("properties"):
        rows = [f"| `{field}` | {_type(one, anchor)} | {_cell(one.get('description', ''))} |" for field, one in fields.items()]
        parts.append("\n".join(["| field | type | meaning |", "|---|---|---|", *rows]))
    return parts


def errors_page() -> str:
    """Exit codes, and the errors behind them."""
    rows = [f"| {code.value} | {meaning} |" for code, meaning in MEANINGS.items()]
    gate = [f"| {code} | {meaning} |" for code, meaning in GATE_MEANINGS.items()]
    kinds = [one for one in vars(errors).values() if inspect.isclass(one) and issubclass(one, errors.DiscoveryError)]
    tree = re.search(r"\n( +DiscoveryError\n.*?)\n\n", errors.__doc__ or "", re.S)
    assert tree
    told = [
        f"| `{one.__name__}` | {_cell((one.__doc__ or '').strip())} | {int(code_of(one('x'))) if one is not errors.DiscoveryError else ''} |"
        for one in kinds
    ]
    return "\n".join(
        [
            WRITTEN + "# Errors and exit codes",
            "",
            "An error says what happened, where (file, line, field) and what to do. In the terminal that is two lines and an exit code; in the API it is a problem (RFC 9457) with",
            "`title`, `status`, `errors` and `request_id`, the number under which the server's log has more.",
            "",
            "## Exit codes",
            "",
            "| code | meaning |",
            "|---|---|",
            *rows,
            "",
            "`discovery-agent eval gate` has its own:",
            "",
            "| code | meaning |",
            "|---|---|",
            *gate,
            "",
            "## Errors",
            "",
            "In Python all are in `discovery_agent.errors`; who catches `DiscoveryError` catches all of them.",
            "",
            "```text",
            inspect.cleandoc("\n" + tree[1]),
            "```",
            "",
            "| error | meaning | exit code |",
            "|---|---|---|",
            *told,
            "",
        ]
    )


def _prose(text: str) -> str:
    return inspect.cleandoc(text).replace("<", "&lt;")


def _cell(text: str) -> str:
    return _one_line(text).replace("|", "\\|").replace("<", "&lt;")


def _one_line(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for page, text in pages().items():
        (FOLDER / page).write_text(text, encoding="utf-8")
    sys.exit(0)
