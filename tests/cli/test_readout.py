"""Read-outs that do not spike: compared by potential, classified by potential."""

import json
import unittest

import h5py
import numpy

from program import SOURCE, ProgramTest

MESH = SOURCE / "models" / "library" / "chips" / "mesh8x8.json"
# Two classes with very different weights, so that each channel gets a scale of its own.
WEIGHTS = numpy.array([[0.05, 0.0], [0.0, 1.0]], dtype="f4")


def write_network(path):
    """input (2) -> dense -> leaky integrators (2)."""
    text = h5py.string_dtype("utf-8")
    with h5py.File(path, "w") as file:
        file["version"] = "1.0.8"
        root = file.create_group("node")
        root["type"] = "NIRGraph"
        root["edges"] = numpy.array(
            [["input", "dense"], ["dense", "output"], ["output", "sink"]], dtype=text
        )
        nodes = root.create_group("nodes")
        for name, kind, fields in (
            ("input", "Input", {"shape": numpy.array([2])}),
            ("dense", "Linear", {"weight": WEIGHTS}),
            ("output", "LI", {"tau": numpy.full(2, 0.01), "r": numpy.ones(2),
                              "v_leak": numpy.zeros(2)}),
            ("sink", "Output", {"shape": numpy.array([2])}),
        ):
            node = nodes.create_group(name)
            node["type"] = kind
            for field, value in fields.items():
                node[field] = value


def write_events(path):
    """Class 0 drives element 0 in many steps, class 1 element 1 in one early step."""
    with h5py.File(path, "w") as file:
        floats, units = h5py.vlen_dtype("f4"), h5py.vlen_dtype("u2")
        times = [[(t + 0.5) * 1e-3 for t in range(20)], [0.5e-3]] * 4
        elements = [[0] * 20, [1]] * 4
        spikes = file.create_group("spikes")
        for name, rows, kind in (("times", times, floats), ("units", elements, units)):
            data = spikes.create_dataset(name, (len(rows),), dtype=kind)
            for i, row in enumerate(rows):
                data[i] = row
        file["labels"] = numpy.array([0, 1] * 4, dtype="u1")


class Readout(ProgramTest):
    def setUp(self):
        super().setUp()
        write_network(self.folder / "net.nir")
        write_events(self.folder / "events.h5")
        experiment = {
            "name": "leaky read-outs",
            "chip": str(MESH),
            "network": {"nir": "net.nir", "semantics": "snntorch", "dt_s": 1e-3},
            "input": {"format": "shd", "events": "events.h5"},
            "readout": {"population": "output", "by": "potential"},
            "steps": 20,
            "seed": 1,
        }
        (self.folder / "exp.json").write_text(json.dumps(experiment))

    def run_it(self, *arguments, expect=0, out="out"):
        code, out, error = self.spikeloom("run", "exp.json", "--json", "--out", out, *arguments)
        self.assertEqual(code, expect, error)
        return json.loads(out)

    def test_all_engines_classify_alike_under_either_scale(self):
        for scale in ("channel", "layer"):
            result = self.run_it("--set", "/quantization/scale=" + scale)
            accuracy = result["accuracy"]
            self.assertEqual(accuracy["float"], 1.0, scale)
            self.assertEqual(accuracy["integer"], 1.0, scale)
            self.assertEqual(accuracy["chip"], 1.0, scale)
            self.assertEqual(result["spikes"]["mismatched"], 0)
            self.assertEqual(result["warnings"], [])

    def test_counting_spikes_of_what_does_not_spike_is_refused(self):
        code, _, error = self.spikeloom("run", "exp.json", "--set", "/readout/by=count")
        self.assertEqual(code, 2)
        self.assertEqual(
            error,
            'spikeloom: exp.json#/readout/by: "output" does not spike; allowed: potential\n',
        )

    def test_a_wrong_potential_is_a_mismatch(self):
        self.run_it()
        path = self.folder / "out" / "mapping.h5"
        with h5py.File(path, "r+") as mapping:
            core = next(iter(mapping["cores"].values()))
            words = core["words"][()]
            words.flat[words.ravel().nonzero()[0][0]] ^= 1 << 24
            core["words"][...] = words
        result = self.run_it("--set", "/mapping/file=%s" % path, expect=1, out="again")
        first = result["spikes"]["first_mismatch"]
        self.assertEqual((first["population"], first["quantity"]), ("output", "v"))

    def test_a_mapping_of_another_network_is_refused(self):
        self.run_it()
        path = self.folder / "out" / "mapping.h5"
        with h5py.File(path, "r+") as mapping:
            core = next(iter(mapping["cores"].values()))
            identity = core["identity"][()]
            identity[0][1] = 4000000000
            core["identity"][...] = identity
        code, _, error = self.spikeloom("run", "exp.json", "--set", "/mapping/file=%s" % path)
        self.assertEqual(code, 2)
        self.assertEqual(
            error,
            f"spikeloom: {path}#/cores/0/identity: local neuron 0 is no neuron of this network\n",
        )


if __name__ == "__main__":
    unittest.main()
