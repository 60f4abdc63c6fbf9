#!/usr/bin/env bash
# Checks the C++ files against .clang-format, and with --tidy against .clang-tidy. See --help.
set -euo pipefail

usage() {
  cat <<'EOT'
usage: scripts/check_style.sh [--tidy] [FILE]...

Checks FILEs (default: all C++ files of the repository) against .clang-format.
--tidy checks the .cpp files among them against .clang-tidy instead; it needs a configured
build/dev, build/ci or build/release (compile_commands.json) and takes seconds per file.

exit codes: 0 clean; 1 something to change; 2 wrong argument or a tool is missing
EOT
}

fail() {
  echo "check_style.sh: $1" >&2
  exit 2
}

mode=format
files=()
while (($#)); do
  case "$1" in
    -h | --help) usage && exit 0 ;;
    --tidy) mode=tidy ;;
    -*) fail "unknown argument '$1'; see --help" ;;
    *) files+=("$(realpath -- "$1")") ;;
  esac
  shift
done

cd "$(dirname "${BASH_SOURCE[0]}")/.."
if ((${#files[@]} == 0)); then
  mapfile -t files < <(git -c safe.directory='*' ls-files --cached --others --exclude-standard \
    '*.cpp' '*.hpp')
fi
((${#files[@]})) || { echo "check_style.sh: no C++ files found" >&2 && exit 1; }

# One process per file, under a time limit: clang-format 14 does not return on some inputs.
check_format() {
  command -v clang-format >/dev/null || fail "clang-format is missing: scripts/install_deps.sh test"
  printf '%s\0' "${files[@]}" |
    xargs -0 -n 1 -P "$(nproc)" timeout 20 clang-format --dry-run --Werror --ferror-limit=1
}

check_tidy() {
  command -v clang-tidy >/dev/null || fail "clang-tidy is missing: scripts/install_deps.sh test"
  local build sources=()
  for build in build/dev build/ci build/release ""; do
    [[ -f $build/compile_commands.json ]] && break
  done
  [[ -n $build ]] || fail "no compile_commands.json; run: cmake --preset dev"
  for file in "${files[@]}"; do
    [[ $file == *.cpp ]] && sources+=("$file")
  done
  printf '%s\0' "${sources[@]}" |
    xargs -0 -n 1 -P "$(nproc)" timeout 300 clang-tidy --quiet -p "$build" \
      --extra-arg=-Wno-unknown-warning-option  # those of GCC alone
}

if ! "check_$mode"; then
  [[ $mode != format ]] || echo "check_style.sh: clang-format -i FILE formats a file" >&2
  exit 1
fi
echo "check_style.sh: ${#files[@]} files, $mode clean"
