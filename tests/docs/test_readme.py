"""The README says what the code does."""

import re
import subprocess
from pathlib import Path

from discovery_agent.cli.exit_codes import MEANINGS
from discovery_agent.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_setting_is_in_the_table_with_its_meaning_and_default() -> None:
    for row in Settings.load().describe():
        assert f"| `{row.variable}` | {row.meaning} | {row.default} |" in README, "run `make docs`"


def test_every_exit_code_is_in_the_table() -> None:
    for code, meaning in MEANINGS.items():
        assert f"| {code.value} | {meaning} |" in README


def test_every_make_target_it_names_exists() -> None:
    listed = subprocess.run(["make", "-s", "help"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for target in re.findall(r"(?m)(?:^|`)make ([a-z]+)\b", README):
        assert f"make {target} " in listed


def test_every_link_and_picture_leads_to_a_file() -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
