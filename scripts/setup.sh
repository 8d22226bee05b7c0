#!/usr/bin/env bash
# Prepares the machine and builds: native libraries, packages, programs. Run by the other scripts; safe to run again.
#   setup.sh [programs|bench|all]     programs (default): what devnet needs; bench: what bench.sh needs; all: the tests too
# Nothing is built when the sources have not changed since the last time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
what=${1:-programs}
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

say() { printf '[setup] %s\n' "$*"; }
die() { printf '[setup] error: %s\n' "$*" >&2; exit 1; }

command -v dotnet >/dev/null || die "the .NET SDK 10 is missing: install it (https://dot.net) and put 'dotnet' on PATH."

# libsecp256k1 checks and makes all signatures. NuGet has no package that carries it, Debian has: it is unpacked into the
# project's own folder, without root and without touching the system. A system-wide one serves as well.
if [ ! -e .deps/lib/libsecp256k1.so.1 ]; then
  if system=$(/sbin/ldconfig -p 2>/dev/null | awk '/libsecp256k1\.so\.[12] /{print $NF; exit}') && [ -n "$system" ]; then
    mkdir -p .deps/lib && cp -L "$system" .deps/lib/libsecp256k1.so.1
    say "libsecp256k1: copied from $system"
  else
    command -v apt-get >/dev/null || die "libsecp256k1 is missing and this is no Debian: install libsecp256k1 with the modules schnorrsig and recovery."
    say "libsecp256k1: fetching Debian's package into .deps (no root needed)"
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    fetch() { (cd "$work" && { apt-get download libsecp256k1-1 || apt-get download libsecp256k1-2; }) >"$work/log" 2>&1; }
    fetch || { [ "$(id -u)" = 0 ] && apt-get update >"$work/log" 2>&1 && fetch; } ||
      die "apt-get download libsecp256k1-1 failed: $(tail -n 1 "$work/log"). Try 'apt-get update' as root, or install the package."
    dpkg-deb -x "$work"/libsecp256k1-*.deb "$work/root"
    mkdir -p .deps/lib && cp -L "$(find "$work/root" -name 'libsecp256k1.so.[12]' | head -n 1)" .deps/lib/libsecp256k1.so.1
  fi
fi

# The stamp: names, sizes and times of all sources.
sources() {
  find abci-proto app examples test Directory.*.props global.json SharedSequencer.sln .deps/lib cometbft-config \
    \( -name bin -o -name obj -o -name node_modules -o -name TestResults \) -prune -o -type f -printf '%p %s %T@\n' | LC_ALL=C sort | sha256sum
}
stamp=.deps/built-$what
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(sources)" ]; then
  exit 0
fi

target=app/SharedSequencer.Devnet
[ "$what" = all ] && target=SharedSequencer.sln
[ "$what" = bench ] && target=test/SharedSequencer.Bench
say "restoring packages (locked)"
dotnet restore "$target" --locked-mode -v quiet
say "building $target; the first time takes a minute or two"
# Who starts the network for the first time does not wait for the analyzers: they have run before it was committed.
analyzers=true
[ "$what" = programs ] && analyzers=false
dotnet build "$target" -c Release --no-restore -v quiet -nologo -clp:NoSummary -nodeReuse:false -p:RunAnalyzers=$analyzers
sources >"$stamp"
say "built"
