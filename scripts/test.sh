#!/usr/bin/env bash
# Sets up, builds, and runs all tests: the fast ones, then those with real programs. The last line counts them.
#   test.sh [fast|system]      one half alone
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
half=${1:-all}
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

scripts/setup.sh all || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }

if [ "$half" != fast ]; then
  command -v npm >/dev/null || { echo "npm is missing: the wallet tests run viem (install Debian's packages nodejs and npm)." >&2; echo "0 passed, 1 failed, 0 skipped"; exit 1; }
  for folder in test/*/package-lock.json; do
    [ -e "$folder" ] || continue
    folder=$(dirname "$folder")
    if ! cmp -s "$folder/package-lock.json" "$folder/node_modules/.locked"; then
      echo "[test] npm ci in $folder"
      (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error && cp package-lock.json node_modules/.locked) || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }
    fi
  done
fi

passed=0 failed=0 skipped=0
run() {
  local project=$1 results
  results=$(mktemp -d)
  echo "[test] $project"
  dotnet test "test/$project" -c Release --no-build -nologo -v quiet \
    --logger "trx;LogFileName=results.trx" --logger "console;verbosity=minimal" --results-directory "$results" || true
  local counters
  if counters=$(grep -o '<Counters [^>]*>' "$results/results.trx" 2>/dev/null); then
    count() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$counters"; }
    passed=$((passed + $(count passed)))
    failed=$((failed + $(count failed) + $(count error) + $(count timeout) + $(count aborted)))
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

[ "$half" = system ] || run SharedSequencer.Tests
[ "$half" = fast ] || run SharedSequencer.SystemTests

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
