#!/usr/bin/env bash
# Runs the fast integer engine beside Brian2. See --help.
set -euo pipefail

usage() {
  cat <<'EOT'
usage: scripts/bench_brian.sh

Installs what is missing (python3-brian), builds build/bench, and runs the same network in Brian2's
C++ standalone code and in the fast integer engine, in turns: 10,000 leaky neurons, 1,000,000
synapses of one step, 1 s in steps of 1 ms, about 20 Hz. Prints synaptic events per CPU second of
the main loops, medians of nine runs, and their ratio. docs/developer/benchmarks.md says what is
compared.

exit codes: 0 the fast engine is at least as fast as Brian2; 1 it is not, or the two do not run the
same network; 2 wrong argument; else that of the step that failed
EOT
}

case "${1:-}" in
  "") ;;
  -h | --help) usage && exit 0 ;;
  *) echo "bench_brian.sh: unknown argument '$1'; see --help" >&2 && exit 2 ;;
esac

step() {
  echo "==> $*" >&2
  "$@" >&2
}

cd "$(dirname "${BASH_SOURCE[0]}")/.."
step scripts/install_deps.sh run bench
step cmake --preset bench
step cmake --build --preset bench --parallel "$(nproc)" --target spikeloom_beside_brian
exec /usr/bin/python3 tests/bench/brian.py build/bench/tests/bench/spikeloom_beside_brian
