"""people.yaml: what the user knows about the people who speak."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import yaml

from discovery_agent.domain.conversation import Role, Stakeholder
from discovery_agent.errors import ConfigurationError, place
from discovery_agent.files.encoding import decode, whole_letters

_FIELDS = ("name", "role", "department", "title", "aliases")
_LARGEST = 5_000_000
_EXAMPLE = "Write a list such as `- {name: Anna Berg, role: sponsor, department: Claims}`."


def load_stakeholders(path: Path) -> tuple[Stakeholder, ...]:
    """Read a list of people: name, role, department, title, aliases.

    Raises:
        ConfigurationError: the file cannot be read or an entry is wrong; names the line and the field.
    """
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= _LARGEST else bytes(_LARGEST + 1)
    except OSError as error:
        raise ConfigurationError(
            f"The list of people cannot be read: {error.strerror or error}.", where=str(path), remedy="Check the path."
        ) from error
    return parse_stakeholders(data, path)


def parse_stakeholders(data: bytes, path: Path) -> tuple[Stakeholder, ...]:
    """The people of a list that was read already; errors as of `load_stakeholders`, and name `path`."""
    if len(data) > _LARGEST:
        raise ConfigurationError("The list of people is larger than 5 MB.", where=str(path), remedy=_EXAMPLE)
    try:
        root = yaml.compose(decode(data)[0].replace("\x00", ""), Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise ConfigurationError(
            f"The list of people is not YAML: {error.problem or error.context}.", where=place(path, line), remedy=_EXAMPLE
        ) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ConfigurationError("The list of people is not YAML.", where=str(path), remedy=_EXAMPLE) from error
    return _people(root, path)


def _people(root: yaml.Node | None, path: Path) -> tuple[Stakeholder, ...]:
    if root is None:
        return ()
    # `people:` or `stakeholders:` may stand above the list.
    entries = root.value[0][1] if isinstance(root, yaml.MappingNode) and len(root.value) == 1 else root
    if not isinstance(entries, yaml.SequenceNode):
        raise _wrong(path, root, "The file must hold a list of people.")
    people: list[Stakeholder] = []
    taken: dict[str, str] = {}
    for entry in entries.value:
        person = _person(entry, path)
        for name in (person.name, *person.aliases):
            key = name.casefold()
            if taken.setdefault(key, person.name) != person.name or (name is person.name and _listed(people, name)):
                raise _wrong(path, entry, f"`{name}` is listed twice.", "Give each person one entry, and each alias to one.")
        people.append(person)
    return tuple(people)


def _listed(people: list[Stakeholder], name: str) -> bool:
    return any(person.name.casefold() == name.casefold() for person in people)


def _person(entry: yaml.Node, path: Path) -> Stakeholder:
    if not isinstance(entry, yaml.MappingNode):
        raise _wrong(path, entry, "An entry must have fields such as `name` and `role`.")
    fields: dict[str, yaml.Node] = {}
    for key, value in entry.value:
        name = str(key.value)
        if name not in _FIELDS:
            raise _wrong(path, key, f"The field `{name}` is not known.", f"Known fields: {', '.join(_FIELDS)}.")
        fields[name] = value
    if "name" not in fields:
        raise _wrong(path, entry, "The field `name` is missing.")
    return Stakeholder(
        name=_text(fields["name"], "name", path) or _missing(path, fields["name"]),
        role=_role(fields.get("role"), path),
        department=_text(fields.get("department"), "department", path),
        title=_text(fields.get("title"), "title", path),
        aliases=_aliases(fields.get("aliases"), path),
    )


def _missing(path: Path, node: yaml.Node) -> str:
    raise _wrong(path, node, "The field `name` is empty.")


def _role(node: yaml.Node | None, path: Path) -> Role:
    text = _text(node, "role", path)
    if node is None or text is None:
        return Role.UNKNOWN
    try:
        return Role(text.casefold().replace(" ", "_").replace("-", "_"))
    except ValueError:
        known = ", ".join(Role)
        raise _wrong(path, node, f"The field `role` is `{text}`, which is no role.", f"Roles: {known}.") from None


def _text(node: yaml.Node | None, field: Literal["name", "role", "department", "title", "aliases"], path: Path) -> str | None:
    if node is None:
        return None
    if not isinstance(node, yaml.ScalarNode):
        raise _wrong(path, node, f"The field `{field}` must be one text.")
    if node.tag == "tag:yaml.org,2002:null":
        return None
    text = " ".join(str(node.value).split())
    if whole_letters(text) != text:
        raise _wrong(path, node, f"The field `{field}` holds half of a letter, as from a broken escape.", "Write the letter itself.")
    return text or None


def _aliases(node: yaml.Node | None, path: Path) -> tuple[str, ...]:
    if node is None:
        return ()
    nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
    return tuple(alias for item in nodes if (alias := _text(item, "aliases", path)))


def _wrong(path: Path, node: yaml.Node, what: str, remedy: str = _EXAMPLE) -> ConfigurationError:
    return ConfigurationError(what, where=place(path, node.start_mark.line + 1), remedy=remedy)
