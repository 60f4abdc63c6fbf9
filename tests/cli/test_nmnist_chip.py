#!/usr/bin/env python3
"""A real convolutional network on a shipped chip, ten recordings: spikes as golden has them."""

import json
import os
import pathlib
import sys
import unittest

from program import SOURCE, ProgramTest

DATA = pathlib.Path(os.environ.get("SPIKELOOM_DATA", SOURCE.parent / "shared" / "data"))
NEEDED = [DATA / "nir" / "cnn_sinabs.nir", DATA / "nmnist" / "test100.txt"]


class NmnistOnChip(ProgramTest):
    @classmethod
    def setUpClass(cls):
        missing = [path for path in NEEDED if not path.exists()]
        if missing:
            print(f"skipped for lack of reference data: {missing[0]}", file=sys.stderr)
            raise unittest.SkipTest("no reference data")

    def test_the_chip_classifies_recordings_as_the_integer_engine_does(self):
        (self.folder / "nmnist.json").write_text(json.dumps({
            "name": "N-MNIST", "steps": 300, "seed": 1,
            "chip": str(SOURCE / "models" / "library" / "chips" / "loihi.json"),
            "network": {"nir": str(DATA / "nir" / "cnn_sinabs.nir"), "dt_s": 1e-3,
                        "semantics": {"integrator": "euler", "input_gain": "dt_over_tau",
                                      "comparison": "greater", "reset": "subtract"}},
            "input": {"format": "nmnist", "events": str(DATA / "nmnist" / "test"),
                      "list": str(DATA / "nmnist" / "test100.txt"), "samples": 10,
                      "late_events": "last_step"},
            "readout": {"population": "12"},
        }))
        code, _, error = self.spikeloom("run", "nmnist.json", "--out", "out")
        self.assertEqual(code, 0, error)
        result = self.result("out")
        self.assertEqual(result["spikes"]["mismatched"], 0)
        self.assertEqual(result["accuracy"]["chip"], result["accuracy"]["integer"])
        self.assertGreaterEqual(result["accuracy"]["chip"], 0.9)
        self.assertGreater(result["mapping"]["convolution_rows"], 0)


if __name__ == "__main__":
    unittest.main()
