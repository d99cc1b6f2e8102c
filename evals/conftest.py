"""`pytest evals` replays every recorded case; `--eval-prompts`, `--eval-base` and `--eval-suite` say of what."""

pytest_plugins = ["discovery_agent.evals.pytest_plugin"]
