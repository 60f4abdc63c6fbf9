#!/usr/bin/env bash
# Builds the fuzz targets and runs them. See --help.
set -euo pipefail

usage() {
  cat <<'EOT'
usage: scripts/fuzz.sh [--seconds N] [TARGET]...

Installs what is missing, builds build/fuzz (clang, libFuzzer, address and undefined-behaviour
sanitizers) and runs each TARGET (default: all of tests/fuzz) for N seconds (default 600), one after
the other, starting from tests/fuzz/corpus/TARGET. What covers more of the code is kept in
build/fuzz/corpus/TARGET; what crashes, hangs for 60 seconds or takes more than 2 GB ends the run
and is written to build/fuzz/findings/.

exit codes: 0 nothing found; 1 a finding; 2 wrong argument; else that of the step that failed
EOT
}

fail() {
  echo "fuzz.sh: $1" >&2
  exit 2
}

cd "$(dirname "${BASH_SOURCE[0]}")/.."
mapfile -t known < <(sed -n 's/^spikeloom_add_fuzz_target(\([a-z0-9_]*\) .*/\1/p' tests/fuzz/CMakeLists.txt)
seconds=600
targets=()
while (($#)); do
  case "$1" in
    -h | --help) usage && exit 0 ;;
    --seconds) seconds=${2:-} && shift ;;
    --seconds=*) seconds=${1#*=} ;;
    -*) fail "unknown argument '$1'; see --help" ;;
    *) targets+=("$1") ;;
  esac
  shift || true
done
[[ $seconds =~ ^[1-9][0-9]*$ ]] || fail "--seconds is '$seconds', expected a whole number above 0"
((${#targets[@]})) || targets=("${known[@]}")
for target in "${targets[@]}"; do
  [[ " ${known[*]} " == *" $target "* ]] || fail "unknown target '$target'; known: ${known[*]}"
done

step() {
  echo "==> $*"
  "$@"
}

step scripts/install_deps.sh run fuzz
step cmake --preset fuzz
step cmake --build --preset fuzz --parallel "$(nproc)" --target "${targets[@]/#/fuzz_}"
mkdir -p build/fuzz/findings
# libhdf5 leaks over damaged files (cmake/lsan.supp), and a probe that dies is a refusal, so that
# leaks are left to the preset asan. A small quarantine makes the forks of the probe cheap.
export ASAN_OPTIONS=detect_leaks=0:quarantine_size_mb=8${ASAN_OPTIONS:+:$ASAN_OPTIONS}
for target in "${targets[@]}"; do
  mkdir -p "build/fuzz/corpus/$target"
  words=()
  [[ ! -e tests/fuzz/$target.dict ]] || words=(-dict="tests/fuzz/$target.dict")
  step "build/fuzz/tests/fuzz/fuzz_$target" -max_total_time="$seconds" -timeout=60 \
    -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 "${words[@]}" \
    -artifact_prefix="build/fuzz/findings/$target-" \
    "build/fuzz/corpus/$target" "tests/fuzz/corpus/$target" || exit 1
done
