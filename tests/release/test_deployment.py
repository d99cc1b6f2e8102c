"""The image and the compose file, as far as they can be checked without an engine: there is none where the tests run."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
DOCKERFILE = DEPLOY / "Dockerfile"


def hadolint(file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(Path(sys.executable).with_name("hadolint")), str(file)], capture_output=True, text=True)


def test_the_dockerfile_passes_its_linter_which_finds_what_is_wrong_with_a_bad_one(tmp_path: Path) -> None:
    told = hadolint(DOCKERFILE)
    assert told.returncode == 0, told.stdout + told.stderr
    bad = tmp_path / "Dockerfile"
    bad.write_text("FROM python\nRUN cd /tmp && sudo ls\n", encoding="utf-8")
    assert hadolint(bad).returncode != 0


def copied() -> set[str]:
    """What the Dockerfile takes from the builder's context."""
    lines = re.findall(r"(?m)^COPY (?!--from)(.+)$", DOCKERFILE.read_text(encoding="utf-8"))
    return {source for line in lines for source in line.split()[:-1]}


def test_all_that_is_copied_exists_and_reaches_the_builder_and_nothing_else_does() -> None:
    rules = [line for line in (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    assert rules[0] == "*", "everything is left out that is not named"
    let_in = {rule.removeprefix("!") for rule in rules[1:] if rule.startswith("!")}
    assert let_in == copied()
    assert [source for source in copied() if not (ROOT / source).exists()] == []


def test_whatever_the_wheel_is_made_of_is_copied() -> None:
    told: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = told["tool"]["hatch"]["build"]["targets"]["wheel"]
    wanted = {told["project"]["readme"], *told["project"]["license-files"], *wheel["force-include"], "pyproject.toml", "src"}
    assert wanted <= copied()


def test_the_image_is_built_in_stages_and_runs_the_program_as_a_user_without_rights() -> None:
    text = DOCKERFILE.read_text(encoding="utf-8")
    first, last = re.split(r"(?m)^FROM .+\n", text)[1:]
    assert "install.sh packages" in first and "install.sh program" in first
    assert "COPY --from=build" in last and "RUN pip" not in last and "src" not in last.split("COPY --from=build")[1]
    assert re.search(r"(?m)^USER 10001:10001$", last) and 'ENTRYPOINT ["discovery-agent"]' in last
    command = re.search(r"(?m)^CMD \[(.+)\]$", last)
    assert command and command[1].startswith('"serve"')


def test_the_installation_script_is_a_shell_script_and_refuses_what_it_does_not_know() -> None:
    for script in DEPLOY.glob("*.sh"):
        assert subprocess.run(["sh", "-n", str(script)], capture_output=True).returncode == 0, script.name
    pins = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    packing = re.search(r"wanted = /\^\((.+?)\)==/", (DEPLOY / "install.sh").read_text(encoding="utf-8"))
    assert packing and all(f"\n{one}==" in f"\n{pins}" for one in packing[1].split("|"))


# Compose

_KEYS = {
    "build cap_add cap_drop command depends_on deploy environment env_file healthcheck image init networks ports read_only restart "
    "security_opt shm_size stop_grace_period tmpfs volumes"
}
KNOWN = {key for line in _KEYS for key in line.split()}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


def test_services_say_only_what_compose_knows_and_name_only_what_is_there(compose: dict[str, Any]) -> None:
    assert {key for key in compose if not key.startswith("x-")} == {"name", "services", "networks", "volumes"}
    networks: set[str] = set()
    volumes: set[str] = set()
    for name, service in compose["services"].items():
        assert set(service) <= KNOWN, name
        networks |= set(service["networks"])
        for mount in service.get("volumes", ()):
            source = mount.split(":")[0]
            if source.startswith("."):
                assert (DEPLOY / source).exists(), f"{name}: {source}"
            else:
                volumes.add(source)
        if build := service.get("build"):
            assert (DEPLOY / build["context"] / build["dockerfile"]).resolve() == DOCKERFILE
    assert networks == set(compose["networks"]) and volumes == set(compose["volumes"])


def test_who_waits_for_a_service_waits_until_it_is_healthy(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name, service in services.items():
        for other, how in service.get("depends_on", {}).items():
            assert how == {"condition": "service_healthy"} and "healthcheck" in services[other], f"{name} waits for {other}"
    for name in ("database", "web-1", "web-2", "worker"):
        check = services[name]["healthcheck"]
        assert check["test"][0] == "CMD" and {"interval", "timeout", "retries"} <= set(check)
    assert "database" in services["web-1"]["depends_on"] and services["database"]["image"].startswith("pgvector/pgvector:pg")


def test_every_value_that_compose_asks_for_is_in_the_example(compose: dict[str, Any]) -> None:
    example = (DEPLOY / "compose.env.example").read_text(encoding="utf-8")
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    demanded = set(re.findall(r"\$\{(\w+):\?", text))
    assert demanded and all(re.search(rf"(?m)^{one}=", example) for one in demanded)
