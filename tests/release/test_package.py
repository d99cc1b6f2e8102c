"""The archives of a release: what is in them, that they are the same each time, and that the program works from them alone."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import urllib.request
import venv
from email.parser import Parser
from pathlib import Path
from zipfile import ZipFile

import pytest
from markdown_it import MarkdownIt

from discovery_agent import __version__

ROOT = Path(__file__).parents[2]
SINCE = "1700000000"
MIB = 1 << 20
PRIVATE = re.compile(
    r"(^|/)(\.venv|\.git|\.env|dist|build|demo-report|__pycache__|journal|\.hypothesis|node_modules)(/|$)|\.(db|log|pyc|pem|key)$"
)


def build(source: Path, into: Path, *targets: str) -> None:
    """Build as `make build` does."""
    program = str(Path(sys.executable).with_name("hatchling"))
    wanted = [part for target in targets for part in ("-t", target)]
    told = subprocess.run(
        [program, "build", "-d", str(into), *wanted],
        cwd=source,
        env={**os.environ, "SOURCE_DATE_EPOCH": SINCE},
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stderr


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The wheel and the source distribution of this tree."""
    folder = tmp_path_factory.mktemp("dist")
    build(ROOT, folder)
    return next(folder.glob("*.whl")), next(folder.glob("*.tar.gz"))


@pytest.fixture(scope="module")
def unpacked(archives: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution, unpacked elsewhere."""
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(archives[1]) as archive:
        archive.extractall(folder, filter="data")
    return folder / f"discovery_agent-{__version__}"


def test_the_wheel_holds_the_program_its_data_and_its_licence_and_nothing_else(archives: tuple[Path, Path]) -> None:
    with ZipFile(archives[0]) as wheel:
        names = wheel.namelist()
    inside = {one.removeprefix("discovery_agent/") for one in names if one.startswith("discovery_agent/")}
    assert {"py.typed", "cli/main.py", "storage/migrations/versions/0001_first_tables.py", "storage/migrations/script.py.mako"} <= inside
    for folder in ("prompts", "knowledge", "samples"):
        ours = {f"data/{one.relative_to(ROOT).as_posix()}" for one in (ROOT / folder).rglob("*") if one.is_file() and one.name[0] != "."}
        assert ours and ours <= inside, folder
    assert any(one.endswith(".dist-info/licenses/LICENSE") for one in names)
    assert {one.split("/")[0] for one in names} == {"discovery_agent", f"discovery_agent-{__version__}.dist-info"}
    assert not [one for one in names if PRIVATE.search(one)]
    assert archives[0].stat().st_size < 8 * MIB


def test_the_source_distribution_holds_what_builds_and_tests_it_and_nothing_private_or_large(archives: tuple[Path, Path]) -> None:
    with tarfile.open(archives[1]) as archive:
        sizes = {one.name.split("/", 1)[1]: one.size for one in archive.getmembers()}
    assert {
        "pyproject.toml",
        "LICENSE",
        "README.md",
        "Makefile",
        "requirements.lock",
        "deploy/Dockerfile",
        ".github/workflows/ci.yml",
    } <= set(sizes)
    for folder in ("src", "tests", "evals", "knowledge", "prompts", "samples", "docs/schemas", "scripts", "training"):
        assert any(one.startswith(f"{folder}/") for one in sizes), folder
    assert not [one for one in sizes if PRIVATE.search(one)]
    assert {one: size for one, size in sizes.items() if size > 2 * MIB} == {}
    assert not [one for one in sizes if one.startswith("docs/images/")]
    assert archives[1].stat().st_size < 10 * MIB


def test_the_same_tree_gives_the_same_bytes_also_by_way_of_the_source_distribution(
    archives: tuple[Path, Path], unpacked: Path, tmp_path: Path
) -> None:
    for file in list(unpacked.rglob("*"))[:200]:
        os.utime(file, (1, 1))  # when a file was written, and whom it belongs to, does not count
        file.chmod(file.stat().st_mode & 0o700)
    build(unpacked, tmp_path)
    for archive in archives:
        assert (tmp_path / archive.name).read_bytes() == archive.read_bytes(), archive.name


def test_the_page_of_the_package_needs_no_file_beside_it(archives: tuple[Path, Path]) -> None:
    with ZipFile(archives[0]) as wheel:
        told = Parser().parsestr(wheel.read(f"discovery_agent-{__version__}.dist-info/METADATA").decode())
    assert told["Description-Content-Type"] == "text/markdown"
    text = str(told.get_payload())
    tokens = [child for token in MarkdownIt().parse(text) for child in (token, *(token.children or ()))]
    addresses = [str(one.attrs.get("href") or one.attrs.get("src")) for one in tokens if one.type in ("link_open", "image")]
    assert [one for one in addresses if "://" not in one] == [], "a package index has no files beside the page"
    assert next(one.content for one in tokens if one.type == "inline") == "Discovery Agent"
    assert "html_block" not in {one.type for one in tokens}


# Installed


class Installed:
    """The wheel in an environment of its own, called from a folder where nothing else is."""

    def __init__(self, folder: Path, wheel: Path) -> None:
        self.home = folder / "home"
        self.home.mkdir()
        self.bin = folder / "venv" / "bin"
        venv.create(folder / "venv", with_pip=False, symlinks=True)
        places = next((folder / "venv" / "lib").glob("python*/site-packages"))
        told = subprocess.run(
            [sys.executable, "-m", "pip", "--python", str(self.bin / "python"), "install", "-q", "--no-deps", "--no-index", str(wheel)],
            capture_output=True,
            text=True,
        )
        assert told.returncode == 0, told.stderr
        # The pinned packages as the tests have them. A line of a .pth file adds a folder, but does not read that folder's own .pth files:
        # the program itself, which is installed there by such a file, is not found that way.
        (places / "pinned.pth").write_text(sysconfig.get_path("purelib") + "\n")
        self.environment = {"PATH": f"{self.bin}:/usr/bin:/bin", "HOME": str(self.home), "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A call of the program."""
        program = str(self.bin / "discovery-agent")
        return subprocess.run([program, *arguments], cwd=self.home, env=self.environment, capture_output=True, text=True, timeout=900)

    def says(self, *arguments: str) -> str:
        """What a call that succeeds prints."""
        done = self.run(*arguments)
        assert done.returncode == 0, (arguments, done.returncode, done.stdout[-2000:], done.stderr[-2000:])
        return done.stdout


@pytest.fixture(scope="module")
def installed(archives: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return Installed(tmp_path_factory.mktemp("installed"), archives[0])


def test_an_installed_program_is_the_one_of_the_wheel_and_names_its_version(installed: Installed) -> None:
    assert installed.says("--version").strip() == f"discovery-agent {__version__}"
    where = subprocess.run(
        [str(installed.bin / "python"), "-c", "import discovery_agent.settings as s; print(s.__file__, s.data_folder('knowledge'))"],
        cwd=installed.home,
        env=installed.environment,
        capture_output=True,
        text=True,
    ).stdout.split()
    assert len(where) == 2 and all(one.startswith(str(installed.bin.parent)) for one in where), where


@pytest.mark.exhaustive
def test_from_the_wheel_alone_everything_works_that_needs_no_case_files(installed: Installed) -> None:
    assert __version__ in installed.says("doctor")
    installed.says("demo")
    report = json.loads((installed.home / "demo-report" / "report.json").read_text(encoding="utf-8"))
    assert report["schema_version"] == "1" and report["goal_tree"]
    assert "rules" in installed.says("assess", "Every invoice under 100 euros is approved by hand. The rules are written down.").casefold()
    assert json.loads(installed.says("knowledge", "search", "labelled history", "--json"))["results"]


@pytest.mark.exhaustive
def test_eval_without_case_files_says_what_it_needs(installed: Installed) -> None:
    for arguments in (("eval", "run", "verdict"), ("eval", "list")):
        done = installed.run(*arguments)
        told = done.stdout + done.stderr
        assert done.returncode != 0 and "Traceback" not in told, told
        assert "evals" in told and "source of the project" in told, told


@pytest.mark.exhaustive
def test_from_the_wheel_alone_a_server_answers(installed: Installed) -> None:
    server = subprocess.Popen(
        [str(installed.bin / "discovery-agent"), "serve", "--port", "0"],
        cwd=installed.home,
        env=installed.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert isinstance(server.stdout, io.TextIOBase)
        address = next(found[0] for line in server.stdout if (found := re.search(r"http://127\.0\.0\.1:\d+", line)))
        with urllib.request.urlopen(f"{address}/healthz", timeout=120) as answered:
            assert answered.status == 200
        with urllib.request.urlopen(f"{address}/api/v1/openapi.json", timeout=120) as answered:
            assert json.load(answered)["info"]["version"] == __version__
    finally:
        server.terminate()
        server.wait(timeout=60)
