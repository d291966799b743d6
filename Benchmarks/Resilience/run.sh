#!/usr/bin/env bash
# Builds and runs the benchmarks of HaleResilience on one core. Usage: Benchmarks/Resilience/run.sh [rounds]
set -euo pipefail
cd "$(dirname "$0")"
swift build -c release --product ResilienceBenchmarks >&2
core=()
if command -v taskset >/dev/null; then core=(taskset -c 1); fi
binary=.build/release/ResilienceBenchmarks
if [[ $(uname) == Linux ]]; then
    cc -O2 -shared -fPIC -o .build/malloc-counter.so malloc-counter.c
    echo "Times:"
    "${core[@]}" "$binary" "${1:-7}"
    echo "Allocations (the counter itself slows the calls):"
    LD_PRELOAD="$PWD/.build/malloc-counter.so" "${core[@]}" "$binary" 1
else
    "$binary" "${1:-7}"
fi
