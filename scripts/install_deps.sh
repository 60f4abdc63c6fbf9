#!/usr/bin/env bash
# Installs the Debian 12 packages that Spikeloom is built from. See --help.
set -euo pipefail

usage() {
  cat <<'EOT'
usage: scripts/install_deps.sh [run|test|train|bench|fuzz]...

Installs Debian 12 packages, by purpose (default: run test):
  run    build and use the program (quickstart.sh)
  test   build and run the tests, check the style and the tools' traces (test.sh, check_style.sh,
         check_traces.sh)
  train  train the networks of models/library again (train_digits.py)
  bench  build and run the benchmarks, with Brian2 (bench.sh, bench_brian.sh)
  fuzz   build and run the fuzz targets with clang and its libFuzzer (fuzz.sh)
Needs root, or sudo. Says nothing and changes nothing when all is installed.

exit codes: 0 all is installed; 1 apt-get failed; 2 wrong argument, not Debian, or no right to install
EOT
}

packages_of() {
  case "$1" in
    run) echo g++ cmake ninja-build pkg-config ccache git nlohmann-json3-dev libcli11-dev libfmt-dev \
              libhdf5-dev libmetis-dev libsystemc-dev zlib1g-dev verilator make python3 ;;
    test) echo doctest-dev python3 python3-h5py python3-jsonschema python3-numpy clang-format \
               clang-tidy yosys ;;
    train) echo python3 python3-h5py python3-numpy python3-sklearn python3-torch ;;
    bench) echo libbenchmark-dev make python3-brian python3-numpy ;;
    fuzz) echo clang-14 libclang-rt-14-dev ;;
    *) return 1 ;;
  esac
}

fail() {
  echo "install_deps.sh: $1" >&2
  exit 2
}

(($#)) || set -- run test
packages=()
for purpose in "$@"; do
  [[ $purpose != -h && $purpose != --help ]] || { usage && exit 0; }
  names=$(packages_of "$purpose") || fail "unknown purpose '$purpose'; known: run, test, train, bench, fuzz"
  read -r -a words <<<"$names"
  packages+=("${words[@]}")
done

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  fail "this is not Debian (no dpkg-query or apt-get); install by hand: ${packages[*]}"
fi

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  [[ $status == installed ]] || missing+=("$package")
done
((${#missing[@]})) || exit 0

as_root=()
if [[ $(id -u) != 0 ]]; then
  command -v sudo >/dev/null || fail "run as root (there is no sudo) to install: ${missing[*]}"
  as_root=(sudo)
fi

echo "install_deps.sh: installing ${missing[*]}"
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600)
"${apt[@]}" update || exit 1
"${apt[@]}" install -y --no-install-recommends "${missing[@]}" || exit 1
