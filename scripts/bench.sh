#!/usr/bin/env bash
# Builds and runs the benchmarks. See --help.
set -euo pipefail

usage() {
  cat <<'EOT'
usage: scripts/bench.sh [--json]

Installs what is missing, builds build/bench and runs the benchmarks: synaptic events per CPU second
of the golden model and the chip beside a bare loop over the same rows, and synapses mapped per CPU
second. Each runs five times, in turns with the others: quote ratios of the medians of one call,
not absolute figures.

  --json   print Google Benchmark's JSON, and nothing else, on standard output

exit codes: 0 done; 2 wrong argument; else that of the step that failed
EOT
}

format=console
case "${1:-}" in
  "") ;;
  --json) format=json ;;
  -h | --help) usage && exit 0 ;;
  *) echo "bench.sh: unknown argument '$1'; see --help" >&2 && exit 2 ;;
esac

step() {
  echo "==> $*" >&2
  "$@" >&2
}

cd "$(dirname "${BASH_SOURCE[0]}")/.."
step scripts/install_deps.sh run bench
step cmake --preset bench
step cmake --build --preset bench --parallel "$(nproc)" --target spikeloom_bench
export SYSTEMC_DISABLE_COPYRIGHT_MESSAGE=1
# In turns, so that what the machine does beside falls on all alike.
exec build/bench/tests/bench/spikeloom_bench --benchmark_format="$format" \
  --benchmark_repetitions=5 --benchmark_enable_random_interleaving=true \
  --benchmark_report_aggregates_only=true --benchmark_min_time=0.1
