"""What stands nowhere in the source: code that runs what it reads, opens what it is told to, or lets a text become markup."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "discovery_agent"

# Each with what it would do, and the few places that may, with the reason.
FORBIDDEN: dict[str, tuple[str, dict[str, str]]] = {
    r"(c?pickle|dill|cloudpickle|joblib|marshal|shelve)(\..*)?": (
        "runs what a file says while it is read",
        {},
    ),
    r"(builtins\.)?(eval|exec|compile|__import__)": ("runs text as code", {}),
    r"importlib\.import_module|runpy\..*": (
        "runs a module that a text names",
        {
            "__init__.py": "loads the public names that it lists itself",
            "models/connection.py": "warms up libraries that it lists itself",
            "web/ui/engagement/sections.py": "loads the pages that it lists itself",
        },
    ),
    r"yaml\.(load|load_all|unsafe_load|unsafe_load_all|full_load|full_load_all|Loader|UnsafeLoader|FullLoader|CLoader)": (
        "makes any object that a file names",
        {},
    ),
    r"langchain(_core)?\.(load|prompts\.loading)(\..*)?": ("makes any object that stored data names", {}),
    r"torch(\..*)?|.*\.allow_pickle": ("runs what a file of weights says", {}),
    r"os\.(system|popen|exec\w*|spawn\w*)|subprocess\.(getoutput|getstatusoutput)|pty\..*": ("hands text to a shell", {}),
    r"tempfile\.mktemp": ("names a file that somebody else may make first", {}),
    r"(requests|httpx|httpx2|httpcore|aiohttp|urllib3|urllib\.request|http\.client|ftplib|telnetlib|smtplib|webbrowser|authlib\.integrations)(\..*)?": (
        "opens an address",
        {
            "web/running.py": "asks the server of this machine whether it still runs, at the address that it noted",
            "web/single_sign_on/provider.py": "asks the provider that the operator named, at addresses of its own, and follows no redirect",
        },
    ),
    r"xml\.(dom|sax|etree\.ElementTree\.(XML|fromstring|parse))(\..*)?|lxml\.etree\.(XML|fromstring|parse|XMLParser)|lxml\.objectify(\..*)?": (
        "reads XML with whatever entities it declares",
        {},
    ),
    r"jinja2\.(Template|Environment)": (
        "lets a template reach into Python",
        {"models/prompts.py": "names the type of what its sandbox makes"},
    ),
    r"markupsafe\.Markup|jinja2\.Markup": (
        "calls a text harmless markup",
        {
            "discovery/exporting/as_html.py": "for pictures that it drew, and its own style; texts go through `format` and `join`, which escape",
            "discovery/report/large/lists.py": "for JSON in which no character of markup is left",
            "discovery/report/self_contained.py": "for its own style and script",
        },
    ),
    r"nicegui\.ui\.(html|markdown|add_body_html|run_javascript|interactive_image|chat_message|notify)": ("may show a text as markup", {}),
    r"zipfile\.ZipFile\.extract(all)?|tarfile\..*|shutil\.unpack_archive": ("writes where an archive says", {}),
    r"random\.(random|choice|randint|randrange|getrandbits|shuffle)": (
        "is guessed easily",
        {"models/retrying.py": "spreads waits, and guards nothing"},
    ),
    r"hashlib\.(md5|sha1)": ("is broken", {"models/tokens.py": "finds a file that another library named so"}),
    r"ssl\._create_unverified_context|ssl\.CERT_NONE": ("talks to anybody", {}),
}
KEYWORDS = {
    "shell": "hands text to a shell",
    "allow_pickle": "runs what a file says while it is read",
    "verify": "talks to anybody",
    "resolve_entities": "reads entities",
}


@cache
def trees() -> dict[str, ast.Module]:
    return {str(file.relative_to(SOURCE)): ast.parse(file.read_text("utf-8")) for file in sorted(SOURCE.rglob("*.py"))}


@cache
def names() -> dict[str, tuple[tuple[int, str], ...]]:
    """What each module reaches, with the line."""
    return {file: tuple(named(tree)) for file, tree in trees().items()}


def named(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Everything that a module imports, or reaches by a name that it imported, in full."""
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for one in node.names:
                known[one.asname or one.name.split(".")[0]] = one.name if one.asname else one.name.split(".")[0]
                yield node.lineno, one.name
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for one in node.names:
                known[one.asname or one.name] = f"{node.module}.{one.name}"
                yield node.lineno, f"{node.module}.{one.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and (path := dotted(node)):
            first, _, rest = path.partition(".")
            if first in known:
                yield node.lineno, f"{known[first]}.{rest}"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id not in known:
            yield node.lineno, node.func.id


def dotted(node: ast.expr) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted(node.value)):
        return f"{before}.{node.attr}"
    return None


@pytest.mark.parametrize("pattern", FORBIDDEN)
def test_the_source_does_not_use(pattern: str) -> None:
    why, allowed = FORBIDDEN[pattern]
    found = {
        f"{file}:{line} {name} {why}"
        for file, reached in names().items()
        if file not in allowed
        for line, name in reached
        if re.fullmatch(pattern, name)
    }
    assert not found, "\n".join(sorted(found))


def test_no_call_is_told_to_be_careless() -> None:
    found = {
        f"{file}:{one.value.lineno} {one.arg} {KEYWORDS[one.arg]}"
        for file, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for one in node.keywords
        if one.arg in KEYWORDS and isinstance(one.value, ast.Constant) and one.value.value is (one.arg != "verify")
    }
    assert not found, "\n".join(sorted(found))


def test_every_template_is_sandboxed_and_every_variable_in_it_must_exist() -> None:
    made = [
        (file, node)
        for file, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and (dotted(node.func) or "").endswith("Environment")
    ]
    assert len(made) >= 2, "the search finds nothing"
    for file, call in made:
        assert (dotted(call.func) or "").endswith("SandboxedEnvironment"), f"{file}:{call.lineno}"
        given = {one.arg: one.value for one in call.keywords}
        assert dotted(given["undefined"]) == "StrictUndefined", f"{file}:{call.lineno}"


def test_scripts_of_pages_make_no_markup_and_no_code_of_texts() -> None:
    scripts = sorted(SOURCE.rglob("*.js"))
    assert scripts
    for file in scripts:
        found = re.findall(
            r"\b(?:innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|setTimeout\(['\"])", file.read_text("utf-8")
        )
        assert not found, f"{file.name}: {found}"


def test_statements_to_the_database_are_never_made_of_texts() -> None:
    """`text(...)` takes what the program wrote; values come as parameters, and where none can stand, only as whole numbers."""
    found = {
        f"{file}:{node.lineno}"
        for file, tree in trees().items()
        if "/migrations/" not in file and any(name == "sqlalchemy.text" for _, name in named(tree))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and dotted(node.func) in ("text", "sa.text", "sqlalchemy.text") and node.args
        if not _is_constant(node.args[0])
    }
    assert not found, found


def _is_constant(node: ast.expr) -> bool:
    match node:
        case ast.Constant():
            return True
        case ast.Call(func=ast.Name(id="int")):
            return True
        case ast.Call(func=ast.Name(id="_graph_name")) | ast.Name(id="name"):  # made of a whole number by `_graph_name`, seen below
            return _is_constant(_returned_by("knowledge/postgres/pgvector.py", "_graph_name"))
        case ast.Name(id=name):  # a constant of the module, or one of a list of them
            return name.isupper() or name == "statement"
        case ast.IfExp():
            return _is_constant(node.body) and _is_constant(node.orelse)
        case ast.JoinedStr():
            return all(_is_constant(one.value) if isinstance(one, ast.FormattedValue) else True for one in node.values)
        case _:
            return False


def _returned_by(file: str, function: str) -> ast.expr:
    """The one thing that a function gives."""
    found = [
        one.value
        for node in trees()[file].body
        if isinstance(node, ast.FunctionDef) and node.name == function
        for one in ast.walk(node)
        if isinstance(one, ast.Return) and one.value is not None
    ]
    assert len(found) == 1
    return found[0]
