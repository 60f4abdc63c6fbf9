#!/usr/bin/env python3
"""SpiNNaker's software neuron against its published equations, in Python's own integers.

usage: test_spinnaker.py PROGRAM [NEURONS]      PROGRAM is the spinnaker_neurons of this folder
exit codes: 0 all states are equal, 1 not

The equations are those of sPyNNaker (neural_modelling/src/neuron: neuron_model_lif_impl.h,
exp_synapse_utils.h, decay.h, synapses.c, threshold_type_static.h) and spinn_common (round.h,
stdfix-full-iso.h), written down from them a second time.
"""
import pathlib
import random
import struct
import subprocess
import sys
import tempfile

NEURONS, TICKS, SEED = 10_000, 100, 20260131
INT_MAX, INT_MIN = 2**31 - 1, -(2**31)


def accum(bits):
    """What 32 bits of a sum stand for."""
    return (bits + 2**31) % 2**32 - 2**31


def mult_round_nearest(x, y):
    """MULT_ROUND_NEAREST_ACCUM: the 64-bit product, bit 14 added to what lies above, saturated."""
    wide = x * y
    return max(INT_MIN, min(INT_MAX, (wide >> 15) + ((wide >> 14) & 1)))


def decay_s1615(x, decay):
    return accum((x * decay) >> 32)


class Ring:
    """A slot of the ring buffer: 16 bits that saturate with every weight added."""

    def __init__(self):
        self.value = 0

    def add(self, weight):
        self.value = min(0xFFFF, self.value + weight)


class Neuron:
    def __init__(self, p):
        self.p, self.v, self.exc, self.inh, self.timer = p, p["v_rest"], 0, 0, 0

    def add_input(self, current, ring, init, shift):
        value = accum(ring.value << shift)
        return accum(current + (decay_s1615(value, init) if self.p["shaped"] else value))

    def update(self):
        p = self.p
        if self.timer > 0:
            self.timer -= 1
            return
        current = accum(accum(self.exc - self.inh) + p["i_offset"])
        alpha = accum(mult_round_nearest(current, p["r_membrane"]) + p["v_rest"])
        self.v = accum(alpha - mult_round_nearest(p["exp_tc"], accum(alpha - self.v)))

    def tick(self, exc_ring, inh_ring):
        p = self.p
        self.exc = self.add_input(self.exc, exc_ring, p["exc_init"], p["exc_shift"])
        self.inh = self.add_input(self.inh, inh_ring, p["inh_init"], p["inh_shift"])
        self.update()
        spike = self.v >= p["v_threshold"]
        if spike:
            self.v, self.timer = p["v_reset"], p["refractory_ticks"]
        self.exc = decay_s1615(self.exc, p["exc_decay"]) if p["shaped"] else 0
        self.inh = decay_s1615(self.inh, p["inh_decay"]) if p["shaped"] else 0
        return self.v, self.exc, self.inh, int(spike)


def parameters(rng):
    """Millivolts and milliseconds as models have them, and every so often the ends of the range."""
    if rng.random() < 0.1:
        words = [rng.choice([INT_MIN, INT_MAX, 0, rng.randint(INT_MIN, INT_MAX)]) for _ in range(5)]
        rest, reset, threshold, resistance, offset = words
    else:
        rest = rng.randint(-80 << 15, 0)
        reset = rest + rng.randint(-10 << 15, 5 << 15)
        threshold = rest + rng.randint(-1 << 15, 30 << 15)
        resistance, offset = rng.randint(0, 40 << 15), rng.randint(-1 << 14, 1 << 15)
    return {
        "v_rest": rest,
        "v_reset": reset,
        "v_threshold": threshold,
        "r_membrane": resistance,
        "exp_tc": rng.randint(0, 1 << 15),
        "refractory_ticks": rng.choice([0, 0, 1, 2, 5, 20]),
        "shaped": int(rng.random() < 0.8),
        "exc_decay": rng.randrange(2**32),
        "inh_decay": rng.randrange(2**32),
        "exc_init": rng.randrange(2**32),
        "inh_init": rng.randrange(2**32),
        "exc_shift": rng.choice([0, 1, 3, 5, 15]),
        "inh_shift": rng.choice([0, 1, 3, 5, 15]),
        "i_offset": offset,
    }


def arrivals(rng, largest):
    """The weights that arrive in a tick; often none, at times more than 16 bits hold."""
    count = rng.choice([0, 0, 0, 1, 1, 2, 4, 30])
    return [rng.randint(0, largest) for _ in range(count)]


def slot(weights):
    ring = Ring()
    for weight in weights:
        ring.add(weight)
    return ring


def main():
    program = sys.argv[1]
    neurons = int(sys.argv[2]) if len(sys.argv) > 2 else NEURONS
    rng = random.Random(SEED)
    numbers, expected, saturated = [neurons, TICKS], [], 0
    for _ in range(neurons):
        neuron = Neuron(parameters(rng))
        numbers += neuron.p.values()
        largest = rng.choice([100, 3000, 0xFFFF])
        for _ in range(TICKS):
            exc, inh = arrivals(rng, largest), arrivals(rng, largest)
            numbers += [sum(exc), sum(inh)]
            saturated += (sum(exc) > 0xFFFF) + (sum(inh) > 0xFFFF)
            expected += neuron.tick(slot(exc), slot(inh))
    with tempfile.TemporaryDirectory(prefix="spikeloom_spinnaker_") as name:
        given, states = pathlib.Path(name) / "neurons", pathlib.Path(name) / "states"
        given.write_bytes(struct.pack(f"<{len(numbers)}q", *numbers))
        subprocess.run([program, given, states], check=True)
        found = struct.unpack(f"<{len(expected)}i", states.read_bytes())
    different = sum(ours != theirs for ours, theirs in zip(found, expected))
    spikes = sum(expected[3::4])
    print(
        f"{neurons} neurons, {TICKS} ticks, seed {SEED}: {spikes} spikes, {saturated} slots "
        f"saturated, {different} of {len(expected)} values differ"
    )
    return 0 if different == 0 and spikes > neurons and saturated > neurons else 1


if __name__ == "__main__":
    sys.exit(main())
