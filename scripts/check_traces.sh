#!/usr/bin/env bash
# Compares one LIF neuron with what every tool recorded. See --help.
set -euo pipefail

usage() {
  cat <<'EOT'
usage: scripts/check_traces.sh [PROGRAM]

Runs the LIF neuron of the NIR paper under every tool's convention with PROGRAM (default:
build/release/spikeloom, else the newest of build/*/spikeloom), and compares spikes and v with what
the tool recorded. The recordings are looked for in $SPIKELOOM_DATA/nir, else in
../shared/data/nir beside the tree. Needs Debian's python3-h5py and python3-numpy.

exit codes: 0 every recording is reproduced; 1 one is not; 2 there is no program;
            77 there are no recordings, so that nothing was compared
EOT
}

case "${1:-}" in
  -h | --help) usage && exit 0 ;;
esac
exec /usr/bin/python3 "$(dirname "${BASH_SOURCE[0]}")/check_traces.py" "$@"
