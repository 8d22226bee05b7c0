#!/usr/bin/env bash
# A whole network on this machine: sets up and builds what is needed, starts everything, runs the demo, leaves it running.
#   devnet.sh [--data DIR] [--validators N] [--engine cometbft|embedded] [--exit-after-demo] [--reset]
export SEQ_DEVNET_STARTED=$(date +%s%3N)
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
"$root/scripts/setup.sh" programs
exec "$root/app/SharedSequencer.Devnet/bin/Release/net10.0/devnet" "$@"
