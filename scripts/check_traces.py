#!/usr/bin/env python3
"""Runs one LIF neuron under every tool's convention and compares it with what the tool recorded.

usage: check_traces.py [PROGRAM]           (scripts/check_traces.sh says the rest)
"""
import csv
import dataclasses
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy

ROOT = pathlib.Path(__file__).resolve().parents[1]
STEPS, DT_S = 1000, 1e-4
NOTHING_TO_COMPARE = 77
THRESHOLD = 0.1  # of the neuron in lif_norse.nir
GAIN = 0.04  # its r dt / tau
SPINNAKER2_SCALE = 102.02  # what the recording's script multiplied weights by before rounding
LOIHI_SPIKE_REGISTER = 128  # what the chip's v register reads on a spike step


@dataclasses.dataclass
class Case:
    recording: str
    setting: str  # as the table shows it
    semantics: object  # a preset's name or an object; None: Loihi's integers
    v_scale: float = 1.0  # recorded v per v of the state
    threshold: float = THRESHOLD  # in units of the state
    bound: float = 1e-6  # of |difference of v| / threshold; 0: bit for bit
    reads_128: bool = False


def preset(base, **changes):
    path = ROOT / "models" / "library" / "semantics" / f"{base}.json"
    return {**json.loads(path.read_text(encoding="utf-8")), **changes}


def loihi(recording, **more):
    return Case(recording, "netx, Loihi's integers", None, threshold=25 << 6, bound=0, **more)


CASES = [
    Case("norse", "norse", "norse"),
    Case("snntorch", "snntorch", "snntorch", threshold=THRESHOLD / GAIN),
    Case("nengo", "nengo", "nengo", v_scale=1 / THRESHOLD),
    Case("sinabs", "sinabs", "sinabs"),
    Case("rockpool", "rockpool", "rockpool"),
    Case("spyx", "spyx", "spyx"),
    Case("lava_cpu_float", "lava-float", "lava-float"),
    loihi("lava_cpu_fixed"),
    loihi("lava_loihi_fixed", reads_128=True),
    Case(
        "spinnaker2",
        "norse, weights in 1/102.02",
        preset("norse", name="spinnaker2", weight_step=1 / SPINNAKER2_SCALE),
        v_scale=1 / GAIN,
        bound=5e-4,
    ),
]


def find_program():
    builds = sorted(ROOT.glob("build/*/spikeloom"), key=lambda path: path.stat().st_mtime)
    release = ROOT / "build" / "release" / "spikeloom"
    return release if release in builds else (builds[-1] if builds else None)


def find_recordings():
    chosen = os.environ.get("SPIKELOOM_DATA")
    return (pathlib.Path(chosen) if chosen else ROOT.parent / "shared" / "data") / "nir"


def write_netx(path):
    """The network that Lava ran: weight 10, du 4095 (all forgotten), dv 163, threshold 25."""
    with h5py.File(path, "w") as file:
        layer = file.create_group("layer/0")
        layer["type"], layer["shape"], layer["weight"] = "dense", [1], [[10]]
        neuron = layer.create_group("neuron")
        neuron["type"] = "CUBA"
        neuron["iDecay"], neuron["vDecay"], neuron["vThMant"], neuron["refDelay"] = 4096, 163, 25, 1


def experiment_of(case, folder, recordings):
    network = {"dt_s": DT_S}
    if case.semantics is None:
        write_netx(folder / "lif.net")
        network["netx"] = "lif.net"
    else:
        network.update(nir=str(recordings / "lif_norse.nir"), semantics=case.semantics)
    return {
        "name": f"lif as {case.recording} ran it",
        "network": network,
        "input": {"format": "csv", "events": "input.csv", "column": "0"},
        "steps": STEPS,
        "seed": 1,
    }


def run(case, program, recordings, spikes_in):
    """Runs the program; gives {step: spikes} and v of every step."""
    with tempfile.TemporaryDirectory(prefix="spikeloom_traces_") as name:
        folder = pathlib.Path(name)
        (folder / "input.csv").write_text("".join(f"{int(x)}\n" for x in spikes_in))
        experiment = experiment_of(case, folder, recordings)
        (folder / "lif.json").write_text(json.dumps(experiment), encoding="utf-8")
        command = [program, "golden", "lif.json", "--trace", "--out", "out"]
        command += ["--engine", "float" if case.semantics else "integer"]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        return read_traces(folder / "out")


def read_traces(folder):
    with open(folder / "spikes.csv", newline="", encoding="utf-8") as stream:
        spikes = {int(row["step"]): int(row["value"]) for row in csv.DictReader(stream)}
    found = []
    with h5py.File(folder / "state.h5") as file:
        file.visititems(lambda path, item: found.append(item[:, 0]) if path.endswith("/v") else None)
    assert len(found) == 1, "one population has a state"
    return spikes, found[0]


def compare(case, program, recordings):
    """Gives the row of the table and whether the recording is reproduced."""
    given, v, spiked = numpy.loadtxt(recordings / f"lif_{case.recording}.csv", delimiter=",").T
    recorded = {int(step): int(spiked[step]) for step in numpy.flatnonzero(spiked)}
    spikes, ours = run(case, program, recordings, numpy.round(given / given.max()))
    wrong = sum(spikes.get(step) != recorded.get(step) for step in spikes.keys() | recorded.keys())
    difference = numpy.abs(ours - v / case.v_scale)
    remark = ""
    if case.reads_128:
        remark = "v reads 128 on a spike step"
        wrong += sum(v[step] != LOIHI_SPIKE_REGISTER for step in recorded)
        difference[list(recorded)] = 0
    worst = difference.max() / case.threshold
    holds = wrong == 0 and len(recorded) > 0 and worst <= case.bound
    bound = f"{case.bound:.0e}" if case.bound else "equal"
    counts = f"{sum(recorded.values())}/{sum(spikes.values())}"
    return (
        f"{case.recording:<17} {case.setting:<27} {counts:>6} {wrong:>10} "
        f"{worst:>9.1e} {bound:>6}  {'ok' if holds else 'DIFFERS':<7} {remark}".rstrip(),
        holds,
    )


def main():
    recordings = find_recordings()
    if not recordings.is_dir():
        print(f"skipped for lack of reference data: {recordings}")
        return NOTHING_TO_COMPARE
    program = pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else find_program()
    if program is None or not program.exists():
        print("there is no build/*/spikeloom; build it, or name the program", file=sys.stderr)
        return 2
    print("v: worst |difference| of 1000 steps over the threshold; spikes: recorded/ours")
    print(
        f"{'recording':<17} {'preset':<27} {'spikes':>6} {'mismatches':>10} {'v':>9} {'bound':>6}"
    )
    rows = [compare(case, program, recordings) for case in CASES]
    for row, _ in rows:
        print(row)
    return 0 if all(holds for _, holds in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
