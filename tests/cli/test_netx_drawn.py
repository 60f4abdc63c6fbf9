#!/usr/bin/env python3
"""Drawn netx networks against a transcription of Loihi's arithmetic in numpy, bit for bit."""

import csv
import json
import sys
import unittest

import h5py
import numpy
from program import SOURCE, ProgramTest

sys.path.insert(0, str(SOURCE / "tests"))
import netx_files  # noqa: E402

STEPS = 60
INPUTS = 6
NETWORKS = 40
LONGEST_DELAY = 62


def truncated(weight, bits):
    """Lava's truncate_weights; inhibitory weights keep their sign beside the bits."""
    if weight.max() <= 0:
        return -((-weight >> (8 - bits)) << (8 - bits))
    shift = 8 - bits + (1 if weight.min() < 0 else 0)
    return (weight >> shift) << shift


def decayed(x, decay):
    return numpy.sign(x) * ((numpy.abs(x) * (4096 - decay)) >> 12)


def wrapped(x):
    return ((x + (1 << 23)) & ((1 << 24) - 1)) - (1 << 23)


def draw_layer(draw, inputs, outputs, first):
    signs = draw.choice(["mixed", "excitatory"] if first else ["mixed", "excitatory", "inhibitory"])
    weight = draw.integers(0, 256, (outputs, inputs))
    if signs == "inhibitory":
        weight = -weight
    if signs == "mixed":
        weight = 2 * draw.integers(-128, 128, (outputs, inputs))
    delay = draw.integers(0, draw.choice([4, LONGEST_DELAY + 1]), (outputs, inputs))
    return {"weight": weight, "delay": delay if draw.random() < 0.7 else None,
            "exponent": int(draw.integers(-4, 3)), "bias": draw.integers(-20, 60, outputs),
            "current_decay": int(draw.choice([4096, 2048, 1])),
            "voltage_decay": int(draw.integers(0, 4097)),
            "threshold": int(draw.integers(1, 400)), "refractory": int(draw.integers(1, 5))}


def write_network(path, layers):
    with h5py.File(path, "w") as file:
        for k, layer in enumerate(layers):
            neuron = netx_files.cuba(layer["current_decay"], layer["voltage_decay"],
                                     layer["threshold"])
            neuron.update(wgtExp=layer["exponent"], refDelay=layer["refractory"])
            netx_files.write_layer(file.create_group(f"layer/{k}"), "dense",
                                   [len(layer["bias"])], weight=layer["weight"].astype(float),
                                   bias=layer["bias"].astype(float), delay=layer["delay"],
                                   neuron=neuron)


def delivered(layer, weight, spikes, arriving, step):
    """Each delay is a connection of its own, whose sum is shifted for itself (Lava's Dense)."""
    delay = layer["delay"] if layer["delay"] is not None else numpy.zeros_like(weight)
    for d in numpy.unique(delay):
        total = numpy.where(delay == d, weight, 0) @ spikes
        exponent = layer["exponent"]
        arriving[step + 1 + d] += total << exponent if exponent > 0 else total >> -exponent


def simulated(layer, bits, spikes_in):
    """Spikes, u and v of a layer, each (step, neuron)."""
    neurons = len(layer["bias"])
    weight = truncated(layer["weight"], bits) if bits < 8 else layer["weight"]
    arriving = numpy.zeros((STEPS + LONGEST_DELAY + 2, neurons), numpy.int64)
    u, v, held = (numpy.zeros(neurons, numpy.int64) for _ in range(3))
    spikes, us, vs = (numpy.zeros((STEPS, neurons), numpy.int64) for _ in range(3))
    for t in range(STEPS):
        u = wrapped(decayed(u, layer["current_decay"]) + (arriving[t] << 6))
        v = numpy.clip(decayed(v, layer["voltage_decay"]) + u + (layer["bias"] << 6),
                       -(2**23 - 1), 2**23 - 1)
        v[held > 0] = 0
        spike = (v > layer["threshold"] << 6) & (held == 0)
        v[spike] = 0
        held = numpy.where(spike, layer["refractory"] - 1, numpy.maximum(held - 1, 0))
        spikes[t], us[t], vs[t] = spike, u, v
        delivered(layer, weight, spikes_in[t], arriving, t)
    return spikes, us, vs


class DrawnNetworks(ProgramTest):
    def write_events(self, events):
        steps, units = numpy.nonzero(events)
        with h5py.File(self.folder / "events.h5", "w") as file:
            times = file.create_dataset("spikes/times", (1,), h5py.vlen_dtype(numpy.float64))
            times[0] = (steps + 0.5) * 1e-3
            row = file.create_dataset("spikes/units", (1,), h5py.vlen_dtype(numpy.int32))
            row[0] = units.astype(numpy.int32)

    def run_program(self, bits):
        document = {"name": "drawn", "network": {"netx": "network.net", "dt_s": 1e-3},
                    "input": {"format": "shd", "events": "events.h5"}, "steps": STEPS, "seed": 1,
                    "quantization": {"weight_bits": bits}}
        (self.folder / "drawn.json").write_text(json.dumps(document))
        code, _, error = self.spikeloom("golden", "drawn.json", "--engine", "integer", "--trace",
                                        "--out", "out")
        self.assertEqual(code, 0, error)

    def found(self, layers):
        spikes = [numpy.zeros((STEPS, len(layer["bias"])), numpy.int64) for layer in layers]
        with open(self.folder / "out" / "spikes.csv", newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                layer = int(row["population"].removeprefix("layer/"))
                spikes[layer][int(row["step"]), int(row["neuron"])] = 1
        with h5py.File(self.folder / "out" / "state.h5") as states:
            run = states[list(states)[0]]["0"]
            return [(spikes[k], run[f"layer.{k}/u"][()], run[f"layer.{k}/v"][()])
                    for k in range(len(layers))]

    def test_spikes_and_states_equal_the_transcription(self):
        total = 0
        for seed in range(NETWORKS):
            draw = numpy.random.default_rng(seed)
            sizes = [INPUTS, int(draw.integers(3, 9)), int(draw.integers(2, 7))]
            layers = [draw_layer(draw, sizes[k], sizes[k + 1], k == 0) for k in range(2)]
            bits = int(draw.choice([8, 8, 6, 4, 2]))
            events = (draw.random((STEPS, INPUTS)) < 0.3).astype(numpy.int64)
            write_network(self.folder / "network.net", layers)
            self.write_events(events)
            self.run_program(bits)
            for k, found in enumerate(self.found(layers)):
                expected = simulated(layers[k], bits, events)
                for name, a, b in zip(("spikes", "u", "v"), expected, found):
                    self.assertEqual((a != b).sum(), 0, f"seed {seed}, layer {k}: {name}")
                events = expected[0]
                total += int(events.sum())
        self.assertGreater(total, 1000)


if __name__ == "__main__":
    unittest.main()
