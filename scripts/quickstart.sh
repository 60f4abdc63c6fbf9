#!/usr/bin/env bash
# From a fresh clone to the first results. See --help.
set -euo pipefail

usage() {
  cat <<'EOT'
usage: scripts/quickstart.sh

Installs what is missing, builds the program into build/release, and runs two shipped experiments:
digits (a hundred samples) and digits_full (the whole test set).
Results: results/digits and results/digits_full; open report.html there.

exit codes: 0 both ran and every difference between engines has a cause; 2 wrong argument;
else that of the step that failed
EOT
}

case "${1:-}" in
  "") ;;
  -h | --help) usage && exit 0 ;;
  *) echo "quickstart.sh: unknown argument '$1'; see --help" >&2 && exit 2 ;;
esac

step() {
  echo "==> $*"
  "$@"
}

cd "$(dirname "${BASH_SOURCE[0]}")/.."
step scripts/install_deps.sh run
step cmake --preset release
step cmake --build --preset release --parallel "$(nproc)"
for experiment in digits digits_full; do
  step build/release/spikeloom run "models/library/experiments/$experiment.json" \
    --out "results/$experiment"
done
echo "Results: $PWD/results/digits and $PWD/results/digits_full; open report.html there."
