#!/usr/bin/env bash
# Three experiments on the prompt that extracts findings, from recorded replies: no key, no cost. Each ends with the gate's exit code.
set -uo pipefail
cd "$(dirname "$0")/.."
agent=.venv/bin/discovery-agent
export DISCOVERY_DATA_DIR="${DISCOVERY_DATA_DIR:-$PWD/demo-report/evals}"

experiment() { # TITLE HEAD [OPTION]...
    local title=$1 head=$2
    shift 2
    printf '\n== %s\n\n   discovery-agent eval compare . %s --suite extraction --replay %s\n' "$title" "$head" "$*"
    "$agent" eval compare . "$head" --suite extraction --replay "$@" >/dev/null || return
    "$agent" eval gate
    printf '   exit code of `discovery-agent eval gate`: %s\n' "$?"
}

experiment "A worsened prompt: it asks for five or six findings and forgot the traps" evals/demonstration/prompts/shortened
experiment "An equivalent rewording, two answers to each request" evals/demonstration/prompts/reworded --repeats 2
experiment "The worsened prompt again, on too few cases" evals/demonstration/prompts/shortened \
    --only b2b-churn --only claims-triage --only contact-centre --only contract-search
printf '\nReports: %s\n' "$DISCOVERY_DATA_DIR"
