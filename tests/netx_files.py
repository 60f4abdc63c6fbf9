#!/usr/bin/env python3
"""Writes small lava-dl network files (netx, HDF5) for tests.

usage: netx_files.py FILE    one LIF neuron as Lava stated it for its recorded traces
"""
import sys

import h5py
import numpy


def write_layer(group, kind, shape, **fields):
    """One layer; `neuron` is a dictionary of its own, None values are left out."""
    group.create_dataset("type", (1,), "S10", [kind.encode("ascii")])
    group.create_dataset("shape", data=numpy.array(shape))
    for name, value in (fields.pop("neuron", None) or {}).items():
        group.create_dataset(f"neuron/{name}", data=value)
    for name, value in fields.items():
        if value is not None:
            group.create_dataset(name, data=value)


def cuba(current_decay=4096, voltage_decay=0, threshold=1, **more):
    """A neuron group; decays of 4096 mean no memory."""
    return {"type": "CUBA", "iDecay": current_decay, "vDecay": voltage_decay, "vThMant": threshold,
            "refDelay": 1, **more}


def write_lif(path):
    """One neuron on one input: the integers of the recordings lif_lava_*_fixed.csv."""
    with h5py.File(path, "w") as file:
        write_layer(file.create_group("layer/0"), "dense", [1], weight=numpy.array([[10.0]]),
                    neuron=cuba(4096, 163, 25))


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    write_lif(sys.argv[1])
