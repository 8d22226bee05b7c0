#!/usr/bin/env bash
# Sets up, builds, and runs all tests. The last line counts them.
#   test.sh fast      half of them: in process, then real programs on the embedded engine
#   test.sh system    the slower half: real CometBFT, networks of several nodes, Bitcoin, geth
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
half=${1:-all}
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

scripts/setup.sh all || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }

command -v npm >/dev/null || { echo "npm is missing: the wallet tests run viem (install Debian's packages nodejs and npm)." >&2; echo "0 passed, 1 failed, 0 skipped"; exit 1; }
for folder in test/*/package-lock.json; do
  [ -e "$folder" ] || continue
  folder=$(dirname "$folder")
  if ! cmp -s "$folder/package-lock.json" "$folder/node_modules/.locked"; then
    echo "[test] npm ci in $folder"
    (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error && cp package-lock.json node_modules/.locked) || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }
  fi
done

passed=0 failed=0 skipped=0
test_project() {
  dotnet test "test/$1" -c Release --no-build -nologo -v quiet \
    --logger "trx;LogFileName=results.trx" --logger "console;verbosity=minimal" --results-directory "$2" "${@:3}" || true
}

# What failed, if it is little, runs once more by itself: a test of real programs can lose a race against the machine's
# other work. What passes then is counted as passed and named, so that the race is found; what fails again has failed.
again() {
  local project=$1 results=$2 among=$3 names filter second all_passed
  names=$(tr '>' '\n' <"$results/results.trx" | grep '<UnitTestResult ' | grep 'outcome="Failed"' | sed -n 's/.* testName="\([^"(]*\).*/\1/p' | sort -u)
  [ -n "$names" ] && [ "$(wc -l <<<"$names")" -le 3 ] || return 1
  filter="($(sed 's/^/FullyQualifiedName~./' <<<"$names" | paste -sd'|'))&$among"
  second=$(mktemp -d)
  echo "[test] once more: $(paste -sd' ' <<<"$names")"
  test_project "$project" "$second" --filter "$filter"
  all_passed=$(grep -o '<Counters [^>]*>' "$second/results.trx" 2>/dev/null | grep -c 'passed="[1-9][0-9]*" failed="0" error="0" timeout="0" aborted="0"' || true)
  rm -rf "$second"
  [ "$all_passed" = 1 ] && echo "[test] passed only at the second attempt, a race to look at: $(paste -sd' ' <<<"$names")"
}

# Runs those of a project's tests that a filter leaves.
run() {
  local project=$1 among=$2 results
  results=$(mktemp -d)
  echo "[test] $project, $among"
  test_project "$project" "$results" --filter "$among"
  local counters
  if counters=$(grep -o '<Counters [^>]*>' "$results/results.trx" 2>/dev/null); then
    count() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$counters"; }
    local bad
    bad=$(($(count failed) + $(count error) + $(count timeout) + $(count aborted)))
    passed=$((passed + $(count passed)))
    if [ "$bad" -gt 0 ] && again "$project" "$results" "$among"; then
      passed=$((passed + bad)) bad=0
    fi
    failed=$((failed + bad))
    # A test may be skipped for one reason alone: a real part is missing on this machine. Then it says which.
    local not_run explained
    not_run=$(($(count total) - $(count executed)))
    explained=$(tr '\n' ' ' <"$results/results.trx" | grep -oE 'outcome="NotExecuted"[^§]{0,400}<Message>[^<]*' | sed 's/.*<Message>/[test] skipped: /' | grep -E 'missing|not found' || true)
    [ -z "$explained" ] || echo "$explained"
    explained=$(grep -c . <<<"$explained" || true)
    skipped=$((skipped + not_run))
    if [ "$not_run" -gt "$explained" ]; then
      echo "[test] $((not_run - explained)) tests were skipped without naming a missing part: that is a failure" >&2
      failed=$((failed + not_run - explained))
    fi
  else
    echo "[test] $project: the run broke off without results" >&2
    failed=$((failed + 1))
  fi
  rm -rf "$results"
}

if [ "$half" != system ]; then
  run SharedSequencer.Tests "FullyQualifiedName~SharedSequencer.Tests"
  run SharedSequencer.SystemTests "TestCategory=Embedded"
fi
[ "$half" = fast ] || run SharedSequencer.SystemTests "TestCategory!=Embedded"

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
