#!/usr/bin/env python3
"""A real convolutional network on a shipped chip, ten recordings: spikes as golden has them."""

import json
import os
import pathlib
import sys
import unittest

from program import SOURCE, ProgramTest

DATA = pathlib.Path(os.environ.get("SPIKELOOM_DATA", SOURCE.parent / "shared" / "data"))
CHIPS = SOURCE / "models" / "library" / "chips"
NEEDED = [DATA / "nir" / "cnn_sinabs.nir", DATA / "nmnist" / "test100.txt"]


class NmnistOnChip(ProgramTest):
    @classmethod
    def setUpClass(cls):
        missing = [path for path in NEEDED if not path.exists()]
        if missing:
            print(f"skipped for lack of reference data: {missing[0]}", file=sys.stderr)
            raise unittest.SkipTest("no reference data")

    def run_on(self, chip, semantics):
        """Ten recordings with weights of 8 bits on a shipped chip; gives result.json."""
        (self.folder / "nmnist.json").write_text(json.dumps({
            "name": "N-MNIST", "steps": 300, "seed": 1, "chip": str(CHIPS / chip),
            "network": {"nir": str(DATA / "nir" / "cnn_sinabs.nir"), "dt_s": 1e-3,
                        "semantics": semantics},
            "input": {"format": "nmnist", "events": str(DATA / "nmnist" / "test"),
                      "list": str(DATA / "nmnist" / "test100.txt"), "samples": 10,
                      "late_events": "last_step"},
            "quantization": {"weight_bits": 8},
            "readout": {"population": "12"},
        }))
        code, _, error = self.spikeloom("run", "nmnist.json", "--out", "out")
        self.assertEqual(code, 0, error)
        return self.result("out")

    def check_equal(self, result):
        self.assertEqual(result["spikes"]["mismatched"], 0)
        self.assertEqual(result["spikes"]["chip"], result["spikes"]["integer"])
        self.assertEqual(result["accuracy"]["samples"], 10)
        self.assertEqual(result["accuracy"]["chip"], result["accuracy"]["integer"])
        self.assertGreaterEqual(result["accuracy"]["chip"], 0.9)

    def test_the_chip_classifies_recordings_as_the_integer_engine_does(self):
        result = self.run_on("loihi.json", {"integrator": "euler", "input_gain": "dt_over_tau",
                                            "comparison": "greater", "reset": "subtract"})
        self.check_equal(result)
        self.assertGreater(result["mapping"]["convolution_rows"], 0)

    def test_a_chip_whose_neurons_fire_several_times_a_step_does_so_too(self):
        result = self.run_on("mesh10x10.json", "sinabs")
        self.check_equal(result)
        self.assertEqual(result["overflows"], {"sum": 0, "u": 0, "v": 0, "spikes": 0})
        self.assertGreater(result["spikes"]["chip"], 700000)


if __name__ == "__main__":
    unittest.main()
