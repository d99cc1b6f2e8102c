#!/usr/bin/env bash
# Three experiments on the prompt that extracts findings, from recorded replies: no key, no cost. Each ends with the gate's exit code.
# Ends with 1 if an experiment could not be run.
set -uo pipefail
cd "$(dirname "$0")/.."
agent=.venv/bin/discovery-agent
export DISCOVERY_DATA_DIR="${DISCOVERY_DATA_DIR:-$PWD/demo-report/evals}"
model=openai:relay # people who played a model wrote these replies; whatever else is recorded or configured plays no part
base=evals/demonstration/prompts/before # the prompt as it was recorded, whatever the working tree holds
failed=0

experiment() { # TITLE HEAD [OPTION]...
    local title=$1 head=$2 code
    shift 2
    printf '\n== %s\n\n   discovery-agent eval compare %s %s --suite extraction --replay --model %s %s\n' "$title" "$base" "$head" "$model" "$*"
    "$agent" eval compare "$base" "$head" --suite extraction --replay --model "$model" "$@" >/dev/null
    code=$?
    if [ "$code" -gt 1 ]; then # 1: some cases failed, which counts, and is ruled on
        printf '   This experiment could not be run.\n'
        failed=1
        return
    fi
    "$agent" eval gate
    code=$?
    printf '   exit code of `discovery-agent eval gate`: %s\n' "$code"
    [ "$code" -ne 2 ] || failed=1
}

printf 'Three experiments from recorded replies; the rules analyst runs beside them, which takes a minute or more for each.\n'
experiment "1 of 3. A worsened prompt: it asks for five or six findings and forgot the traps" evals/demonstration/prompts/shortened
experiment "2 of 3. An equivalent rewording, two answers to each request" evals/demonstration/prompts/reworded --repeats 2
experiment "3 of 3. The worsened prompt again, on too few cases" evals/demonstration/prompts/shortened \
    --only b2b-churn --only claims-triage --only contact-centre --only contract-search
printf '\nReports: %s/evals: a folder each with report.html. The demonstration keeps its runs there, apart from yours; to see them:\n' "$DISCOVERY_DATA_DIR"
printf '   DISCOVERY_DATA_DIR=%q .venv/bin/discovery-agent eval list\n' "$DISCOVERY_DATA_DIR"
printf '   DISCOVERY_DATA_DIR=%q .venv/bin/discovery-agent eval report RUN --markdown\n' "$DISCOVERY_DATA_DIR"
exit "$failed"
