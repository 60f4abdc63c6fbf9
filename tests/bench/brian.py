#!/usr/bin/env python3
"""Runs one network in Brian2's C++ standalone code and in the fast engine, in turns.

    brian.py PROGRAM [--repetitions N]     PROGRAM is spikeloom_beside_brian

Prints synaptic events per CPU second of both and their ratio. Exit codes: 0 the fast engine is at
least as fast; 1 it is not, or the two do not run the same network; 2 wrong argument.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import warnings

import numpy as np

with warnings.catch_warnings():  # of numpy, about a library that Brian2 imports
    warnings.simplefilter("ignore")
    import brian2 as b

SECONDS = 1.0
FAN_OUT = 100
LARGEST_DIFFERENCE = 0.05  # of the numbers of spikes: floats against integers


def build(network: dict, folder: pathlib.Path, project: pathlib.Path) -> None:
    """Brian2's own defaults: -O3 -ffast-math -march=native, one thread, 64-bit floats."""
    b.set_device("cpp_standalone", build_on_run=False)
    b.defaultclock.dt = network["step_s"] * b.second
    tau = network["tau_s"] * b.second
    neurons = b.NeuronGroup(network["neurons"], "dv/dt = (drive - v) / tau : 1\ndrive : 1 (constant)",
                            threshold="v > 1", reset="v = 0", method="exact", namespace={"tau": tau})
    neurons.drive = np.fromfile(folder / "drive.f64")
    # The delay is one for all, which Brian2 serves faster than one per synapse.
    synapses = b.Synapses(neurons, neurons, "w : 1 (constant)", on_pre="v_post += w",
                          delay=b.defaultclock.dt)
    synapses.connect(i=np.fromfile(folder / "source.u32", np.uint32).astype(np.int32),
                     j=np.fromfile(folder / "target.u32", np.uint32).astype(np.int32))
    synapses.w = np.fromfile(folder / "weight.f64")
    counter = b.SpikeMonitor(neurons, record=False)
    b.Network(neurons, synapses, counter).run(SECONDS * b.second)
    b.device.build(directory=str(project), run=False, with_output=False)


def run_brian(project: pathlib.Path) -> dict:
    """Its own clock: CPU seconds of the main loop, without building or loading the network."""
    subprocess.run(["./main"], cwd=project, check=True, stdout=subprocess.DEVNULL)
    cpu_s = float((project / "results/last_run_info.txt").read_text().split()[0])
    count, = project.glob("results/_array_spikemonitor_count_*")
    spikes = int(np.fromfile(count, np.int32).sum())
    return {"spikes": spikes, "synaptic_events": spikes * FAN_OUT, "cpu_s": cpu_s}


def run_fast(program: str) -> dict:
    return json.loads(subprocess.check_output([program, "run"]))


def report(name: str, runs: list[dict], neurons: int) -> float:
    """Prints a line; synaptic events per CPU second, the median of the runs."""
    rate = statistics.median(run["synaptic_events"] / run["cpu_s"] for run in runs)
    hertz = runs[0]["spikes"] / neurons / SECONDS
    print(f"{name:<24} {rate:10.3g} synaptic events per CPU second, {hertz:.1f} Hz")
    return rate


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", help="spikeloom_beside_brian")
    parser.add_argument("--repetitions", type=int, default=9, help="runs of each (default 9)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder, project = pathlib.Path(temporary), pathlib.Path(temporary) / "project"
        exported = subprocess.check_output([arguments.program, "export", str(folder)])
        network = json.loads(exported)
        build(network, folder, project)
        runs = [(run_brian(project), run_fast(arguments.program))
                for _ in range(arguments.repetitions)]
    brian, fast = ([pair[side] for pair in runs] for side in (0, 1))
    slower = report("Brian2 C++ standalone", brian, network["neurons"])
    faster = report("Spikeloom golden fast", fast, network["neurons"])
    print(f"{'ratio':<24} {faster / slower:10.2f}")
    difference = abs(brian[0]["spikes"] / fast[0]["spikes"] - 1)
    if difference > LARGEST_DIFFERENCE:
        print(f"brian.py: the numbers of spikes differ by {difference:.1%}", file=sys.stderr)
    return int(faster < slower or difference > LARGEST_DIFFERENCE)


if __name__ == "__main__":
    sys.exit(main())
