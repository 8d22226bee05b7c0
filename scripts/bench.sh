#!/usr/bin/env bash
# Measures, each figure next to its yardstick in the same run; needs up to ten minutes and a machine without other work.
#   bench.sh [--json FILE] [NAME…]      all but the long ones when none is named
#   bench.sh --list                     says what can be measured
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
"$root/scripts/setup.sh" programs
"$root/scripts/setup.sh" bench
exec "$root/test/SharedSequencer.Bench/bin/Release/net10.0/bench" "$@"
