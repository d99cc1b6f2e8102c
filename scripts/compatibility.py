"""Do programs that were written for the last release still work? Compares published schemas and the API with the copies of that release.

    python -m scripts.compatibility              # complaints about docs/schemas against docs/schemas/released/<last>; exit code 1 if any
    python -m scripts.compatibility freeze 0.2.0 # keeps what is published now as what release 0.2.0 promises

What the program *writes* (results, answers) may gain fields and values of enums, and readers have to skip those they do not know. What it
*takes* (case files, requests) may gain optional fields. Everything else needs a new version: of the schema in its `$id`, of the API in its path.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

SCHEMAS = Path(__file__).parents[1] / "docs" / "schemas"
RELEASED = SCHEMAS / "released"
OPENAPI = "openapi.json"
WRITTEN = {"engagement-analysis", "conversation-analysis", "blueprint", "recording", "experiment", "outcome", "comparison"}
"""Schemas of what the program writes; the others describe files that people write."""

Schema = Mapping[str, Any]
_METHODS = ("get", "put", "post", "delete", "patch", "options", "head")
_PROSE = {"description", "title", "summary", "example", "examples", "tags", "operationId"}
_UPPER = ("maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxProperties")
_LOWER = ("minLength", "minimum", "exclusiveMinimum", "minItems", "minProperties")


def schema_complaints(old: Schema, new: Schema, *, writes: bool) -> list[str]:
    """What breaks between two versions of a schema document; nothing if its `$id` names a later version."""
    if _version(new) > _version(old):
        return []
    return list(_Comparison(old, new, writes=writes).values(old, new, "$"))


def api_complaints(old: Schema, new: Schema) -> list[str]:
    """What breaks for a client that was written for the old description of the API."""
    found: list[str] = []
    for path, routes in old["paths"].items():
        for method in (one for one in _METHODS if one in routes):
            there = new["paths"].get(path, {}).get(method)
            if there is None:
                found.append(f"{method.upper()} {path} is gone")
            else:
                found += _route(old, new, routes[method], there, f"{method.upper()} {path}")
    return found


def _route(old: Schema, new: Schema, was: Schema, now: Schema, where: str) -> Iterator[str]:
    takes, writes = _Comparison(old, new, writes=False), _Comparison(old, new, writes=True)
    before, after = ({(one["in"], one["name"]): one for one in side.get("parameters", ())} for side in (was, now))
    for key, one in before.items():
        if key not in after:
            yield f"{where}: the parameter `{key[1]}` is gone"
        else:
            yield from takes.values(one.get("schema", {}), after[key].get("schema", {}), f"{where} ?{key[1]}")
    for key, one in after.items():
        if one.get("required") and not before.get(key, {}).get("required"):
            yield f"{where}: the parameter `{key[1]}` is now required"
    body, wanted = was.get("requestBody", {}), now.get("requestBody", {})
    if wanted.get("required") and not body.get("required"):
        yield f"{where}: a body is now required"
    yield from _contents(takes, body, wanted, f"{where} body")
    for status, answer in was.get("responses", {}).items():
        if status.startswith("2"):
            if status not in now.get("responses", {}):
                yield f"{where}: it no longer answers {status}"
            else:
                yield from _contents(writes, answer, now["responses"][status], f"{where} {status}")


def _contents(comparison: _Comparison, was: Schema, now: Schema, where: str) -> Iterator[str]:
    for kind, content in was.get("content", {}).items():
        if kind not in now.get("content", {}):
            yield f"{where}: {kind} is gone"
        else:
            yield from comparison.values(content.get("schema", {}), now["content"][kind].get("schema", {}), f"{where}")


class _Comparison:
    """Schemas of an old document beside those of a new one. `writes` says which side of the program they stand for."""

    def __init__(self, old: Schema, new: Schema, *, writes: bool) -> None:
        self._old, self._new, self._writes = old, new, writes
        self._under_way: set[tuple[str, str]] = set()

    def values(self, was: Schema, now: Schema, where: str) -> Iterator[str]:
        """What breaks from one schema to the other."""
        pair = (str(was.get("$ref", "")), str(now.get("$ref", "")))
        if all(pair):
            if pair in self._under_way:
                return
            self._under_way.add(pair)
        yield from self._resolved(_resolved(self._old, was), _resolved(self._new, now), where)
        if all(pair):
            self._under_way.discard(pair)

    def _resolved(self, was: Schema, now: Schema, where: str) -> Iterator[str]:
        before, after = _alternatives(was), _alternatives(now)
        if len(before) > 1 or len(after) > 1:
            yield from self._alternatives(before, after, where)
            return
        if gone := [str(one) for one in _allowed(was) if one not in _allowed(now)] if _allowed(now) else []:
            yield f"{where}: no longer {', '.join(gone)}"
        if _allowed(now) and not _allowed(was) and not self._writes:
            yield f"{where}: only certain values are taken now"
        if was.get("type") != now.get("type") and not _wider(*((was, now) if self._writes else (now, was))):
            yield f"{where}: was {was.get('type', 'anything')}, is {now.get('type', 'anything')}"
            return
        if not self._writes:
            yield from _limits(was, now, where)
        yield from self._fields(was, now, where)
        if "items" in was or ("items" in now and not self._writes):
            yield from self.values(was.get("items", {}), now.get("items", {}), f"{where}[]")
        others = was.get("additionalProperties"), now.get("additionalProperties")
        if isinstance(others[0], Mapping) and isinstance(others[1], Mapping):
            yield from self.values(others[0], others[1], f"{where}.*")
        if others[0] is not False and others[1] is False and not self._writes:
            yield f"{where}: other fields are refused now"

    def _alternatives(self, before: list[Schema], after: list[Schema], where: str) -> Iterator[str]:
        """Each alternative that is taken must still be taken; each that is written must have been written before."""
        wanted, offered = (after, before) if self._writes else (before, after)
        for one in wanted:
            tries = [list(self.values(*((other, one) if self._writes else (one, other)), where)) for other in offered]
            if all(tries):
                yield from min(tries, key=len)
        if self._writes:
            for one in before:
                if "$ref" in one and all(any(self.values(one, other, where)) for other in after):
                    yield f"{where}: {str(one['$ref']).rsplit('/', 1)[-1]} is gone"

    def _fields(self, was: Schema, now: Schema, where: str) -> Iterator[str]:
        before, after = was.get("properties", {}), now.get("properties", {})
        for name, field in before.items():
            if name not in after:
                yield f"{where}.{name} is gone"
            else:
                yield from self.values(field, after[name], f"{where}.{name}")
        required, wanted = set(was.get("required", ())), set(now.get("required", ()))
        if self._writes:
            yield from (f"{where}.{name} may be missing now" for name in sorted(required - wanted) if name in after)
        else:
            yield from (f"{where}.{name} is now required" for name in sorted(wanted - required))


def _limits(was: Schema, now: Schema, where: str) -> Iterator[str]:
    for name in _UPPER:
        if name in now and now[name] < was.get(name, float("inf")):
            yield f"{where}: {name} is now {now[name]}"
    for name in _LOWER:
        if name in now and now[name] > was.get(name, float("-inf")):
            yield f"{where}: {name} is now {now[name]}"
    if "pattern" in now and now["pattern"] != was.get("pattern"):
        yield f"{where}: the pattern is now {now['pattern']}"


def _allowed(schema: Schema) -> list[Any]:
    return [schema["const"]] if "const" in schema else list(schema.get("enum", ()))


def _alternatives(schema: Schema) -> list[Schema]:
    return list(schema.get("anyOf") or schema.get("oneOf") or [schema])


def _wider(wide: Schema, narrow: Schema) -> bool:
    """Whether what has the narrow type has the wide one."""
    return "type" not in wide or (wide["type"], narrow.get("type")) == ("number", "integer")


def _resolved(document: Schema, schema: Schema) -> Schema:
    while "$ref" in schema:
        found: Any = document
        for step in str(schema["$ref"]).removeprefix("#/").split("/"):
            found = found[step]
        schema = {**found, **{key: value for key, value in schema.items() if key != "$ref"}}
    return schema


def _version(document: Schema) -> int:
    return int(str(document["$id"]).rsplit(":", 1)[1])


def last_release(folder: Path = RELEASED) -> Path:
    """The folder of the latest release."""
    return max((one for one in folder.iterdir() if one.is_dir()), key=lambda one: tuple(map(int, one.name.split("."))))


def complaints(released: Path, published: Path = SCHEMAS) -> list[str]:
    """Everything that breaks for those who rely on a release."""
    found: list[str] = []
    for file in sorted(released.glob("*.json")):
        now = published / file.name
        if not now.exists():
            found.append(f"{file.name} is no longer published")
            continue
        old, new = (json.loads(one.read_text(encoding="utf-8")) for one in (file, now))
        name = file.name.removesuffix(".schema.json")
        broken = api_complaints(old, new) if file.name == OPENAPI else schema_complaints(old, new, writes=name in WRITTEN)
        found += [f"{file.name}: {one}" for one in broken]
    return found


def without_prose(value: Any, *, names: bool = False) -> Any:
    """A document without what only people read; `names` while the keys are names of fields, which may be called `title`."""
    if isinstance(value, list):
        return [without_prose(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: without_prose(one, names=key in ("properties", "$defs", "schemas") and not names)
        for key, one in value.items()
        if names or key not in _PROSE
    }


def freeze(version: str) -> Path:
    """Keep what is published now as the promise of a release. What was promised before is never changed."""
    folder = RELEASED / version
    folder.mkdir(parents=True)
    for file in sorted(SCHEMAS.glob("*.json")):
        kept = without_prose(json.loads(file.read_text(encoding="utf-8")))
        if file.name == OPENAPI:
            _keep_good_answers(kept)
        (folder / file.name).write_text(
            json.dumps(kept, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n", encoding="utf-8"
        )
    return folder


def _keep_good_answers(api: dict[str, Any]) -> None:
    """Errors look alike everywhere, as problem details; what a route promises are its good answers."""
    for routes in api["paths"].values():
        for method in (one for one in _METHODS if one in routes):
            answers = routes[method]["responses"]
            routes[method]["responses"] = {status: one for status, one in answers.items() if status.startswith("2")}


def main(arguments: list[str]) -> int:
    """The command line."""
    if arguments[:1] == ["freeze"] and len(arguments) == 2 and re.fullmatch(r"\d+\.\d+\.\d+", arguments[1]):
        print(freeze(arguments[1]))
        return 0
    if arguments:
        print(__doc__, file=sys.stderr)
        return 2
    released = last_release()
    found = complaints(released)
    print("\n".join(found) or f"Nothing breaks for those who rely on {released.name}.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
