"""Commands of the documentation that no test here runs, each with the reason; they are still read (`test_commands_parse.py`).

A line that fits no pattern is run. Patterns are looked for in a line together with those that it goes on in.
"""

from __future__ import annotations

_PACKAGES = "installs packages from the network; `.ci/run` does it, and tests/release the wheel"
_ANOTHER_MACHINE = "changes the machine itself; tests/deploy checks scripts, units and compose file"
_ENGINE = "needs a container engine; tests/deploy and tests/release check what can be checked without"
_POSTGRES = "needs PostgreSQL's administrator; tests/scale and tests/storage run servers and workers on one that they start"
_MODEL_SERVER = "another program"
_MINUTES = "takes minutes; tests/cli/test_eval_experiments.py runs smaller ones"
_MODEL = "needs a language model; tests/cli runs it against a local model server"
_BATCH = "needs a Batch API; tests/cli/test_batch_api.py runs it against a local one"
_VALUES = "its values stand for those of a real review; the tutorial runs the same commands with real ones"
_CHANGES_HERE = "changes this repository"

NOT_RUN: dict[str, str] = {
    r"^\s*git clone ": "needs the network",
    r"^cd discovery-agent$": "the sandbox is the checkout",
    r"^make (setup|demo|test|lock|audit|site|build|sbom)\b": _PACKAGES,
    r"^\s*(python3 -m venv|(\S+/)?pip install|(\S*/)?uv ) ?": _PACKAGES,
    r"^discovery/bin/": _PACKAGES,
    r"^make (eval-demo|bench|soak|train|fuzz|vectors)\b": _MINUTES,
    r"^\s*(sudo|exec setpriv|umask|journalctl|systemctl|chmod)\b": _ANOTHER_MACHINE,
    r"^cp deploy/compose": _ENGINE,
    r"^\s*docker ": _ENGINE,
    r"^export DISCOVERY_DATABASE_URL=postgresql": _POSTGRES,
    r"^(\S+=\S+ )?(\S*/)?discovery-agent worker\b": _POSTGRES,
    r"^DISCOVERY_BACKGROUND_WORK=false ": _POSTGRES,
    r"^# DISCOVERY_DATABASE_URL": _POSTGRES,
    r"^(vllm|ollama|llama-server) ": _MODEL_SERVER,
    r"^export (OPENAI_BASE_URL|DISCOVERY_MODEL)=": _MODEL,
    r"discovery-agent eval (compare main|record)\b": _MODEL,
    r"discovery-agent eval (gate|report --markdown) *(#|$)": "rules on the comparison above it; docs/how-to/review-a-prompt-change.md runs both",
    r"--batch-api": _BATCH,
    r"--estimate|--max-cost": _MODEL,
    r"DISCOVERY_KEY=\.\.\.": _VALUES,
    r"discovery-agent review (list|show)( -e Claims| risks)": _VALUES,
    r"discovery-agent review list  ": _VALUES,
    r"discovery-agent (draft|export) -e Claims": _VALUES,
    r"^(git add|echo \"model: )": _CHANGES_HERE,
    r"^(sha256sum|gh) ": "looks at a published release",
}

INPUTS: dict[str, str] = {
    r"discovery-agent interview\s*(#.*)?$": "Claims handling\nAda Berg\n\n/leave\n",
}
"""What is typed into a command that asks, by pattern."""
