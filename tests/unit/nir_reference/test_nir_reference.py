#!/usr/bin/env python3
"""Networks written by the reference package of NIR are read and written again by `copy_nir`; the
package must read the copies equal. `test_nir_reference.py COPY_NIR`; ends 77 without the package."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

try:
    import nir
    import numpy as np
except ImportError:
    other = os.environ.pop("SPIKELOOM_NIR_PYTHON", None)
    if other:
        os.execv(other, [other, "-B", *sys.argv])
    print("skipped: the package nir is not installed (see SPIKELOOM_NIR_PYTHON)")
    sys.exit(77)

COPY_NIR = sys.argv.pop()
RANDOM = np.random.default_rng(1)


def some(*shape, dtype="f4"):
    """Numbers above 0, no two alike."""
    return (RANDOM.random(shape) + 0.1).astype(dtype)


def neuron(kind, *shape, **fields):
    """A neuron node of the kind with all its fields."""
    names = {"I": "r", "IF": "r v_threshold v_reset", "LI": "tau r v_leak",
             "LIF": "tau r v_leak v_threshold v_reset",
             "CubaLI": "tau_syn tau_mem r v_leak w_in",
             "CubaLIF": "tau_syn tau_mem r v_leak v_threshold v_reset w_in"}[kind]
    return getattr(nir, kind)(**({name: some(*shape) for name in names.split()} | fields))


def chain(shape, *nodes, outputs):
    """input -> nodes -> output; node i is called f"{i}.x"."""
    names = ["input"] + [f"{i}.x" for i in range(len(nodes))] + ["output"]
    ends = [nir.Input(np.array(shape)), *nodes, nir.Output(np.array(outputs))]
    return nir.NIRGraph(dict(zip(names, ends)), list(zip(names, names[1:])), type_check=False)


def conv(weight, **fields):
    defaults = {"input_shape": None, "stride": 1, "padding": 0, "dilation": 1, "groups": 1,
                "bias": some(weight.shape[0])}
    return (nir.Conv1d if weight.ndim == 3 else nir.Conv2d)(weight=weight, **(defaults | fields))


NETWORKS = {
    "affine": lambda: chain([3], nir.Affine(some(4, 3), some(4, dtype="f8")), outputs=[4]),
    "linear": lambda: chain([3], nir.Linear(some(4, 3, dtype="f8")), outputs=[4]),
    "batched": lambda: chain([2, 3], nir.Affine(some(2, 4, 3), some(2, 4)),
                             nir.Linear(some(2, 1, 4)), outputs=[2, 1]),
    "scale": lambda: chain([2, 3], nir.Scale(some(2, 3)), outputs=[2, 3]),
    "delay": lambda: chain([3], nir.Delay(some(3)), outputs=[3]),
    "threshold": lambda: chain([3], nir.Threshold(some(3)), outputs=[3]),
    "flatten": lambda: chain([2, 3, 4], nir.Flatten({"input": np.array([2, 3, 4])}, 1, 2),
                             outputs=[2, 12]),
    "conv1d": lambda: chain([4, 9], conv(some(2, 2, 3), input_shape=9, stride=2, padding=1,
                                         dilation=2, groups=2), outputs=[2, 4]),
    "conv1d_same": lambda: chain([4, 9], conv(some(2, 4, 4), input_shape=9, padding="same"),
                                 outputs=[2, 9]),
    "conv2d": lambda: chain([2, 9, 8], conv(some(4, 1, 3, 2), input_shape=(9, 8), stride=(2, 1),
                                            padding=(1, 0), dilation=(1, 2), groups=2),
                            outputs=[4, 5, 6]),
    "conv2d_valid": lambda: chain([2, 9, 8], conv(some(4, 2, 3, 3), input_shape=(9, 8),
                                                  padding="valid"), outputs=[4, 7, 6]),
    "sum_pool": lambda: chain([2, 9, 8], nir.SumPool2d(np.array([3, 2]), np.array([2, 2]),
                                                       np.array([1, 0])), outputs=[2, 5, 4]),
    "average_pool": lambda: chain([2, 9, 8], nir.AvgPool2d(np.array([3, 2]), np.array([3, 2]),
                                                           np.array([0, 0])), outputs=[2, 3, 4]),
    **{kind: (lambda kind=kind: chain([5], neuron(kind, 5), outputs=[5]))
       for kind in ("I", "IF", "LI", "LIF", "CubaLI", "CubaLIF")},
    "images of neurons": lambda: chain([2, 3, 4], neuron("IF", 2, 3, 4), outputs=[2, 3, 4]),
    "skip connection": lambda: nir.NIRGraph(
        {"input": nir.Input(np.array([3])), "a": nir.Linear(some(3, 3)), "lif": neuron("LIF", 3),
         "output": nir.Output(np.array([3]))},
        [("input", "a"), ("a", "lif"), ("input", "lif"), ("lif", "output")]),
    "cycle": lambda: nir.NIRGraph(
        {"input": nir.Input(np.array([3])), "lif": neuron("CubaLIF", 3), "w": nir.Linear(some(3, 3)),
         "output": nir.Output(np.array([3]))},
        [("input", "lif"), ("lif", "w"), ("w", "lif"), ("lif", "output")]),
}


class Copies(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="spikeloom_nir_")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def copied(self, graph, **how):
        """The graph after our reader and writer."""
        nir.write(self.folder / "in.nir", graph, **how)
        subprocess.run([COPY_NIR, self.folder / "in.nir", self.folder / "out.nir"], check=True,
                       timeout=60)
        return nir.read(self.folder / "out.nir", type_check=False)

    def check_equal(self, graph, copy):
        self.assertEqual(set(copy.nodes), set(graph.nodes))
        self.assertEqual(sorted(copy.edges), sorted(graph.edges))
        for name, node in graph.nodes.items():
            ours, theirs = copy.nodes[name].to_dict(), node.to_dict()
            self.assertEqual(set(ours), set(theirs), name)
            for field, value in theirs.items():
                with self.subTest(node=name, field=field):
                    self.check_field(ours[field], value)

    def check_field(self, ours, theirs):
        if isinstance(theirs, (str, dict)):
            self.assertEqual(ours, theirs)
        else:  # one number for both axes becomes two
            self.assertTrue((np.asarray(ours) == np.asarray(theirs)).all(), f"{ours} != {theirs}")

    def test_every_primitive_and_option_survives(self):
        for name, make in NETWORKS.items():
            for how in ({}, {"compression": None}):
                with self.subTest(network=name, **how):
                    graph = make()
                    self.check_equal(graph, self.copied(graph, **how))

    def test_the_reference_finds_types_that_agree(self):
        for name in ("affine", "cycle", "skip connection", "batched", "conv2d_valid"):
            with self.subTest(network=name):
                self.copied(NETWORKS[name]())
                nir.read(self.folder / "out.nir", type_check=True)

    def test_nested_graphs_come_back_flat(self):
        inner = chain([3], neuron("LIF", 3), outputs=[3])
        graph = nir.NIRGraph({"input": nir.Input(np.array([3])), "sub": inner,
                              "output": nir.Output(np.array([3]))},
                             [("input", "sub"), ("sub", "output")], type_check=False)
        copy = self.copied(graph)
        self.assertEqual(set(copy.nodes), {"input", "sub.0.x", "output"})
        self.assertEqual(sorted(copy.edges), [("input", "sub.0.x"), ("sub.0.x", "output")])

    def test_versions_are_read(self):
        self.copied(NETWORKS["LIF"]())
        self.assertEqual(nir.serialization.read_version(self.folder / "out.nir"), "1.0")


if __name__ == "__main__":
    unittest.main()
