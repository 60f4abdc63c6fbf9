#!/usr/bin/env bash
# Installs what the tests need, configures, builds and runs all tests of a preset. See --help.
set -euo pipefail

usage() {
  cat <<'EOT'
usage: scripts/test.sh [--preset ci|dev|asan]

Installs what is missing, builds build/PRESET (default ci: warnings are errors) and runs its tests.
asan builds with the address and undefined-behaviour sanitizers and leaves out the tests labelled large.

exit codes: 0 all tests passed; 2 wrong argument; else that of the step that failed
EOT
}

preset=ci
while (($#)); do
  case "$1" in
    -h | --help) usage && exit 0 ;;
    --preset) preset=${2:-} && shift ;;
    --preset=*) preset=${1#*=} ;;
    *) echo "test.sh: unknown argument '$1'; see --help" >&2 && exit 2 ;;
  esac
  shift || true
done
case "$preset" in
  ci | dev | asan) ;;
  *) echo "test.sh: unknown preset '$preset'; known: ci, dev, asan" >&2 && exit 2 ;;
esac

step() {
  echo "==> $*"
  "$@"
}

cd "$(dirname "${BASH_SOURCE[0]}")/.."
step scripts/install_deps.sh run test
step cmake --preset "$preset"
step cmake --build --preset "$preset" --parallel "$(nproc)"
step ctest --preset "$preset" --parallel "$(nproc)"
